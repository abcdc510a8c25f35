"""Names in prose: what a page calls by name must exist in the code it speaks of."""

from __future__ import annotations

import builtins
import keyword
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from sinfit.tutorials.markdown import CODE_SPAN, LINK, MATHS
from sinfit.tutorials.source import Document

SPAN = re.compile(r"[A-Za-z_][\w.]*(?:\(.*\))?")
BARE = re.compile(r"(?<![\w/.@-])(?:[A-Za-z]+_\w+|[A-Za-z_][\w.]*\(\))")
WORD = re.compile(r"[A-Za-z_]\w*")
ALWAYS = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | {"null", "true", "false"}


def unknown_names(text: str, known: frozenset[str]) -> list[str]:
    """The names in a text that the code does not know.

    Looked at are code spans that read like a name or a call, and bare words with an underscore or
    a pair of parentheses; a Korean particle right behind a name is not part of it.
    """
    spans = [match[2] for match in CODE_SPAN.finditer(text)]
    named = [span for span in spans if SPAN.fullmatch(span)]
    rest = MATHS.sub(" ", LINK.sub(lambda match: match[2], CODE_SPAN.sub(" ", text)))
    named += BARE.findall(re.sub(r"[가-힣\u4e00-\u9fff]+", " ", rest))
    found = []
    for name in named:
        parts = WORD.findall(name.partition("(")[0])
        if not all(part in known or part in ALWAYS for part in parts):
            found.append(name)
    return found


def known_names(document: Document) -> frozenset[str]:
    """The names of a document's code, of its plugin and of the host."""
    code = "\n".join(cell.source for cell in document.cells)
    names = set(re.findall(WORD, _code_of(code) if not document.is_notebook else code))
    names |= _host_names()
    if document.package:
        names |= _package_names(document.package)
    return frozenset(names)


def forget() -> None:
    """Read the code again when names are next looked up."""
    _host_names.cache_clear()
    _package_names.cache_clear()


def _code_of(text: str) -> str:
    """The fenced code of a Markdown page."""
    return "\n".join(re.findall(r"^ *```.*?\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL))


@lru_cache
def _host_names() -> frozenset[str]:
    folder = Path(__file__).parents[1]
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    return frozenset(WORD.findall("\n".join(texts)))


@lru_cache
def _package_names(package: str) -> frozenset[str]:
    found = find_spec(package)
    if found is None or found.origin is None:
        return frozenset()
    texts = [path.read_text(encoding="utf-8") for path in Path(found.origin).parent.rglob("*.py")]
    return frozenset([package, *WORD.findall("\n".join(texts))])
