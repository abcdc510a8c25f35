"""Run a document's code once, in a fresh kernel and an empty folder, and remember the outputs."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sinfit.tutorials import depends
from sinfit.tutorials.record import MIME
from sinfit.tutorials.source import Cell, Document, TutorialError

FORMAT = 4
"""Part of the cache's key; raise it when what is stored changes."""

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}|<ipython-input|/ipykernel_")
PREAMBLE = """\
%config InlineBackend.figure_formats = ["svg"]
%config InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
import matplotlib
matplotlib.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "sinfit",
    "figure.facecolor": "none", "axes.facecolor": "none",
    "path.simplify_threshold": 0.5, "font.size": 10, "axes.spines.top": False,
    "axes.spines.right": False, "legend.frameon": False, "figure.figsize": (6.4, 3.2),
    "axes.prop_cycle": matplotlib.cycler(color=["#1f77b4", "#ff7f0e", "#2ca02c"]),
})
"""
ROOTS = frozenset(
    {"sinfit", "sinfit.builtin_targets", "sinfit.tutorials.record", "sinfit.tutorials.plots"}
)
"""What every run depends on."""

EVERY_FITTER = frozenset({"compare", "fitters", "subprocess"})
"""Code with one of these names may run any fitter that is installed."""

RECORD = "import sinfit.tutorials.record as _record; _record.show(result)"
PACKAGES = ("numpy", "torch", "matplotlib", "scipy", "pandas", "ipykernel")


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


def run_all(documents: Iterable[Document], cache: Path, pool: Executor) -> dict[str, Ran]:
    """Run every document that is not in the cache.

    Args:
        documents: What to run, what takes longest first.
        cache: The folder of the runs.
        pool: Threads; as many kernels run at a time.

    Returns:
        The runs by the documents' names.

    Raises:
        TutorialError: A cell fails, warns, or does not raise what it declares.
    """
    started = {document.name: pool.submit(run, document, cache) for document in documents}
    return {name: future.result() for name, future in started.items()}


def run(document: Document, cache: Path) -> Ran:
    """Run a document, or find its run in the cache."""
    cells = [cell for cell in document.cells if cell.kind == "code"]
    if not cells:
        return Ran(())
    place = cache / f"{document.name.replace('/', '-')}-{key(document)}.json"
    if place.is_file():
        stored = json.loads(place.read_text(encoding="utf-8"))
        return Ran(tuple(map(tuple, stored["outputs"])), stored["recording"])
    ran = _execute(document, cells)
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.glob(f"{document.name.replace('/', '-')}-{'?' * 20}.json"):
        old.unlink()
    beside = place.with_suffix(".part")
    beside.write_text(json.dumps({"outputs": ran.outputs, "recording": ran.recording}), "utf-8")
    beside.replace(place)
    return ran


def key(document: Document) -> str:
    """What a run depends on: its code, the sources of plugins and host, and the versions."""
    digest = hashlib.sha256()
    cells = [(cell.source, cell.raises) for cell in document.cells if cell.kind == "code"]
    digest.update(json.dumps([FORMAT, PREAMBLE, sys.version, cells]).encode())
    for package in PACKAGES:
        digest.update(f"{package} {version(package)}".encode())
    roots = set(ROOTS)
    for package in sorted(_packages(document)):
        for source in sources(package):
            digest.update(source)
            roots |= depends.imports(source.decode())
    for code, _ in cells:
        roots |= depends.imports(_plain(code))
        if "subprocess" in depends.names(_plain(code)):
            roots |= depends.every_command()
    digest.update(depends.host_digest(roots))
    return digest.hexdigest()[:20]


def _packages(document: Document) -> set[str]:
    """The plugins' packages that a document's code can run: its own, and those that it names."""
    from sinfit.plugins import fitters

    cells = [cell for cell in document.cells if cell.kind == "code"]
    found = {document.package, *(name for cell in cells for name in cell.foreign)} - {""}
    codes = [_plain(cell.source) for cell in cells]
    said = {text for code in codes for text in depends.strings(code)}
    every = any(EVERY_FITTER & depends.names(code) for code in codes)
    for fitter in fitters().values():
        if every or {fitter.name, fitter.id} & said:
            found.add(fitter.package.partition(".")[0])
    return found


def _plain(code: str) -> str:
    """A cell, or nothing if it is no Python: it is the kernel that refuses it then."""
    try:
        ast.parse(code)
    except SyntaxError:
        return ""
    return code


