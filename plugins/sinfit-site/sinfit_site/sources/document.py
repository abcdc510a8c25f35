"""Sources: a tutorial in percent format or a Markdown page, as cells, and its translatable units.

Each Markdown cell is taken apart once; the page, its downloads and its catalogs read the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from sinfit.contract.specs import FitterSpec
from sinfit.i18n import LANGUAGES

from sinfit_site import cache, packages
from sinfit_site.errors import TutorialError, shown_path
from sinfit_site.glossary import terms
from sinfit_site.i18n import languages
from sinfit_site.sources import comments, markdown

Kind = Literal["markdown", "code"]

TAGS = frozenset({"hidden", "build-only", "hint", "solution", "mistake", "output-only"})
MARKER = re.compile(r"# ?%%(?!%)")
OPTIONS = frozenset({"tags", "raises", "alt"})


@dataclass(frozen=True)
class Unit:
    """A text to translate, and what it is: `paragraph`, `comment`, `alt text`."""

    text: str
    kind: str


@dataclass(frozen=True)
class Cell:
    """One cell of a document.

    Attributes:
        kind: `markdown` or `code`.
        source: The text; of a code cell, after its includes were put in.
        tags: Some of `TAGS`.
        raises: The exception class that the cell must raise, or empty.
        alt: The alt text of what the cell draws, or empty.
        outputs: The outputs of the one run, in nbformat's form.
        foreign: The packages whose code was included, other than the document's own.
        own: Of a code cell, the part whose comments the document itself translates.
        line: Where it begins in its file, from 1.
    """

    kind: Kind
    source: str
    tags: frozenset[str] = frozenset()
    raises: str = ""
    alt: str = ""
    outputs: tuple[Any, ...] = ()
    foreign: tuple[str, ...] = ()
    own: str = ""
    line: int = 1

    @property
    def title(self) -> str:
        """The first line, for messages."""
        return next((line for line in self.source.splitlines() if line.strip()), "(empty)")[:60]

    @cached_property
    def pieces(self) -> list[markdown.Piece]:
        """A Markdown cell, taken apart; of a code cell, nothing."""
        return markdown.parse(self.source) if self.kind == "markdown" else []


@dataclass(frozen=True)
class Document:
    """One page of the site, in its source language.

    Attributes:
        name: The page's path without language and suffix, such as `stages/numpy`.
        path: The source file.
        locale: The folder of its catalogs, one file a language.
        catalog: The catalogs' file name, with `{language}` in it.
        cells: Its cells; a Markdown page is one Markdown cell.
        meta: The front matter's `title` and `description`.
        spec: Of a stage, its FitterSpec.
        package: Of a stage, the plugin's package.
        distribution: Of a stage, the distribution to install.
        words: Further texts of its package: titles, and the messages of programs.
        asked: Whether it was asked for by its name.
        unreadable: The languages whose catalog cannot be read: it is as good as none.
    """

    name: str
    path: Path
    locale: Path
    catalog: str
    cells: tuple[Cell, ...]
    meta: dict[str, str] = field(default_factory=dict)
    spec: FitterSpec | None = None
    package: str = ""
    distribution: str = ""
    words: tuple[Unit, ...] = ()
    asked: bool = False
    unreadable: frozenset[str] = frozenset()

    @cached_property
    def units(self) -> list[Unit]:
        """All texts that a translator is given, in the page's order; one that comes twice, once."""
        return list({unit.text: unit for unit in reversed(list(_units(self)))}.values())[::-1]

    @cached_property
    def key(self) -> str:
        """The key of what it says and shows."""
        return cache.key(self.name, self.cells, self.meta, self.words)

    def place(self, cell: Cell) -> str:
        """Where a cell begins, for messages: the file and the line, as editors read them."""
        return f"{shown_path(self.path)}:{cell.line}"

    def place_of(self, text: str) -> str:
        """Where a text of it begins, for messages: the file and, if it is found, the line."""
        lines = self.path.read_text(encoding="utf-8").split("\n")
        found = (number for number, line in enumerate(lines, 1) if text[:30] in line)
        return f"{shown_path(self.path)}:{next(found, 1)}"

    @property
    def is_notebook(self) -> bool:
        """Whether the page has a notebook view and downloads."""
        return self.path.suffix == ".py"

    @property
    def languages(self) -> list[str]:
        """The languages that its catalogs are kept in; of messages, unasked, those of packs alone.

        `make messages` keeps our own packages' catalogs, and its author those of another one.
        """
        return [
            code
            for code, language in languages().items()
            if code != "en" and (self.cells or self.asked or language.catalogs)
        ]

    def po(self, language: str) -> Path:
        """Where the catalog of a language is: its own, or else that of the language's pack."""
        if language in self.unreadable:
            return self.locale / f"{language} is unreadable"
        own = self.locale / self.catalog.format(language=language)
        return own if own.is_file() else self.po_of_a_pack(language) or own

    def po_of_a_pack(self, language: str) -> Path | None:
        """Where its catalog is in the pack of a language; None if no pack brings that."""
        brought = LANGUAGES[language].catalogs if language in LANGUAGES else ""
        pack = packages.folder(brought) if brought else None
        return pack / "locale" / self.in_a_pack if pack else None

    @property
    def in_a_pack(self) -> str:
        """The name of its catalog in a language pack."""
        return f"{self.package or f'docs/{self.name}'}.po"

    def with_cells(self, cells: list[Cell]) -> Document:
        """The same document with other cells."""
        return replace(self, cells=tuple(cells))


