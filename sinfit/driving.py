"""Drive a fitter's generator: record, watch, stop, and keep the best whatever happens."""

from __future__ import annotations

import math
import struct
import time
from array import array
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinfit.errors import one_line, shown
from sinfit.i18n import _
from sinfit.result import Status

Row = Sequence[float]

FLOATS = frozenset({float, np.float64})
MOST_CLOSES = 10  # a `finally` may yield a few times


@dataclass(frozen=True)
class State:
    """What a callback sees, before the update of this step.

    Attributes:
        step: The step t, counted from 0.
        steps: The number of steps asked for.
        loss: The loss at this step.
        parameters: The parameters at this step, in the model's order.
    """

    step: int
    steps: int
    loss: float
    parameters: tuple[float, ...]


Callback = Callable[[State], object]


@dataclass
class Watch:
    """When to stop before the last step, and whom to tell.

    Attributes:
        callbacks: Called at every recorded step; a true answer, or StopIteration, stops the fit.
        tolerance: Stop when the loss changes by less than this part of itself between two
            recorded steps.
        patience: Stop after so many recorded steps without a new best loss.
        time_limit: Stop after so many seconds.
        record_every: Read the loss at the first step and at the last of every so many, the steps
            that the tutorial prints: 0, 99, 199, … for 100.
        advance: Told each recorded step and its loss, for progress bars.
    """

    callbacks: Sequence[Callback] = ()
    tolerance: float | None = None
    patience: int | None = None
    time_limit: float | None = None
    record_every: int = 1
    advance: Callable[[int, float], object] | None = None