def _execute(document: Document, cells: list[Cell]) -> Ran:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    new_code_cell: Any = nbformat.v4.new_code_cell
    code = [cell.source for cell in cells]
    ending = [RECORD] if document.spec else []
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # nbformat is untyped
        cells=[new_code_cell(text) for text in [PREAMBLE, *code, *ending]],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    for cell, made in zip(cells, notebook.cells[1:], strict=False):
        if cell.raises:
            made.metadata["tags"] = ["raises-exception"]
    where = f"{document.path.name} of {document.package}" if document.package else document.name
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as sockets:
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            # sockets that nobody else can reach
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"}}),
        )
        try:
            # one thread: 2000 points are too few to share, and kernels run side by side
            environment = os.environ | {"OMP_NUM_THREADS": "1"}
            asyncio.run(client.async_execute(env=environment))  # a loop of its own
        except CellExecutionError as error:
            failed = next(
                n
                for n, made in enumerate(notebook.cells)
                if _error(made) and not made.metadata.get("tags")
            )
            title = (
                cells[failed - 1].title if 0 < failed <= len(cells) else "the recording of `result`"
            )
            raise TutorialError(
                f"{where}: cell {title!r} fails: {error.ename}: {error.evalue}"
            ) from error
        except (CellTimeoutError, DeadKernelError) as error:
            raise TutorialError(f"{where}: {error}") from error
        outputs = []
        for cell, made in zip(cells, notebook.cells[1:], strict=False):
            _check(cell, made, f"{where}: cell {cell.title!r}", folder)
            outputs.append(tuple(_kept(output) for output in _joined(made.outputs)))
    recording: dict[str, Any] = {}
    if document.spec:
        recording = next(
            (o["data"][MIME] for o in notebook.cells[-1].outputs if MIME in o.get("data", {})), {}
        )
        if recording.get("stage") != document.spec.name:
            raise TutorialError(f"{where}: `result` is not the stage's own run")
    return Ran(tuple(outputs), recording, fresh=True)


def _check(cell: Cell, made: Any, where: str, folder: str) -> None:
    error = _error(made)
    if cell.raises and error != cell.raises:
        raise TutorialError(f"{where} must raise {cell.raises} and raises {error or 'nothing'}")
    for output in made.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise TutorialError(f"{where} writes to stderr: {output.text.strip()[-300:]}")
        if output.output_type == "error":
            continue  # only its last line is shown
        text = output.get("text", "") or str(output.get("data", {}).get("text/plain", ""))
        own = (folder, sys.prefix, str(Path.home()) + "/")
        if ADDRESS.search(text) or any(part in text for part in own if len(part) > 2):
            raise TutorialError(
                f"{where} prints an address or a path of this machine: {text[:200]}"
            )


def _error(made: Any) -> str:
    return next((o.ename for o in made.outputs if o.output_type == "error"), "")


def _joined(outputs: Iterable[Any]) -> list[Any]:
    """The outputs with streams that follow each other as one: where they part is chance."""
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            found.append(output)
    return found


def _kept(output: Any) -> dict[str, Any]:
    """An output without what differs from run to run or shows this machine's paths."""
    if output.output_type == "error":
        return {"output_type": "error", "ename": output.ename, "evalue": output.evalue,
                "traceback": [f"{output.ename}: {output.evalue}"]}  # fmt: skip
    kept = dict(output)
    kept.pop("execution_count", None)
    if "data" in kept:
        wanted = ("image/svg+xml", "text/html", "text/latex", "text/plain")
        kept["data"] = {mime: kept["data"][mime] for mime in wanted if mime in kept["data"]}
        if "image/svg+xml" in kept["data"]:
            from sinfit.tutorials.plots import ink

            kept["data"] = {"image/svg+xml": ink(kept["data"]["image/svg+xml"])}
        kept["metadata"] = {}
    return kept


def version(package: str) -> str:
    """A distribution's version, or `-` if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "-"


def sources(package: str) -> list[bytes]:
    """The programs of a package, without its tutorial."""
    found = find_spec(package)
    if found is None or found.origin is None:
        return []
    folder = Path(found.origin).parent
    files = sorted(path for path in folder.rglob("*.py") if path.name != "tutorial.py")
    return [path.read_bytes() for path in files]
