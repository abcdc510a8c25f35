"""Hover text: a page's first mention of each term carries its definition."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from sinfit_site.glossary import Term, terms
from sinfit_site.model import Page
from sinfit_site.sources.markdown import CODE_SPAN, LINK, MATHS

TAG = re.compile(r"<[^>]+>")
HAN, HANGUL = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[가-힣]")


def with_hover(page: Page, text: str) -> str:
    """A paragraph with the terms that it mentions first wrapped in `<abbr>`."""
    if page.document.name == "glossary":
        return text
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x02{len(kept) - 1}\x03"

    fell_back = re.match(r'<span class="sf-(outdated|missing)"', text)
    language = "en" if fell_back else page.language
    for pattern in (CODE_SPAN, LINK, MATHS, TAG):
        text = pattern.sub(keep, text)

    def wrap(match: re.Match[str]) -> str:
        term = _by_form(language)[match[0].lower()]
        if f"term {term.english}" in page.counts:
            return match[0]
        page.number(f"term {term.english}")
        glossary = page.site.translators.get(("glossary", page.language))
        meaning = glossary.plain(term.definition) if glossary else term.definition
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
                # 步 is a part of too many words, and an English one is hardly a mention
                if len(form) > 1 and form.lower() != term.english.lower():
                    found.setdefault(form.lower(), term)
    return found


@lru_cache
def _pattern(language: str) -> re.Pattern[str]:
    words = sorted(_by_form(language), key=len, reverse=True)
    return re.compile("|".join(map(_bounded, words)) or r"(?!)", re.IGNORECASE)


def _bounded(word: str) -> str:
    """A pattern of a word: Korean ones end in particles, and Chinese ones stand in a row."""
    if HAN.match(word):
        return re.escape(word)
    return rf"(?<![가-힣]){re.escape(word)}" if HANGUL.match(word) else rf"\b{re.escape(word)}\b"
