"""Check all documents and their translations, without running anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sinfit.tutorials import check, markdown, po, words
from sinfit.tutorials.names import known_names, unknown_names
from sinfit.tutorials.source import Document
from sinfit.tutorials.units import Unit, units

TARGETS = ("ko", "zh")


def problems(documents: Iterable[Document]) -> list[str]:
    """Everything that is wrong with the sources and their translations, one line each."""
    found: list[str] = []
    for document in documents:
        found += _of_source(document)
        known = known_names(document)
        for language in TARGETS:
            path = document.po(language)
            found += _of_catalog(path, language, units(document), known)
    for language in TARGETS:
        path = words.LOCALE / f"{language}.po"
        found += [
            line
            for line in _of_catalog(path, language, words.units(), None)
            if "numbers differ" not in line
        ]
    return found


def _of_source(document: Document) -> Iterator[str]:
    seen: set[str] = set()
    for cell in document.cells:
        if cell.kind != "markdown":
            continue
        for piece in markdown.parse(cell.source):
            if piece.kind.startswith("heading") and piece.kind != "heading 1":
                if not piece.info:
                    yield f"{document.path.name}: the heading {piece.text!r} needs an {{#id}}"
                elif piece.info in seen:
                    yield f"{document.path.name}: the id #{piece.info} comes twice"
                seen.add(piece.info)
    known = known_names(document)
    for unit in units(document):
        for name in unknown_names(unit.text, known):
            yield f"{document.path.name}: {name!r} is not in the code: {unit.text[:60]!r}"


def _of_catalog(
    path: Path, language: str, wanted: list[Unit], known: frozenset[str] | None
) -> Iterator[str]:
    if not path.is_file():
        return
    entries = po.entries(path, language, wanted)
    for unit in wanted:
        entry = entries[unit.text]
        if entry.state != "translated":
            continue
        found = check.problems(unit.text, entry.text, language, unit.kind)
        if known is not None:
            found += [f"{name!r} is not in the code" for name in unknown_names(entry.text, known)]
        where = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
        yield from (f"{where}: {unit.text[:50]!r}: {line}" for line in found)
