"""The term list: which word each language uses, which it does not, and what it means."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sinfit.i18n import Language

from sinfit_site import packages
from sinfit_site.errors import shown_path
from sinfit_site.i18n import languages

FILE = Path(__file__).with_name("glossary.csv")


@dataclass(frozen=True)
class Term:
    """A term.

    Attributes:
        english: The English word.
        forms: The right forms by language, the usual one first.
        wrong: Forms to refuse, by language.
        also: What readers may call it, by language: the glossary shows it, so that search finds it.
        checked: Whether a translation of a text with the word must use a right form.
        definition: What it means, in English.
    """

    english: str
    forms: dict[str, tuple[str, ...]]
    wrong: dict[str, tuple[str, ...]]
    also: dict[str, tuple[str, ...]]
    checked: bool
    definition: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """The English word and its plural, as a whole word."""
        return _pattern(self.english)


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """All terms, in the list's order; a language pack brings its words in a list of its own."""
    words: dict[str, dict[str, dict[str, str]]] = {}  # by language and English word
    for code, language in languages().items():
        rows = _rows(FILE) if not language.catalogs else _brought(language)[0]
        words[code] = {row["en"]: row for row in rows}
    found = []
    for row in _rows(FILE):
        of = {code: listed.get(row["en"], {}) for code, listed in words.items()}
        translated = {code: own for code, own in of.items() if code != "en"}
        found.append(
            Term(
                row["en"],
                {code: _split(own.get(code)) for code, own in translated.items()},
                {code: _split(own.get(f"{code}_wrong")) for code, own in translated.items()},
                {code: _split(own.get(f"{code}_also")) for code, own in of.items()},
                row["checked"] == "yes",
                row["definition"],
            )
        )
    return tuple(found)


def faults(code: str) -> list[str]:
    """What is wrong with the term list of a language's pack, a line each."""
    language = languages()[code]
    return _brought(language)[1] if language.catalogs else []


def _brought(language: Language) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of a language pack's list that can be read, and what is wrong with the others."""
    home = packages.folder(language.catalogs)
    path, code = (home or Path()) / FILE.name, language.code
    if home is None or not path.is_file():
        return [], []
    where = shown_path(path)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [f"{where}:{line}: it is not UTF-8: save it as UTF-8"]
    columns = ["en", code, f"{code}_wrong", f"{code}_also"]
    known = {row["en"] for row in _rows(FILE)}
    rows, wrong = [], []
    try:
        read = csv.reader(text.splitlines(keepends=True), strict=True)
        if (head := next(read, [])) != columns:
            says = f"its columns must be {','.join(columns)}, not {','.join(head)}"
            return [], [f"{where}:1: {says}: separate them by commas"]
        for cells in read:
            if len(cells) != len(columns):
                says = f"it has {len(cells)} cells, and there are {len(columns)} columns"
                wrong.append(f"{where}:{read.line_num}: {says}")
            elif cells[0] not in known:
                wrong.append(
                    f"{where}:{read.line_num}: {cells[0]!r} is no term of the English list"
                )
            else:
                rows.append(dict(zip(columns, cells, strict=True)))
    except csv.Error as error:
        wrong.append(f"{where}:{read.line_num}: {error}: is a quote missing?")
    return rows, wrong


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def forget() -> None:
    """Read the list again when it is next needed."""
    terms.cache_clear()


@lru_cache(maxsize=256)
def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(english)}(?:s|es)?\b", re.IGNORECASE)


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (text or "").split(";")))
