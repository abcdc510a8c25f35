"""Drive a fitter's generator: record, watch, stop, and keep the best whatever happens."""

from __future__ import annotations

import inspect
import math
import struct
import time
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinfit.contract.yielded import Block, Final, read_extras
from sinfit.errors import one_line, shown
from sinfit.fitting.arguments import MOST_STEPS, State, asynchronous, functions, positive, whole
from sinfit.ground.arrays import plain
from sinfit.i18n import _

Row = Sequence[float]

FLOATS = frozenset({float, np.float64})
MOST_CLOSES = 10  # a `finally` may yield a few times


class Status(StrEnum):
    """Why a fit ended."""

    CONVERGED = "CONVERGED"
    """The loss hardly changes any more, or the fitter ended by itself."""
    MAX_ITER = "MAX_ITER"
    """All steps that were asked for were made."""
    PATIENCE = "PATIENCE"
    """No better loss for as many recorded steps as the patience says."""
    TIME_LIMIT = "TIME_LIMIT"
    """The time limit was over."""
    CALLBACK = "CALLBACK"
    """A callback asked to stop."""
    INTERRUPTED = "INTERRUPTED"
    """Ctrl-C, or a callback that raised."""
    DIVERGED = "DIVERGED"
    """The loss grew beyond all bounds, or was not a number."""
    FAILED = "FAILED"
    """The fitter raised, or broke its contract; the `result` of a `FitterError` says so."""

    @property
    def success(self) -> bool:
        """Whether a fit that ended so did what it was asked for."""
        return self in (Status.CONVERGED, Status.MAX_ITER, Status.PATIENCE, Status.CALLBACK)


@dataclass
class Watch:
    """When to stop before the last step, and whom to tell; `sinfit.fit` says what each means.

    Raises:
        UsageError: One of them cannot be used.
    """

    callbacks: Any = ()
    tolerance: float | None = None
    patience: int | None = None
    time_limit: float | None = None  # seconds
    record_every: int = 1
    started: float = field(default_factory=time.perf_counter)  # since when the time counts
    advance: Callable[[int, float], object] | None = None  # told each recorded step and its loss
    around: Callable[[], AbstractContextManager[object]] = nullcontext  # what all are called in

    def __post_init__(self) -> None:
        self.callbacks = functions("callbacks", self.callbacks)
        self.record_every = whole("record_every", self.record_every, 1, MOST_STEPS)
        if self.tolerance is not None:
            self.tolerance = positive("tolerance", self.tolerance, zero=True)
        if self.patience is not None:
            self.patience = whole("patience", self.patience, 1, MOST_STEPS)
        if self.time_limit is not None:
            self.time_limit = positive("time_limit", self.time_limit)

    @property
    def deadline(self) -> float:
        """When the time is over, by `time.perf_counter`; infinite without a limit."""
        return math.inf if self.time_limit is None else self.started + self.time_limit


