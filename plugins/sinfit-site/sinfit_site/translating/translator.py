"""Translate a document through its catalog; English is left and marked where that lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from sinfit.i18n import N_, gettext_of, speaking

from sinfit_site.i18n import _
from sinfit_site.sources import comments
from sinfit_site.sources.document import Document
from sinfit_site.translating import gates, po
from sinfit_site.translating.drafts import can_stand_for, inert, literal
from sinfit_site.translating.po import Entry

STATES = {
    "outdated": N_("The English has changed since this was translated."),
    "missing": N_("Not yet translated."),
    "wrong": N_("Its translation changes what is said, so it is not shown."),
}
"""What is said of English that stands where a translation should."""


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
        language: The language's code.
        entries: The document's units; none in English.
        packages: Other packages, for comments of code included from there.
        wrong: In a draft, what is wrong with the translation of a unit, a line each.
    """

    language: str
    entries: dict[str, Entry]
    packages: Sequence[str] = ()
    wrong: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def plain(self, text: str) -> str:
        """The translation, or the English unmarked, where there is no place for a mark."""
        entry = self.entries.get(text)
        if entry is not None:
            shown = entry.state == "translated"
            if text in self.wrong and self.language != "en":
                shown = shown and can_stand_for(text, entry.text)
            return entry.text if shown else text
        with speaking(self.language):
            found = (gettext_of(package, text) for package in self.packages)
            return next((translated for translated in found if translated != text), text)

    def marked(self, text: str) -> str:
        """The translation as Markdown, or the English in a marked span."""
        entry = self.entries.get(text, Entry("", "missing"))
        if text in self.wrong:
            shown = entry.text if can_stand_for(text, entry.text) else literal(entry.text)
            said = inert("\n".join(self.wrong[text]))
            return f'<span class="sf-wrong" title="{said}">{shown}</span>'
        if entry.state == "translated":
            return entry.text
        return (
            f'<span class="sf-{entry.state}" lang="en" title="{escape(_(STATES[entry.state]))}">'
            f"{text}</span>"
        )

    def code(self, code: str, where: str) -> str:
        """The same program, its comments and docstrings translated, or an error naming it."""
        if self.language == "en":
            return code
        return comments.translate_texts(code, self.plain, where)

    @property
    def progress(self) -> Progress:
        """How much is translated."""
        states = [entry.state for entry in self.entries.values()]
        return Progress(len(states), states.count("translated"), states.count("outdated"))


def translator(document: Document, language: str) -> Translator:
    """The translator of a document; it also knows the comments of code from other packages."""
    if language == "en":
        units = {unit.text: Entry(unit.text, "translated") for unit in document.units}
        return Translator("en", units)
    packages = dict.fromkeys(package for cell in document.cells for package in cell.foreign)
    entries = po.entries(document.po(language), language, document.units)
    for unit in document.units:
        entry = entries[unit.text]
        if entry.state == "translated" and gates.wrong(unit.text, entry.text, unit.kind):
            entries[unit.text] = replace(entry, state="wrong")
    return Translator(language, entries, tuple(packages))


def has_language(document: Document, language: str) -> bool:
    """Whether there is a catalog; a third party's page without one is English throughout."""
    return language == "en" or document.po(language).is_file()