def read_percent(path: Path) -> tuple[Cell, ...]:
    """Read the cells of a file in percent format.

    Raises:
        TutorialError: A cell has an unknown tag or option, or the file does not begin with a title.
    """
    cells = []
    text = path.read_text(encoding="utf-8")
    raw_cells = _raw_cells(text)
    lines = [number for number, line in enumerate(text.split("\n"), 1) if MARKER.match(line)]
    lines = [1] * (len(raw_cells) - len(lines)) + lines  # a first cell needs no marker
    for number, (raw, line) in enumerate(zip(raw_cells, lines, strict=False), 1):
        where = f"{shown_path(path)}:{line}: {path.name}, cell {number}"
        tags = frozenset(raw.metadata.get("tags", ()))
        options = set(raw.metadata) - {"lines_to_next_cell"}
        if unknown := sorted((tags - TAGS) | (options - OPTIONS)):
            raise TutorialError(f"{where}: unknown tag or option {', '.join(unknown)}")
        if raw.cell_type == "raw":
            raise TutorialError(f"{where}: a raw cell; write Markdown or code")
        cells.append(
            Cell(
                raw.cell_type,
                raw.source,
                tags,
                raw.metadata.get("raises", ""),
                raw.metadata.get("alt", ""),
                line=line,
            )
        )
    if not cells or cells[0].kind != "markdown" or not cells[0].source.startswith("# "):
        raise TutorialError(
            f"{shown_path(path)}:1: the first cell must be Markdown that begins with '# Title'"
        )
    return tuple(cells)


@lru_cache
def _raw_cells(text: str) -> list[Any]:
    """The cells of a text in percent format, as jupytext reads them; they are not to be changed."""
    import jupytext

    found: list[Any] = jupytext.reads(text, fmt="py:percent").cells
    return found


def read_page(path: Path) -> tuple[dict[str, str], tuple[Cell, ...]]:
    """Read a Markdown page: its front matter and its text, as one cell."""
    import yaml

    text = path.read_text(encoding="utf-8")
    meta: dict[str, str] = {}
    first = 1
    if text.startswith("---\n"):
        front, _, text = text[4:].partition("\n---\n")
        try:
            meta = yaml.safe_load(front) or {}
        except yaml.MarkedYAMLError as error:
            line = 2 + (error.problem_mark.line if error.problem_mark else 0)
            said = f"{shown_path(path)}:{line}: the front matter is no YAML: {error.problem}"
            raise TutorialError(said) from error
        first += front.count("\n") + 3
    first += len(text) - len(text.lstrip("\n"))
    return meta, (Cell("markdown", text.strip("\n"), line=first),)


def _units(document: Document) -> Iterator[Unit]:
    yield from document.words
    for key in ("title", "description"):
        if key in document.meta:
            yield Unit(document.meta[key], f"page {key}")
    for cell in document.cells:
        if cell.kind == "markdown":
            yield from _of_markdown(cell)
            continue
        if "build-only" in cell.tags:
            continue
        if "output-only" not in cell.tags:
            yield from (Unit(text, kind) for text, kind in comments.texts(cell.own))
        yield from (Unit(text, "text in a plot") for text in comments.plot_texts(cell.source))
        if cell.alt:
            yield Unit(cell.alt, "alt text")


def _of_markdown(cell: Cell) -> Iterator[Unit]:
    for piece in cell.pieces:
        if piece.kind == "row":
            if re.fullmatch(r"[|:\- ]+", piece.text):
                continue
            for text in filter(markdown.translatable, markdown.cells_of_row(piece.text)):
                yield Unit(text, "table cell")
        elif piece.kind == "directive" and piece.info == "glossary":
            yield from (Unit(term.definition, "definition") for term in terms())
        elif piece.kind == "code":
            yield from (Unit(text, kind) for text, kind in comments.texts(piece.text))
        elif piece.is_unit:
            yield Unit(piece.text, piece.kind)
