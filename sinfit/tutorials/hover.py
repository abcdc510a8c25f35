"""Hover text: a page's first mention of each term carries its definition."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from sinfit.tutorials.markdown import CODE_SPAN, LINK, MATHS
from sinfit.tutorials.place import Place
from sinfit.tutorials.terms import Term, terms

TAG = re.compile(r"<[^>]+>")


def with_hover(place: Place, text: str) -> str:
    """A paragraph with the terms that it mentions first wrapped in `<abbr>`."""
    if place.document.name == "glossary":
        return text
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x02{len(kept) - 1}\x03"

    fell_back = re.match(r'<span class="sf-(outdated|missing)"', text)
    language = "en" if fell_back else place.language
    for pattern in (CODE_SPAN, LINK, MATHS, TAG):
        text = pattern.sub(keep, text)

    def wrap(match: re.Match[str]) -> str:
        term = _by_form(language)[match[0].lower()]
        if f"term {term.english}" in place.seen:
            return match[0]
        place.number(f"term {term.english}")
        entries = place.site.catalogs.get(("glossary", place.language), {})
        entry = entries.get(term.definition)
        translated = entry is not None and entry.state == "translated"
        meaning = entry.text if entry and translated else term.definition
        kept.append(f'<abbr title="{escape(meaning)}">{match[0]}</abbr>')
        return f"\x02{len(kept) - 1}\x03"

    text = _pattern(language).sub(wrap, text)
    while "\x02" in text:
        text = re.sub("\x02(\\d+)\x03", lambda match: kept[int(match[1])], text)
    return text


def forget() -> None:
    """Look at the terms again when they are next needed."""
    _by_form.cache_clear()
    _pattern.cache_clear()


@lru_cache
def _by_form(language: str) -> dict[str, Term]:
    found: dict[str, Term] = {}
    for term in terms():
        if language == "en":
            found[term.english.lower()] = term
            found[term.english.lower() + "s"] = term
        else:
            for form in term.forms[language]:
                if not form.isascii() and len(form) > 1:  # 步 is a part of too many words
                    found.setdefault(form, term)
    return found


@lru_cache
def _pattern(language: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_by_form(language), key=len, reverse=True)))
    if language == "en":
        return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    return re.compile(rf"(?<![가-힣])(?:{words})" if language == "ko" else f"(?:{words})")
