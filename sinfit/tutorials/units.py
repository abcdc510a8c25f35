"""The units of a document: every text that a translator is given, in the page's order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sinfit.tutorials import comments, markdown
from sinfit.tutorials.source import Document
from sinfit.tutorials.terms import terms


@dataclass(frozen=True)
class Unit:
    """A text to translate, and what it is: `paragraph`, `comment`, `alt text`."""

    text: str
    kind: str


def units(document: Document) -> list[Unit]:
    """All units of a document; a text that comes twice is one unit."""
    return list({unit.text: unit for unit in reversed(list(_all(document)))}.values())[::-1]


def spec_units(document: Document) -> Iterator[Unit]:
    """What a plugin's catalog holds besides its tutorial: the words of its FitterSpec."""
    if document.spec:
        yield Unit(document.spec.title, "title of the fitter")
        yield Unit(document.spec.summary, "summary of the fitter")
        for option in document.spec.options:
            if option.help and option.resolve is None:  # the shared torch options are the host's
                yield Unit(option.help, f"help of the option {option.name}")


def _all(document: Document) -> Iterator[Unit]:
    yield from spec_units(document)
    for key in ("title", "description"):
        if key in document.meta:
            yield Unit(document.meta[key], f"page {key}")
    for cell in document.cells:
        if cell.kind == "markdown":
            yield from _of_markdown(cell.source)
            continue
        if "build-only" in cell.tags:
            continue
        if "output-only" not in cell.tags:
            yield from (Unit(text, "comment") for text in comments.comments(cell.own))
        yield from (Unit(text, "text in a plot") for text in comments.plot_texts(cell.source))
        if cell.alt:
            yield Unit(cell.alt, "alt text")


def _of_markdown(text: str) -> Iterator[Unit]:
    for piece in markdown.parse(text):
        if piece.kind == "row":
            if re.fullmatch(r"[|:\- ]+", piece.text):
                continue
            for cell in markdown.cells_of_row(piece.text):
                if markdown.translatable(cell):
                    yield Unit(cell, "table cell")
        elif piece.kind == "directive" and piece.info == "glossary":
            yield from (Unit(term.definition, "definition") for term in terms())
        elif piece.kind == "code":
            yield from (Unit(comment, "comment") for comment in comments.comments(piece.text))
        elif piece.is_unit:
            yield Unit(piece.text, piece.kind)
