"""Find all sources and compose them: stages from the plugins, the other pages from docs/."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from sinfit.plugins import fitters
from sinfit.tutorials import include
from sinfit.tutorials.source import Cell, Document, TutorialError, read_page, read_percent

LAST_STAGE = 8
NOT_PAGES = frozenset({"assets", "overrides", "config", "root", "locale"})


def stages() -> list[Document]:
    """The tutorials of all installed plugins, in the fitters' order."""
    found = []
    for fitter in sorted(fitters().values(), key=lambda each: (each.spec.order, each.name)):
        if not fitter.spec.tutorial:
            continue
        spec = find_spec(fitter.package)
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent
        path = folder / fitter.spec.tutorial
        if not path.is_file():
            raise TutorialError(
                f"fitter {fitter.id}: its tutorial {fitter.spec.tutorial!r} is not in the package"
            )
        document = Document(
            name=f"stages/{fitter.name}",
            path=path,
            locale=folder / "locale",
            catalog="{language}.po",
            cells=read_percent(path),
            spec=fitter.spec,
            package=fitter.package.partition(".")[0],
            distribution=fitter.distribution,
        )
        found.append(_compose(document, folder))
    return found


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
        if cell.kind == "code":
            where = f"{document.path.name}, cell {number}"
            code, own, foreign = include.expand(cell.source, folder, where)
            cells.append(replace(cell, source=code, own=own, foreign=foreign))
        else:
            cells.append(cell)
    return document.with_cells(cells)