@dataclass
class Run:
    """What came out of a drive.

    Attributes:
        steps: The steps that were recorded.
        losses: The loss at each of them.
        values: The parameters at each of them, one after another: 8 bytes each, however long the
            fit.
        size: How many parameters there are.
        final: The parameters that the fit ends with; None if there are none.
        nit: How many updates were made.
        status: Why it ended.
        message: The same for people.
        elapsed: Seconds.
        error: What the fitter raised, if it did.
        broken: What is wrong with what the fitter yielded, if anything is.
    """

    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    values: array[float] = field(default_factory=lambda: array("d"))
    size: int = 0
    final: Row | None = None
    nit: int = 0
    status: Status = Status.MAX_ITER
    message: str = ""
    elapsed: float = 0.0
    error: BaseException | None = None
    broken: str = ""

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

    def drop_half_a_record(self) -> None:
        """Forget what an interruption left without its loss or its parameters."""
        whole = min(len(self.steps), len(self.losses), len(self.values) // self.size)
        del self.steps[whole:], self.losses[whole:], self.values[whole * self.size :]


def read_parameters(parameters: Iterable[Any]) -> Row:
    """Read parameters into plain floats: numbers, arrays or tensors, on whatever device.

    Examples:
        >>> read_parameters((1.5, np.float64(2.5), np.array([[3.5, 4.5]])))
        [1.5, 2.5, 3.5, 4.5]
    """
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
    """Run a fitter to its end, or until there is a reason to stop.

    Args:
        generator: The fitter's generator; yields (loss, parameters) before each update.
        size: The number of parameters that the model has.
        steps: The number of updates asked for.
        watch: When to stop earlier, and whom to tell.

    Returns:
        The run. Ctrl-C, a time limit, a loss that is not finite and an exception in the fitter
        all end it with what there is.

    Raises:
        KeyboardInterrupt: Before the first loss was recorded, there is nothing to return.
    """
    run = Run(size=size)
    started = time.perf_counter()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # we watch the loss
        try:
            _loop(generator, size, steps, watch, run, started)
        except KeyboardInterrupt:
            run.drop_half_a_record()
            if not run.losses:
                raise
            run.final = run.best()
            run.status = Status.INTERRUPTED
            run.message = _("interrupted at step {step}; this is the best until then.").format(
                step=run.nit
            )
        finally:
            end(generator)  # the fit is over, whatever the fitter still wants to say
            run.elapsed = time.perf_counter() - started
    return run


def _loop(
    generator: Generator[Any, None, Any],
    size: int,
    steps: int,
    watch: Watch,
    run: Run,
    started: float,
) -> None:
    every = watch.record_every
    deadline = None if watch.time_limit is None else started + watch.time_limit
    watching = bool(
        watch.callbacks or watch.advance or watch.tolerance is not None or watch.patience
    )
    best, since_best = math.inf, 0
    # looked up once: this loop should add nothing that one could measure
    isfinite, all_floats = math.isfinite, FLOATS.issuperset
    record_step, record_loss, record_row = run.steps.append, run.losses.append, run.values.frombytes
    pack = struct.Struct(f"{size}d").pack  # a quarter of the time of array.extend
    for step in range(steps + 1):
        try:
            yielded = next(generator)
        except StopIteration as stop:
            _finish(run, stop.value, step, steps, size)
            return
        except (Exception, SystemExit) as error:  # the fitter's; KeyboardInterrupt goes on
            run.error, run.final, run.nit = error, run.best(), step
            return
        if step == steps:
            run.broken = _("yields more than the {steps} times it was asked for").format(
                steps=steps
            )
            run.final, run.nit = run.best(), step
            return
        run.nit = step
        late = deadline is not None and time.perf_counter() >= deadline
        if every > 1 and step and step % every != every - 1 and not late:
            continue
        try:
            loss, row = yielded
            if not isinstance(loss, float):  # np.float64 is one
                loss = read_loss(loss)
            # numbers never change: a tuple of them, as a NumPy fitter yields, is kept as it is
            if not (type(row) is tuple and all_floats(map(type, row))):
                row = read_parameters(row)
        except Exception as error:  # whatever reading nonsense raises
            run.broken = _(
                "must yield (loss, parameters), a number and {size} numbers; at step {step} it "
                "yielded {given} ({error})"
            ).format(size=size, step=step, given=shown(yielded)[:80], error=one_line(error))
            run.final = run.best()
            return
        if len(row) != size:
            run.broken = _(
                "yielded {count} parameters at step {step}, and its model has {size}"
            ).format(count=len(row), step=step, size=size)
            run.final = run.best()
            return
        yielded = None  # a loss tensor keeps its graph alive: let it go before the next step
        record_step(step)
        record_loss(loss)
        record_row(pack(*row))
        if not isfinite(loss):
            run.status, run.final = Status.DIVERGED, run.best()
            run.message = _(
                "diverged: the loss is {loss} at step {step}. Try a smaller learning rate; this "
                "is the best until then."
            ).format(loss=loss, step=step)
            return
        if late:
            run.status, run.final = Status.TIME_LIMIT, run.best()
            run.message = _(
                "stopped at step {step}: the time limit of {limit:g} s is over; this is the best "
                "until then."
            ).format(step=step, limit=watch.time_limit)
            return
        if watching:
            since_best, best = (0, loss) if loss < best else (since_best + 1, best)
            if _told_to_stop(watch, run, row, step, steps, since_best):
                return


def _told_to_stop(watch: Watch, run: Run, row: Row, step: int, steps: int, since_best: int) -> bool:
    """Ask the callbacks, the tolerance and the patience; True ends the loop."""
    loss = run.losses[-1]
    if watch.advance:
        watch.advance(step, loss)
    for callback in watch.callbacks:
        try:
            stop = callback(State(step, steps, loss, tuple(row)))
        except StopIteration:
            stop = True
        if stop:
            run.status, run.final = Status.CALLBACK, row
            run.message = _("stopped by a callback at step {step}.").format(step=step)
            return True
    if watch.tolerance is not None and len(run.losses) > 1:
        change = abs(run.losses[-2] - loss)
        if change <= watch.tolerance * abs(loss):
            run.status, run.final = Status.CONVERGED, row
            run.message = _(
                "converged at step {step}: the loss changed by less than {tolerance:g} of itself."
            ).format(step=step, tolerance=watch.tolerance)
            return True
    if watch.patience and since_best >= watch.patience:
        run.status, run.final = Status.PATIENCE, run.best()
        run.message = _(
            "stopped at step {step}: no better loss for {patience} recorded steps."
        ).format(step=step, patience=watch.patience)
        return True
    return False


def _finish(run: Run, returned: Any, step: int, steps: int, size: int) -> None:
    """Take the generator's return value as the final parameters."""
    run.nit = step
    try:
        run.final = read_parameters(returned)
    except Exception:  # whatever reading nonsense raises
        run.final = []
    if len(run.final) != size:
        run.broken = _("must return its {size} final parameters, not {given}").format(
            size=size, given=shown(returned)[:80]
        )
        run.final = run.best()
    elif not run.losses:
        run.broken = _("yielded nothing")
    elif step < steps:
        run.status = Status.CONVERGED
        run.message = _("the fitter ended by itself at step {step}.").format(step=step)
    else:
        run.message = _("all {steps} steps were made.").format(steps=steps)
