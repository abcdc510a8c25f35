"""Run a document's code once, in a fresh kernel and an empty folder, and remember the outputs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sinfit.fitting.fingerprint import fingerprint

from sinfit_site import cache, packages
from sinfit_site.errors import page_of
from sinfit_site.running import kernel, outputs, plots, recording
from sinfit_site.running.forking import Kernels
from sinfit_site.sources.document import Document

ANY_PLUGIN = re.compile(r"\b(?:compare|fitters|targets|subprocess)\b|^ *[!%]", re.MULTILINE)
"""Code with one of these may run whatever is installed."""

LIBRARIES = ("numpy", "torch", "matplotlib", "scipy", "pandas", "ipykernel")


@dataclass(frozen=True)
class Ran:
    """The outputs of one run.

    Attributes:
        outputs: For each code cell its outputs, in nbformat's form.
        recording: Of a stage, what `record` kept; else empty.
        fresh: Whether it has just run, or came from the cache.
    """

    outputs: tuple[tuple[Any, ...], ...]
    recording: dict[str, Any] = field(default_factory=dict)
    fresh: bool = False


Started = dict[Future["Ran"], str]
"""The names of the documents whose runs have been started."""


def start_all(documents: Iterable[Document], place: Path, kernels: Kernels) -> Started:
    """Start to run every document that is not in the cache.

    Args:
        documents: What to run, what takes longest first.
        place: The folder of the runs.
        kernels: What runs them, some at a time.
    """
    # the keys here, not in the threads: Python 3.11 parses in one at a time
    keys = [(each, key(each)) for each in documents]
    kernels.expected = sum(
        _has_code(each) and not cache.has_value(_file(each, place), done_with)
        for each, done_with in keys
    )
    return {
        kernels.workers.submit(run, each, done_with, place, kernels): each.name
        for each, done_with in keys
    }


def finish_all(started: Started, say: Callable[[str], None]) -> dict[str, Ran]:
    """Wait for all runs.

    Args:
        started: The runs.
        say: Told of each that has run.

    Returns:
        The runs by the documents' names.

    Raises:
        TutorialError: A document is wrong. It is told at once: what else runs is ended.
    """
    runs = {}
    for future in as_completed(started):
        name = started[future]
        runs[name] = future.result()
        if runs[name].fresh:
            say(f"ran {name}")
    return runs


def run(document: Document, done_with: str, place: Path, kernels: Kernels) -> Ran:
    """Run a document, or find its run in the cache under the key of what it depends on."""
    if not _has_code(document):
        return Ran(())

    def execute() -> dict[str, Any]:
        with page_of(document.distribution, document.name):
            found, recording = kernel.execute(document, kernels)
        return {"outputs": found, "recording": recording}

    stored, fresh = cache.value(_file(document, place), done_with, execute)
    return Ran(tuple(map(tuple, stored["outputs"])), stored["recording"], fresh)


def _has_code(document: Document) -> bool:
    return any(cell.kind == "code" for cell in document.cells)


def _file(document: Document, place: Path) -> Path:
    return place / f"{document.name.replace('/', '-')}.json"


def key(document: Document) -> str:
    """What a run depends on: its code, the programs of the core and of plugins, and versions."""
    cells = [cell for cell in document.cells if cell.kind == "code"]
    return cache.key(
        [(cache.tree_key(cell.source, cell=True), cell.raises) for cell in cells],
        [cache.programs(package) for package in (packages.CORE, *_plugins(document))],
        _keeps(),
        sys.version,
        computed_by(),
    )


def computed_by() -> str:
    """What the last digits of a number depend on: versions, and the loops for this processor."""
    simd = fingerprint()["numpy_simd"]
    return cache.key(cache.versions(LIBRARIES), simd, os.environ.get("ATEN_CPU_CAPABILITY"))


def _plugins(document: Document) -> list[str]:
    """The plugins that a document's code can run: its own, and those that it names."""
    cells = [cell for cell in document.cells if cell.kind == "code"]
    code = "\n".join(cell.source for cell in cells)
    own = {document.package, *(package for cell in cells for package in cell.foreign)} - {""}
    if ANY_PLUGIN.search(code):
        return sorted(own.union(packages.plugins()))
    words = {*re.findall(r"[\"']([\w./-]+)[\"']", code), *re.findall(r"\bsinfit_\w+", code)}
    return sorted(own.union(name for name, said in _names().items() if said & words))


def _names() -> dict[str, set[str]]:
    """What a program may call each plugin: by its package, or by what it offers."""
    from sinfit.registry.plugins import registry

    found = {package: {package} for package in packages.plugins()}
    for fitter in registry().fitters.values():
        found.setdefault(fitter.package.partition(".")[0], set()).update((fitter.name, fitter.id))
    return found


@lru_cache
def _keeps() -> str:
    """What stands between a cell's outputs and what is kept of them."""
    modules = (kernel, outputs, plots, recording)
    return cache.key(
        [cache.tree(Path(str(module.__file__)).read_text("utf-8")) for module in modules]
    )
