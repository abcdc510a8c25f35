"""LaTeX to MathML, at build time: no script, and screen readers can read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from sinfit_site.errors import TutorialError
from sinfit_site.sources.markdown import CODE_SPAN, MATHS

BLOCK = re.compile(r"^([ >]*)\$\$\s*(.*?)\s*\$\$[ \t]*$", re.MULTILINE | re.DOTALL)
ENTITY = re.compile(r"&#x([0-9A-F]+);")
# a minus that has nothing before it is a sign: no space after it
SIGN = re.compile(r"(<m(?:row|td|sqrt)>|<mo[^>]*>(?:[(\[,=←<>≤≥±]|&#x0*(?:28|5B);)</mo>)<mo>−</mo>")
GAP = re.compile(r"\s*\\q?quad\b\s*")
FENCED = re.compile(r"^( *)(`{3,})[^`\n]*\n.*?^\1\2[ \t]*$", re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=4096)
def mathml(latex: str, *, block: bool = False) -> str:
    """A formula as MathML on one line, its LaTeX kept as alternative text.

    Raises:
        TutorialError: The LaTeX cannot be converted.
    """
    from latex2mathml.converter import convert

    latex = " ".join(latex.split())
    try:
        markup = convert(latex, display="block" if block else "inline")
    except Exception as error:  # it raises many kinds
        raise TutorialError(f"maths cannot be converted: {latex!r}: {error}") from error
    if "\\" in markup:
        raise TutorialError(f"maths holds an unknown command: {latex!r}")
    markup = re.sub(r">\s+<", "><", markup).replace("\n", " ")
    # HTML needs no namespace, and most characters can stand for themselves
    markup = re.sub(r' (?:xmlns="[^"]*"|display="inline")', "", markup)
    markup = ENTITY.sub(lambda match: _character(int(match[1], 16), match[0]), markup)
    return SIGN.sub(r'\1<mo form="prefix" lspace="0" rspace="0">−</mo>', markup)


def _character(code: int, entity: str) -> str:
    return entity if chr(code) in "<>&\"'*_`[]()|\\~$!#" else chr(code)


def with_mathml(text: str) -> str:
    """A Markdown text whose formulas have become MathML; code stays as it is."""
    return outside_code(text, _convert)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change what is no fenced code, each code span kept."""
    parts, at = [], 0
    for fence in FENCED.finditer(text):
        parts += [_between_spans(text[at : fence.start()], change), fence[0]]
        at = fence.end()
    return "".join([*parts, _between_spans(text[at:], change)])


def _between_spans(text: str, change: Callable[[str], str]) -> str:
    spans: list[str] = []

    def keep(match: re.Match[str]) -> str:
        spans.append(match[0])
        return f"\x02{len(spans) - 1}\x03"

    changed = change(CODE_SPAN.sub(keep, text))
    return re.sub("\x02(\\d+)\x03", lambda match: spans[int(match[1])], changed)


def displayed(latex: str) -> str:
    """A formula that stands alone; what a wide space parts stands below it on a narrow screen."""
    parts = [mathml(part, block=True) for part in GAP.split(latex)]
    return f'<div class="sf-maths">{"".join(parts)}</div>'


def _convert(text: str) -> str:
    text = BLOCK.sub(lambda match: match[1] + displayed(match[2]), text)
    return MATHS.sub(lambda match: mathml(match[1]), text)
