"""The term list: which word each language uses, which it does not, and what it means."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("glossary.csv")


@dataclass(frozen=True)
class Term:
    """A term.

    Attributes:
        english: The English word.
        forms: The right forms by language, the usual one first.
        wrong: Forms to refuse, by language.
        checked: Whether a translation of a text with the word must use a right form.
        definition: What it means, in English.
    """

    english: str
    forms: dict[str, tuple[str, ...]]
    wrong: dict[str, tuple[str, ...]]
    checked: bool
    definition: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """The English word and its plural, as a whole word."""
        return _pattern(self.english)


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """All terms, in the list's order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Term(
                row["en"],
                {language: _split(row[language]) for language in ("ko", "zh")},
                {language: _split(row[f"{language}_wrong"]) for language in ("ko", "zh")},
                row["checked"] == "yes",
                row["definition"],
            )
            for row in csv.DictReader(file)
        )


def forget() -> None:
    """Read the list again when it is next needed."""
    terms.cache_clear()


@lru_cache(maxsize=256)
def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(english)}(?:s|es)?\b", re.IGNORECASE)


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))
