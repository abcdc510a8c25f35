"""Run cells in a fresh kernel and an empty folder, watched; nothing of it is left afterwards."""

from __future__ import annotations

import asyncio
import atexit
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from sinfit_site import packages
from sinfit_site.errors import TutorialError
from sinfit_site.running import guard, outputs
from sinfit_site.running.forking import Kernels
from sinfit_site.running.recording import MIME
from sinfit_site.sources.document import Document

MOST = 300  # letters of an exception in a message
LIMIT = 300  # seconds that a cell may take; those of the site take two on a quiet machine
MARK = "SINFIT_RUN"  # in the environment of a kernel and of all that it starts

WATCH = """\
from sinfit_site.running.guard import watch
watch()
del watch
get_ipython().InteractiveTB.set_mode("Minimal")
"""  # a page shows no traceback, and some take a second to write
DRAW = """\
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

RECORD = "import sinfit_site.running.recording as _record; _record.show(result)"

Outputs = tuple[tuple[dict[str, Any], ...], ...]


def execute(document: Document, kernels: Kernels) -> tuple[Outputs, dict[str, Any]]:
    """Run a document's code cells.

    Returns:
        The outputs of each cell, as a page shows them; of a stage, the recording of its run.

    Raises:
        TutorialError: A cell fails, hangs, ends the kernel or gives what no page shows; or the
            document leaves a process behind. The message names the file and the cell.
    """
    cells = [cell for cell in document.cells if cell.kind == "code"]
    where = f"{document.path.name} of {document.package}" if document.package else document.name
    # only notebooks draw, and Matplotlib takes as long to load as an example to run
    code = [
        WATCH + DRAW * document.is_notebook,
        *(cell.source for cell in cells),
        *([RECORD] if document.spec else []),
    ]
    notebook = _notebook(code)
    for cell, made in zip(cells, notebook.cells[1:], strict=False):
        if cell.raises:
            made.metadata["tags"] = ["raises-exception"]
    names = [
        f"{where}: the set-up",
        *(f"{document.place(cell)}: {where}: cell {cell.title!r}" for cell in cells),
        f"{where}: the recording of `result`",
    ]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as sockets:
        mark = uuid4().hex
        environment = os.environ | {
            MARK: mark,
            guard.VARIABLE: os.pathsep.join(map(str, _protected(document))),
            # one thread: 2000 points are too few to share, and kernels run side by side
            "OMP_NUM_THREADS": "1",
        }
        try:
            _run_cells(notebook, names, (folder, sockets), environment, kernels)
        finally:
            left = _end_all_marked(mark)
        if left:
            raise TutorialError(f"{where} leaves a process behind: {', '.join(left)}")
        found = tuple(
            outputs.kept(cell, made.outputs, name, folder)
            for cell, made, name in zip(cells, notebook.cells[1:], names[1:], strict=False)
        )
    recording: dict[str, Any] = {}
    if document.spec:
        recording = next(
            (o["data"][MIME] for o in notebook.cells[-1].outputs if MIME in o.get("data", {})), {}
        )
        if recording.get("stage") != document.spec.name:
            raise TutorialError(f"{where}: `result` is not the stage's own run")
    return found, recording


def _notebook(code: list[str]) -> Any:
    import nbformat

    new_cell: Any = nbformat.v4.new_code_cell
    return nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # nbformat is untyped
        cells=[new_cell(text) for text in code],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


def _run_cells(
    notebook: Any,
    names: list[str],
    folders: tuple[str, str],
    environment: dict[str, str],
    kernels: Kernels,
) -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    at, process = f"the kernel before {names[0]}", None

    def begin(cell_index: int, **_more: Any) -> None:
        nonlocal at, process
        at, process = names[cell_index], _process_of(client)

    client = NotebookClient(
        notebook,
        timeout=LIMIT,
        kernel_name="python3",
        resources={"metadata": {"path": folders[0]}},
        shutdown_kernel="immediate",
        on_cell_start=begin,
        # sockets that nobody else can reach
        config=Config({"KernelManager": {"transport": "ipc", "ip": f"{folders[1]}/k"}}),
    )
    kernels.prepare(client.create_kernel_manager())

    async def run() -> None:
        loop = asyncio.get_running_loop()
        execution = asyncio.ensure_future(client.async_execute(env=environment))
        with kernels.workers.ended_by(lambda: loop.call_soon_threadsafe(execution.cancel)):
            await asyncio.wait({execution})
        # of a kernel that was ended while it began, or twice, nbclient leaves something open
        atexit.unregister(client._cleanup_kernel)
        begun = process or _process_of(client)
        if client.km is not None:
            await client._async_cleanup_kernel()
        if begun is not None:
            begun.kill()
            begun.wait()
        await execution

    try:
        asyncio.run(run())  # a loop of its own
    except CellExecutionError as error:
        said = outputs.visible(f"{error.ename}: {error.evalue}")
        raise TutorialError(f"{at} fails: {said[:MOST]}") from error
    except CellTimeoutError as error:
        raise TutorialError(f"{at} hangs: it is not done after {LIMIT:g} s") from error
    except DeadKernelError as error:
        raise TutorialError(f"{at} ends the kernel") from error
    except asyncio.CancelledError as error:
        raise TutorialError(f"ended at {at}") from error


def _process_of(client: Any) -> subprocess.Popen[bytes] | None:
    return getattr(getattr(client.km, "provisioner", None), "process", None)


def _protected(document: Document) -> list[Path]:
    """Where no tutorial may write: its sources, the host's, and the projects that they are in."""
    homes = [packages.folder(packages.CORE), packages.folder(packages.SITE)]
    folders = [document.path.parent.resolve(), *filter(None, homes)]
    projects = [
        parent
        for folder in folders
        for parent in folder.parents
        if (parent / "pyproject.toml").is_file() or (parent / "mkdocs.yml").is_file()
    ]
    return [*folders, *projects]


def _end_all_marked(mark: str) -> list[str]:
    """End what a kernel has left behind, and say what it was."""
    import psutil

    if found := _marked(mark):
        psutil.wait_procs(found, timeout=1)  # helpers end by themselves when the kernel has ended
        found = _marked(mark)
    said = []
    for process in found:
        with suppress(psutil.Error):
            said.append(f"{' '.join(process.cmdline())[:80]} ({process.pid})")
            process.kill()
    return said


def _marked(mark: str) -> list[Any]:
    import psutil

    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has just ended, or is another user's
            if process.environ().get(MARK) == mark:
                found.append(process)
    return found
