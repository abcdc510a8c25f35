"""Drafts: a wrong translation on its page, as it is if it does no harm there, else spelled out."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

from sinfit_site.sources.markdown import CODE_SPAN, LINK, MATHS

TAG = re.compile(r"<[A-Za-z/!?][^>]*>?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def can_stand_for(source: str, translation: str) -> bool:
    """Whether a page holds a translation as it holds its source, whatever else is wrong with it.

    So it is if code, formulas, links and tags are the source's, and it is one line.
    """
    return _marked_up(source) == _marked_up(translation) and not CONTROL.search(translation)


def literal(text: str) -> str:
    """A text as a code span, in which nothing has a meaning."""
    marks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{marks} {CONTROL.sub(' ', text)} {marks}"


def inert(text: str) -> str:
    """A text as HTML, in an attribute or outside, in which no Markdown or formula is found."""
    return re.sub(r"[^\w .,:;/()-]", lambda match: f"&#{ord(match[0])};", text)


def _marked_up(text: str) -> Counter[str]:
    """The parts of a text that are more than words."""
    bare = CODE_SPAN.sub("`x`", text)
    found = chain.from_iterable(
        (match[0] for match in pattern.finditer(part))
        for pattern, part in ((CODE_SPAN, text), (MATHS, bare), (TAG, bare))
    )
    return Counter([*found, *(match[3] for match in LINK.finditer(bare))])
