"""Check all documents and their translations, without running anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from sinfit.tutorials import check, made, markdown, po, words
from sinfit.tutorials.names import known_names, unknown_names
from sinfit.tutorials.source import Document
from sinfit.tutorials.units import Unit, units

TARGETS = ("ko", "zh")


def problems(documents: Iterable[Document], cache: Path | None = None) -> list[str]:
    """Everything that is wrong with the sources and their translations, one line each.

    Args:
        documents: What to check.
        cache: A folder that remembers what was checked, and spares checking it again.
    """
    documents = list(documents)
    done = made.Made((cache or Path(os.devnull)) / "checked.json")
    code = made.programs(documents)
    found: list[str] = []

    def check_once(name: str, key: tuple[object, ...], look: Callable[[], list[str]]) -> None:
        found.extend(done.again(name, made.digest(code, *key), look)[0])

    for document in documents:
        source = made.content(document)
        check_once(document.name, source, partial(_of_source, document))
        for language in TARGETS:
            path = document.po(language)
            check_once(
                f"{document.name} {language}",
                (*source, path.read_bytes() if path.is_file() else b""),
                partial(_of_document, document, language),
            )
    for language in TARGETS:
        path = words.LOCALE / f"{language}.po"
        check_once(f"words {language}", (path.read_bytes(),), partial(_of_words, path, language))
    if cache:
        done.save()
    return found


def _of_document(document: Document, language: str) -> list[str]:
    known = known_names(document)
    return list(_of_catalog(document.po(language), language, units(document), known))


def _of_words(path: Path, language: str) -> list[str]:
    return [
        line
        for line in _of_catalog(path, language, words.units(), None)
        if "numbers differ" not in line
    ]


def _of_source(document: Document) -> list[str]:
    return list(_wrong_in(document))


def _wrong_in(document: Document) -> Iterator[str]:
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
