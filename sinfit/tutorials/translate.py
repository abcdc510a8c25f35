"""Translate a document through its catalog; English is left and marked where that lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.util import find_spec
from pathlib import Path

from sinfit.tutorials import comments, po
from sinfit.tutorials.po import Entry
from sinfit.tutorials.source import Document
from sinfit.tutorials.units import units
from sinfit.tutorials.words import word

LANGUAGES = ("en", "ko", "zh")
HTML_LANGUAGE = {"en": "en", "ko": "ko", "zh": "zh-Hans"}


@dataclass(frozen=True)
class Progress:
    """How much of a document is translated."""

    total: int
    translated: int
    outdated: int

    @property
    def percent(self) -> int:
        """The translated share in per cent, rounded down: 100 means all."""
        return 100 * self.translated // self.total if self.total else 100


@dataclass(frozen=True)
class Translator:
    """The texts of one document in one language.

    Attributes:
        language: `en`, `ko` or `zh`.
        entries: The document's units.
        others: Entries of other packages, for comments of code included from there.
    """

    language: str
    entries: dict[str, Entry] = field(default_factory=dict)
    others: tuple[dict[str, Entry], ...] = ()

    def entry(self, text: str) -> Entry:
        """A text's translation and its state."""
        if self.language == "en":
            return Entry(text, "translated")
        found = self.entries.get(text)
        if found is None:
            found = next((other[text] for other in self.others if text in other), None)
        return found or Entry("", "missing")

    def plain(self, text: str) -> str:
        """The translation, or the English unmarked, where there is no place for a mark."""
        entry = self.entry(text)
        return entry.text if entry.state == "translated" else text

    def marked(self, text: str) -> str:
        """The translation as Markdown, or the English in a marked span."""
        entry = self.entry(text)
        if entry.state == "translated":
            return entry.text
        note = escape(word(f"state: {entry.state}", self.language))
        return f'<span class="sf-{entry.state}" lang="en" title="{note}">{text}</span>'

    def code(self, code: str, where: str) -> str:
        """The program with its comments translated; the same program, or an error naming it."""
        if self.language == "en":
            return code
        return comments.translate_comments(code, self.plain, where)

    @property
    def progress(self) -> Progress:
        """How much is translated."""
        states = [entry.state for entry in self.entries.values()]
        return Progress(len(states), states.count("translated"), states.count("outdated"))


def translator(document: Document, language: str) -> Translator:
    """The translator of a document; it also knows the comments of code from other packages."""
    if language == "en":
        return Translator(
            "en", {unit.text: Entry(unit.text, "translated") for unit in units(document)}
        )
    packages = dict.fromkeys(package for cell in document.cells for package in cell.foreign)
    return Translator(
        language,
        po.entries(document.po(language), language, units(document)),
        tuple(package_entries(package, language) for package in packages),
    )


def package_entries(package: str, language: str) -> dict[str, Entry]:
    """All entries of a package's catalog `locale/<language>.po`; none if it has no catalog."""
    found = find_spec(package)
    if language == "en" or found is None or found.origin is None:
        return {}
    catalog = po.read(Path(found.origin).parent / "locale" / f"{language}.po", language)
    return {
        str(message.id): Entry(str(message.string), "outdated" if message.fuzzy else "translated")
        for message in catalog
        if message.id and message.string
    }


def has_language(document: Document, language: str) -> bool:
    """Whether there is a catalog; a third party's page without one is English throughout."""
    return language == "en" or document.po(language).is_file()


def languages_of(document: Document) -> Sequence[str]:
    """The languages that a document has."""
    return [language for language in LANGUAGES if has_language(document, language)]
