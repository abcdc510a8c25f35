"""Find all sources and compose them: stages from the plugins, the other pages from docs/."""

from __future__ import annotations

import ast
import math
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from sinfit.fitting.fit import Fitter, fitters

from sinfit_site import packages
from sinfit_site.errors import TutorialError, page_of
from sinfit_site.sources import include
from sinfit_site.sources.document import Cell, Document, read_page, read_percent
from sinfit_site.sources.messages import words

LAST_STAGE = 8
NOT_PAGES = frozenset({"assets", "overrides", "config", "root", "locale"})


def stages(without: Collection[str] = ()) -> list[Document]:
    """The tutorials of all installed plugins, in the fitters' order.

    Args:
        without: Distributions whose tutorials are left out.
    """
    found: list[Document] = []
    for fitter in sorted(fitters().values(), key=lambda each: (each.spec.order, each.name)):
        if fitter.spec.tutorial and fitter.distribution not in without:
            where = f"fitter {fitter.id}: its tutorial {fitter.spec.tutorial!r}"
            with page_of(fitter.distribution, where):
                found += _stage(fitter, where)
    return found


def _stage(fitter: Fitter, where: str) -> Iterator[Document]:
    folder = packages.folder(fitter.package)
    if folder is None:
        return
    path = folder / str(fitter.spec.tutorial)
    if not path.is_file():
        raise TutorialError(f"{where} is not in the package")
    document = Document(
        name=f"stages/{fitter.name}",
        path=path,
        locale=folder / "locale",
        catalog="{language}.po",
        cells=read_percent(path),
        spec=fitter.spec,
        package=fitter.package.partition(".")[0],
        distribution=fitter.distribution,
        words=words(fitter.package.partition(".")[0]),
    )
    yield _compose(document, folder)


def pages(docs: Path) -> list[Document]:
    """The pages under docs/: Markdown, and notebooks in percent format."""
    found = []
    for path in sorted(docs.rglob("*")):
        name = path.relative_to(docs)
        if path.suffix not in (".md", ".py") or name.parts[0] in NOT_PAGES:
            continue
        meta, cells = ({}, read_percent(path)) if path.suffix == ".py" else read_page(path)
        document = Document(
            name=name.with_suffix("").as_posix(),
            path=path,
            locale=docs / "locale",
            catalog="{language}/" + name.with_suffix(".po").as_posix(),
            cells=cells,
            meta=meta,
        )
        found.append(_compose(document, path.parent))
    return found


def is_stage(document: Document) -> bool:
    """Whether a tutorial stands among the stages, by the order that its fitter claims."""
    return document.spec is not None and document.spec.order <= LAST_STAGE


def previous_stage(document: Document, all_stages: list[Document]) -> Document | None:
    """The stage before, or None for the first; a third party's follows the stages in no order."""
    if document.spec is None or not math.isfinite(document.spec.order):
        return None
    before = [
        other for other in all_stages if other.spec and other.spec.order < document.spec.order
    ]
    return before[-1] if before else None


def program(document: Document) -> str:
    """A stage's teaching code as its page shows it."""
    assert document.spec is not None  # noqa: S101 (called for stages only)
    module = document.spec.fitter.partition(":")[0]
    path = include.module_file(module, document.name)
    return include.extract(path, "", document.name)


def _compose(document: Document, folder: Path) -> Document:
    cells: list[Cell] = []
    for number, cell in enumerate(document.cells, 1):
        where = f"{document.place(cell)}: {document.path.name}, cell {number}"
        if cell.kind == "code":
            code, own, foreign = include.expand(cell.source, folder, where)
            if not cell.raises:
                _must_be_python(document, cell, code, where)
            cells.append(replace(cell, source=code, own=own, foreign=foreign))
        elif not document.is_notebook:  # in the fences of a page
            text, _own, _foreign = include.expand(cell.source, folder, document.place(cell))
            cells.append(replace(cell, source=text))
        else:
            cells.append(cell)
    return document.with_cells(cells)


def _must_be_python(document: Document, cell: Cell, code: str, where: str) -> None:
    for text in (cell.source, code):  # alone, its lines are those of the file
        try:
            ast.parse(text)
        except (SyntaxError, ValueError) as error:
            line = (getattr(error, "text", "") or "").strip()
            if text == cell.source and (number := getattr(error, "lineno", 0)):
                at = document.place(replace(cell, line=cell.line + number))
                where = where.replace(document.place(cell), at, 1)
            raise TutorialError(f"{where}: {line!r} is no Python: {error}") from error
