"""Check all documents and their translations, without running anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from sinfit_site import cache, packages
from sinfit_site.errors import TutorialError, shown_path
from sinfit_site.glossary import FILE
from sinfit_site.sources.document import Document
from sinfit_site.translating import check, gates, po
from sinfit_site.translating.names_in_prose import (
    known_names,
    names_key,
    packages_of,
    unknown_names,
)
from sinfit_site.translating.po_rules import faults

AT_ONCE = 20  # a file that is none of PO has a fault in every line


class Finding(str):
    """A finding: what is wrong, where, and what to do, in a line.

    Attributes:
        style: Whether it is against a rule of style alone: nothing false would be shown.
        unit: The English text that it is about, or nothing.
    """

    style: bool
    unit: str

    def __new__(cls, text: str, style: bool = False, unit: str = "") -> Finding:  # noqa: D102
        made = super().__new__(cls, text)
        made.style, made.unit = style, unit
        return made


def problems(documents: Iterable[Document]) -> list[Finding]:
    """Everything that is wrong with the sources and their translations, one line each."""
    return [line for found in by_catalog(documents).values() for line in found]


Findings = dict[tuple[str, str], list[Finding]]
"""What is wrong, by a document's name and a language; `en` stands for its source."""


def by_catalog(documents: Iterable[Document], kept: Path | None = None) -> Findings:
    """What is wrong with each document and each of its translations, one line each.

    Args:
        documents: What to check.
        kept: The folder of the cache, which spares checking again what has not changed.
    """
    found: Findings = {}
    code = cache.key([cache.programs(package) for package in (packages.CORE, packages.SITE)], FILE)
    for document in documents:
        for language in ("en", *document.languages):
            look = partial(_of_translation, language=language) if language != "en" else _of_source
            if kept is None:
                lines = list(look(document))
            else:
                place = kept / "checked" / language / f"{document.name}.json"
                names = [names_key(package) for package in packages_of(document)]
                key = cache.key(code, names, document.key, document.po(language))
                make = lambda: [(str(x), x.style, x.unit) for x in look(document)]  # noqa: B023, E731 (now)
                lines = [Finding(*each) for each in cache.value(place, key, make)[0]]
            found[document.name, language] = lines
    return found


def by_unit(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """The findings of each unit."""
    found: dict[str, tuple[str, ...]] = {}
    for each in findings:
        found[each.unit] = (*found.get(each.unit, ()), each)
    return found


def _of_source(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for piece in (piece for cell in document.cells for piece in cell.pieces):
        if piece.kind.startswith("heading") and piece.kind != "heading 1":
            if not piece.info:
                where = document.place_of(piece.text)
                yield Finding(f"{where}: the heading {piece.text!r} needs an {{#id}}")
            elif piece.info in seen:
                where = document.place_of(piece.text)
                yield Finding(f"{where}: the id #{piece.info} comes twice")
            seen.add(piece.info)
    known = known_names(document)
    for unit in document.units:
        for word in unknown_names(unit.text, known):
            where = document.place_of(unit.text)
            line = f"{where}: {word!r} is not in the code: {unit.text[:60]!r}"
            yield Finding(line, unit=unit.text)


def _of_translation(document: Document, language: str) -> Iterator[Finding]:
    path = document.po(language)
    if not path.is_file():
        return
    where = file_of(document, language)
    if (other := document.po_of_a_pack(language)) and other != path and other.is_file():
        yield Finding(
            f"{where}: {shown_path(other)} of the language pack is not used beside it: "
            "put the translations of both into one of them, with msgcat, and remove the other"
        )
    if damage := faults(path.read_bytes(), language):
        yield from (Finding(f"{where}:{each.line}: {each.text}") for each in damage[:AT_ONCE])
        if len(damage) > AT_ONCE:
            yield Finding(f"{where}: and {len(damage) - AT_ONCE} more")
        return
    entries = po.entries(path, language, document.units)
    known = known_names(document)
    for unit in document.units:
        entry = entries[unit.text]
        if entry.state != "translated":
            continue
        place = f"{where}:{entry.line}: {_shortened(unit.text)!r}"
        new = {*unknown_names(entry.text, known)}.difference(unknown_names(unit.text, known))
        misspelt = [f"{name!r} is not in the code: is it misspelt?" for name in sorted(new)]
        found = [*gates.wrong(unit.text, entry.text, unit.kind), *misspelt]
        yield from (Finding(f"{place}: {line}", unit=unit.text) for line in found)
        against = check.style(unit.text, entry.text, language, unit.kind)
        yield from (Finding(f"{place}: {line}", True, unit.text) for line in against)


def strays(documents: Iterable[Document], language: str) -> list[str]:
    """The translations in a language's catalogs whose English is in none of these documents."""
    texts: dict[Path, set[str]] = {}
    for document in documents:
        texts.setdefault(document.po(language), set()).update(unit.text for unit in document.units)
    found = []
    for path, known in texts.items():
        try:
            messages = po.read(path, language).texts
        except TutorialError:
            continue  # the other checks name it
        for message in messages:
            if message.key[1] not in known and any(message.translations.values()):
                says = "no page has this English: `sinfit tutorials update` sets it right"
                place = f"{shown_path(path)}:{message.line}: {_shortened(message.key[1])!r}"
                found.append(f"{place}: {says}")
    return found


def file_of(document: Document, language: str) -> str:
    """A document's catalog as messages name it: from the folder above `locale/` on."""
    path, home = document.po(language), document.locale.parent.parent
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else shown_path(path)


def _shortened(text: str) -> str:
    return text if len(text) <= 50 else f"{text[:49]}…"
