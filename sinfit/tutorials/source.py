"""Sources: a tutorial in jupytext's percent format, or a Markdown page, as a list of cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from sinfit.errors import SinfitError
from sinfit.specs import FitterSpec

Kind = Literal["markdown", "code"]

TAGS = frozenset({"hidden", "build-only", "solution", "mistake", "output-only"})
OPTIONS = frozenset({"tags", "raises", "alt"})
FENCE = re.compile(r"^( *)```python[ \t]*\n(.*?)^\1```[ \t]*$", re.MULTILINE | re.DOTALL)


class TutorialError(SinfitError):
    """A source, a translation or a run of the site is wrong; the message names the place."""


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
    """

    kind: Kind
    source: str
    tags: frozenset[str] = frozenset()
    raises: str = ""
    alt: str = ""
    outputs: tuple[Any, ...] = ()
    foreign: tuple[str, ...] = ()
    own: str = ""

    @property
    def title(self) -> str:
        """The first line, for messages."""
        return next((line for line in self.source.splitlines() if line.strip()), "(empty)")[:60]


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

    @property
    def is_notebook(self) -> bool:
        """Whether the page has a notebook view and downloads."""
        return self.path.suffix == ".py"

    def po(self, language: str) -> Path:
        """Where the catalog of a language is."""
        return self.locale / self.catalog.format(language=language)

    def with_cells(self, cells: list[Cell]) -> Document:
        """The same document with other cells."""
        return replace(self, cells=tuple(cells))


def read_percent(path: Path) -> tuple[Cell, ...]:
    """Read the cells of a file in percent format.

    Raises:
        TutorialError: A cell has an unknown tag or option, or the file does not begin with a title.
    """
    import jupytext

    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells = []
    for number, raw in enumerate(notebook.cells, 1):
        where = f"{path.name}, cell {number}"
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
            )
        )
    if not cells or cells[0].kind != "markdown" or not cells[0].source.startswith("# "):
        raise TutorialError(f"{path}: the first cell must be Markdown that begins with '# Title'")
    return tuple(cells)


def read_page(path: Path) -> tuple[dict[str, str], tuple[Cell, ...]]:
    """Read a Markdown page: its front matter and its text, as one cell."""
    import yaml

    text = path.read_text(encoding="utf-8")
    meta: dict[str, str] = {}
    if text.startswith("---\n"):
        front, _, text = text[4:].partition("\n---\n")
        meta = yaml.safe_load(front) or {}
    return meta, (Cell("markdown", text.strip("\n")),)
