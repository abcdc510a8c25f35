"""Names in prose: what a page calls by name must exist in the code it speaks of."""

from __future__ import annotations

import builtins
import keyword
import re
from functools import lru_cache

from sinfit_site import cache, packages
from sinfit_site.sources.document import Document
from sinfit_site.sources.markdown import CODE_SPAN, LINK, MATHS

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
    for package in packages_of(document):
        names |= _names_of(package)
    return frozenset(names)


def packages_of(document: Document) -> list[str]:
    """The packages whose names a document may use."""
    wings = packages.plugins(stages=False)
    return [*filter(None, (packages.CORE, packages.SITE, document.package, *wings))]


@lru_cache
def names_key(package: str) -> str:
    """The key of a package's names."""
    return cache.key(_names_of(package))


def forget() -> None:
    """Read the code again when names are next looked up."""
    _names_of.cache_clear()
    names_key.cache_clear()


def _code_of(text: str) -> str:
    """The fenced code of a Markdown page."""
    return "\n".join(re.findall(r"^ *```.*?\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL))


@lru_cache
def _names_of(package: str) -> frozenset[str]:
    texts = [path.read_text(encoding="utf-8") for path in packages.sources(package)]
    return frozenset([package, *WORD.findall("\n".join(texts))])