@dataclass
class Run:
    """What came out of a drive."""

    size: int  # how many parameters there are
    asked: int  # how many updates were asked for
    # the steps that were recorded, 8 bytes a number however long the fit; their losses; and their
    # parameters, one after another
    steps: array[int] = field(default_factory=lambda: array("q"))
    losses: array[float] = field(default_factory=lambda: array("d"))
    values: array[float] = field(default_factory=lambda: array("d"))
    best_at: int = 0  # which record has the least loss, where each step is looked at
    nit: int = 0  # how many updates were made
    final: Row | None = None  # the parameters that the fit ends with, if there are any
    extras: Mapping[str, Any] = field(default_factory=dict)
    status: Status = Status.MAX_ITER
    message: str = ""
    elapsed: float = 0.0  # seconds
    error: BaseException | None = None  # what the fitter raised
    broken: str = ""  # what is wrong with what the fitter yielded
    raised: BaseException | None = None  # what a callback raised

    @property
    def rows(self) -> NDArray[np.float64]:
        """The parameters at each recorded step, shape (k, p)."""
        return np.array(self.values).reshape(-1, self.size)

    def best(self) -> Row | None:
        """The recorded parameters with the least finite loss."""
        losses, rows = np.array(self.losses), self.rows
        finite = np.isfinite(losses) & np.isfinite(rows).all(axis=1)
        if not finite.any():
            return None
        best: list[float] = rows[np.argmin(np.where(finite, losses, np.inf))].tolist()
        return best

    def stop(self, status: Status, says: str, **named: Any) -> None:
        """End at this step, with its parameters where it was meant to be the last, or the best."""
        self.status, self.message = status, says.format(step=self.nit, **named)
        meant = status in (Status.CONVERGED, Status.CALLBACK)
        self.final = self.rows[-1].tolist() if meant else self.best()

    def blame(self, says: str, **named: Any) -> None:
        """End for what the fitter did wrong at this step."""
        self.broken = self.message = says.format(step=self.nit, size=self.size, **named)
        self.status, self.final = Status.FAILED, self.best()

    def drop_half_a_record(self) -> None:
        """Forget what an interruption left without its loss or its parameters."""
        kept = min(len(self.steps), len(self.losses), len(self.values) // self.size)
        del self.steps[kept:], self.losses[kept:], self.values[kept * self.size :]


def read_parameters(parameters: Iterable[Any]) -> Row:
    """Read parameters into plain floats: numbers, arrays or tensors, on whatever device."""
    row: list[float] = []
    for value in parameters:
        try:
            plain = value.tolist()  # tensors, arrays and NumPy's scalars, the usual case
        except AttributeError:
            plain = value
        if type(plain) is float:
            row.append(plain)
        elif isinstance(plain, (list, tuple)):
            row.extend(plain if FLOATS.issuperset(map(type, plain)) else read_parameters(plain))
        else:
            row.append(float(plain))
    return row


def read_loss(loss: Any) -> float:
    """Read a loss, a number or a tensor of one element, into a plain float."""
    try:
        return float(loss.item())
    except AttributeError:
        return float(loss)


def _read_pair(pair: Any, size: int) -> tuple[float, Row]:
    """Read the loss and the parameters of a step."""
    loss, row = pair
    if not isinstance(loss, float):  # np.float64 is one
        loss = read_loss(loss)
    # numbers never change: a tuple of them, as a NumPy fitter yields, is kept as it is
    if not (type(row) is tuple and FLOATS.issuperset(map(type, row))):
        row = read_parameters(row)
    if len(row) != size:
        raise ValueError(_("{count} parameters").format(count=len(row)))
    return loss, row


def read_block(block: Block, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read a Block's losses, shape (k,), and parameters, (k, size), as float64.

    Raises:
        TypeError: They are no real numbers.
        ValueError: They have other shapes.
    """
    losses, rows = np.asarray(plain(block.losses)), np.asarray(plain(block.parameters))
    if {losses.dtype.kind, rows.dtype.kind} - set("iuf"):
        says = _("a Block holds real numbers, not {losses} and {parameters}")
        raise TypeError(says.format(losses=losses.dtype, parameters=rows.dtype))
    if not len(losses.shape) == 1 <= losses.size or rows.shape != (losses.size, size):
        says = _(
            "a Block holds losses of shape (k,) and parameters of shape (k, {size}), k at "
            "least 1, not {losses} and {parameters}"
        )
        raise ValueError(says.format(size=size, losses=losses.shape, parameters=rows.shape))
    return losses.astype(np.float64), rows.astype(np.float64)


def end(generator: Generator[Any, None, Any]) -> None:
    """Close a generator without a word, even one that goes on when it is told to end."""
    for _turn in range(MOST_CLOSES):
        with suppress(Exception, SystemExit):  # another yield, at which it is told again
            generator.close()
            return
    # it would be told once more when it is deleted, and Python would print a traceback: keep it
    from ctypes import py_object, pythonapi

    pythonapi.Py_IncRef(py_object(generator))


def drive(generator: Generator[Any, None, Any], size: int, steps: int, watch: Watch) -> Run:
    """Run a fitter's generator, of so many parameters and steps, until there is a reason to stop.

    Ctrl-C, a time limit, a loss that is not finite and an exception in the fitter all end it with
    what there is.

    Raises:
        KeyboardInterrupt: Before the first loss was recorded, there is nothing to return.
    """
    run = Run(size, steps)
    started = time.perf_counter()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # we watch the loss
        try:
            _loop(generator, watch, run)
        except KeyboardInterrupt:
            run.drop_half_a_record()
            if not run.losses:
                raise
            says = _("interrupted at step {step}; this is the best until then.")
            run.stop(Status.INTERRUPTED, says)
        finally:
            end(generator)  # the fit is over, whatever the fitter still wants to say
            run.elapsed = time.perf_counter() - started
    return run


def _loop(generator: Generator[Any, None, Any], watch: Watch, run: Run) -> None:
    # looked up once: this loop should add nothing that one could measure
    every, deadline = watch.record_every, watch.deadline
    stops = watch.tolerance is not None or watch.patience is not None
    watching = stops or bool(watch.callbacks or watch.advance)
    record_step, record_loss, record_row = run.steps.append, run.losses.append, run.values.frombytes
    pack = struct.Struct(f"{run.size}d").pack  # a quarter of the time of array.extend
    pending: Iterator[Any] | None = None  # the steps of a Block that are taken one by one
    step = -1
    while True:
        step += 1
        try:
            yielded = (pending and next(pending, None)) or next(generator)
        except StopIteration as stop:
            run.nit = step
            _finish(run, stop.value)
            return
        except (Exception, SystemExit) as error:  # the fitter's; KeyboardInterrupt goes on
            run.error, run.nit = error, step
            run.blame(_("raised {error} after {step} steps"), error=one_line(error))
            return
        run.nit = step
        if step == run.asked:
            run.blame(_("yields more than the {steps} times it was asked for"), steps=run.asked)
            return
        late = deadline < math.inf and time.perf_counter() >= deadline
        block = isinstance(yielded, Block)
        if every > 1 and step and step % every != every - 1 and not late and not block:
            continue
        read: Callable[[Any, int], tuple[Any, Any]] = read_block if block else _read_pair
        try:
            loss, row = read(yielded, run.size)
        except Exception as error:  # whatever reading nonsense raises
            says = _(
                "must yield (loss, parameters), a number and {size} numbers, or a Block of such; "
                "at step {step} it yielded {given} ({error})"
            )
            run.blame(says, given=shown(yielded)[:80], error=one_line(error))
            return
        yielded = None  # a loss tensor keeps its graph alive: let it go before the next step
        if block:
            taken = 0 if watching or late else min(len(loss), run.asked - step)
            if taken and _record(run, loss[:taken], row[:taken], every):
                return
            pending = zip(loss[taken:].tolist(), map(tuple, row[taken:].tolist()), strict=True)
            step += taken - 1
            continue
        record_step(step)
        record_loss(loss)
        record_row(pack(*row))
        if not math.isfinite(loss):
            _diverged(run)
            return
        if late:
            says = _(
                "stopped at step {step}: the time limit of {limit:g} s is over; this is the best "
                "until then."
            )
            run.stop(Status.TIME_LIMIT, says, limit=watch.time_limit)
            return
        if watching and _told_to_stop(watch, run, row):
            return


def _record(run: Run, losses: NDArray[np.float64], rows: NDArray[np.float64], every: int) -> bool:
    """Record steps that nobody watches at once, as the loop would one by one; True ends it."""
    steps = np.arange(run.nit, run.nit + len(losses), dtype=np.int64)
    kept = (steps == 0) | (steps % every == every - 1)
    wrong = np.flatnonzero(kept & ~np.isfinite(losses))
    if wrong.size:
        kept[wrong[0] + 1 :] = False
    run.steps.frombytes(steps[kept].tobytes())
    run.losses.frombytes(losses[kept].tobytes())
    run.values.frombytes(rows[kept].tobytes())
    run.nit = int(steps[wrong[0] if wrong.size else -1])
    if wrong.size:
        _diverged(run)
    return bool(wrong.size)


def _diverged(run: Run) -> None:
    says = _(
        "diverged: the loss is {loss} at step {step}. Try a smaller learning rate; this is the "
        "best until then."
    )
    run.stop(Status.DIVERGED, says, loss=run.losses[-1])


def _told_to_stop(watch: Watch, run: Run, row: Row) -> bool:
    """Ask the callbacks, the tolerance and the patience; True ends the loop."""
    loss = run.losses[-1]
    if loss < run.losses[run.best_at]:
        run.best_at = len(run.losses) - 1
    try:
        stop = _ask(watch, State(run.nit, run.asked, loss, tuple(row)))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, asyncio's CancelledError: it goes to the caller
        says = _("a callback raised {error} at step {step}; this is the best until then.")
        run.stop(Status.INTERRUPTED, says, error=one_line(error))
        run.raised = error
        return True
    tolerance, patience = watch.tolerance, watch.patience
    change = abs(run.losses[-2] - loss) if len(run.losses) > 1 else math.inf
    if stop:
        run.stop(Status.CALLBACK, _("stopped by a callback at step {step}."))
    elif tolerance is not None and change <= tolerance * abs(loss):
        says = _("converged at step {step}: the loss changed by less than {tolerance:g} of itself.")
        run.stop(Status.CONVERGED, says, tolerance=tolerance)
    elif patience and len(run.losses) - 1 - run.best_at >= patience:
        says = _("stopped at step {step}: no better loss for {patience} recorded steps.")
        run.stop(Status.PATIENCE, says, patience=patience)
    else:
        return False
    return True


def _ask(watch: Watch, state: State) -> bool:
    """Tell everybody of a step; True if somebody wants to stop."""
    with watch.around():
        if watch.advance:
            watch.advance(state.step, state.loss)
        for callback in watch.callbacks:
            try:
                answer = callback(state)
            except StopIteration:
                return True
            if inspect.iscoroutine(answer):
                answer.close()  # nobody will await it
                raise asynchronous("callbacks", callback)
            if answer:
                return True
    return False


def _finish(run: Run, returned: Any) -> None:
    """Take the generator's return value as the final parameters."""
    if isinstance(returned, Final):
        try:
            run.extras = read_extras(returned.extras)
        except Exception as error:  # whatever a foreign class raises
            why = str(error) if type(error) is TypeError else one_line(error)
            run.blame(_("returned extras that cannot be kept: {error}"), error=why)
        returned = returned.parameters
    try:
        final = read_parameters(returned)
    except Exception:  # whatever reading nonsense raises
        final = []
    if len(final) != run.size:
        says = _("must return its {size} final parameters, not {given}")
        run.blame(says, given=shown(returned)[:80])
    elif not run.losses:
        run.blame(_("yielded nothing"))
    elif not run.broken:
        run.status, says = Status.MAX_ITER, _("all {steps} steps were made.")
        if run.nit < run.asked:
            run.status, says = Status.CONVERGED, _("the fitter ended by itself at step {step}.")
        run.message, run.final = says.format(step=run.nit, steps=run.asked), final
