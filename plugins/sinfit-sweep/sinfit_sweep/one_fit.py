"""One fit of a sweep, in whichever process: from what is asked for to the rest of its row."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sinfit
from sinfit.errors import PluginWarning, SinfitError, StabilityWarning, UnknownNameError, one_line
from sinfit.fitting.driving import Status
from sinfit.fitting.fingerprint import fingerprint
from sinfit.fitting.fit import Fitter
from sinfit.fitting.problem import Problem
from sinfit.ground.json_numbers import finite
from sinfit.i18n import speaking
from threadpoolctl import threadpool_limits

from sinfit_sweep.grid import Cell
from sinfit_sweep.i18n import _
from sinfit_sweep.program import libraries, program
from sinfit_sweep.rows import Row


class OtherEnvironmentError(SinfitError):
    """A worker has other versions or another program than the process that asks."""


@dataclass(frozen=True)
class Task:
    """A fit as it travels to a worker.

    Attributes:
        columns: The columns of its row that are known: what it depends on.
        fitter: The fitter itself where it is one of the asking process alone; else None.
        data: The data where they were given; else None, and the target says them.
    """

    columns: Row
    fitter: Fitter | None
    data: Problem | None

    @classmethod
    def of(cls, cell: Cell) -> Task:
        """What a worker needs to know of a cell."""
        group = cell.group
        own = group.fitter if group.fitter.function is not None else None
        return cls(cell.columns(), own, group.problem if group.own_data else None)


def row_of(task: Task) -> Row:
    """Make the fit; what goes wrong with it is in its row.

    Raises:
        KeyboardInterrupt: Ctrl-C came.
    """
    asked = task.columns
    data: dict[str, Any] = {"target": asked["target"], "points": asked["points"]}
    if task.data is not None:
        data = {"x": task.data}
    started = time.perf_counter()
    try:
        with speaking("en"):  # a row is the same in whatever language it was asked for
            result = sinfit.fit(
                task.fitter or asked["fitter"],
                **data,
                steps=asked["steps"],
                learning_rate=asked["learning_rate"],
                seed=asked["seed"],
                options=asked["options"],
            )
    except Exception as error:  # whatever a fitter raises: the other fits go on
        text = str(error) if isinstance(error, SinfitError) else one_line(error)
        return asked | outcome({}, time.perf_counter() - started, error=text)
    if result.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    fields = ("success", "status", "sse", "optimality_gap", "nit", "parameters")
    return asked | outcome({name: getattr(result, name) for name in fields}, result.elapsed)


def outcome(found: Mapping[str, Any], elapsed: float, error: str | None = None) -> Row:
    """The last columns of a row, plain and finite.

    Args:
        found: What the fit has found; nothing after an error.
        elapsed: The seconds that it took.
        error: What went wrong.
    """
    machine = _machine()
    return {
        "success": found.get("success", False),
        "status": str(found.get("status", "ERROR")),
        "sse": finite(found.get("sse")),
        "optimality_gap": finite(found.get("optimality_gap")),
        "nit": found.get("nit"),
        "parameters": finite(dict(found.get("parameters", {}))),
        "error": error,
        "elapsed": elapsed,
        "platform": machine["platform"],
        "numpy_simd": machine["numpy_simd"],
    }


def row_of_worker(task: Task) -> Row:
    """The same in a process that is there for sweeps: settled, and compared with the asker's.

    Raises:
        OtherEnvironmentError: The row would not be what its key says.
    """
    warnings.simplefilter("ignore", PluginWarning)  # the process that asks has told of it
    fitter = task.fitter or _installed(task.columns["fitter"])
    with suppress(Exception):  # the fit itself will say what is wrong
        fitter.load()
    _settle(fitter.id)
    here: Row = {"version": fitter.version, "libraries": libraries(fitter)}
    if task.fitter is None:  # a function that has travelled has no source here
        here["code"] = program(fitter)
    for name, own in here.items():
        if own != (asked := task.columns[name]):
            says = _(
                "a worker has another environment: {name} of {fitter} is {own} there and {asked} "
                "here. Install the same versions on both."
            )
            raise OtherEnvironmentError(
                says.format(name=name, fitter=fitter.id, own=own, asked=asked)
            )
    _torch_threads(1)
    return row_of(task)


def _installed(name: str) -> Fitter:
    try:
        return sinfit.fitters()[name]
    except UnknownNameError as unknown:
        says = _("a worker lacks the fitter {fitter}. Install its package there too.")
        raise OtherEnvironmentError(says.format(fitter=name)) from unknown


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute in one thread, as every worker does, so that the same numbers come out.

    More threads add numbers in another order. Warnings of an unstable learning rate are silent:
    the row says what became of it.
    """
    threads = _torch_threads()
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", StabilityWarning)
        _torch_threads(1)
        try:
            yield
        finally:
            _torch_threads(threads)


@lru_cache
def _settle(_fitter: str) -> None:
    """Make this process one of one thread, now that what this fitter needs is loaded."""
    threadpool_limits(1)
    warnings.simplefilter("ignore", StabilityWarning)


def _torch_threads(wanted: int | None = None) -> int | None:
    """How many threads PyTorch has, where it is imported; and let it have others."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    threads: int = torch.get_num_threads()
    if wanted is not None:
        torch.set_num_threads(wanted)
    return threads


@lru_cache
def _machine() -> dict[str, str]:
    return fingerprint()
