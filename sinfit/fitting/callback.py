"""from_callback(): a solver that calls back, such as SciPy's, becomes a generator.

The solver runs in a thread of its own, and only while the host waits for its next step: the two
take turns, so nothing runs at once, and a fit is as reproducible as any other.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Generator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import numpy as np

from sinfit.fitting.driving import read_loss, read_parameters
from sinfit.fitting.torch_modes import current_modes, torch_modes

Report = Callable[[Any, Any], None]

LISTEN = 0.2  # seconds; Windows hears Ctrl-C only between two waits
GOODBYE = 1.0  # seconds that a solver may take to end when it is told to


class Stopped(BaseException):
    """Raised by `report` when the fit is over: it ends the solver.

    No `Exception`, so that a solver that catches those of its callbacks does not go on.
    """


def from_callback(solve: Callable[[Report], Any]) -> Generator[Any, None, Any]:
    """Make a fitter's generator of a solver that calls back.

    The solver runs step by step: it goes on when the host asks for the next step, and is ended by
    an exception in `report` when the host stops, after Ctrl-C, a time limit or a callback's wish.

    Examples:
        >>> def fit(x, y, *, initial, steps, learning_rate):
        ...     def solve(report):
        ...         parameters = list(initial)
        ...         for _ in range(steps):
        ...             report(sum(p * p for p in parameters), parameters)
        ...             parameters[:] = [p / 2 for p in parameters]
        ...         return parameters
        ...
        ...     return from_callback(solve)
        >>> list(fit([], [], initial=(4.0,), steps=2, learning_rate=1.0))
        [(16.0, [4.0]), (4.0, [2.0])]

    Args:
        solve: Called with `report`, a function of the loss and the parameters before an update,
            which are read at once. It returns the final parameters, or a `Final`.

    Returns:
        The generator, for a fitter's function to return.
    """
    turns: SimpleQueue[bool] = SimpleQueue()  # from the host: go on, or stop
    told: SimpleQueue[tuple[str, Any]] = SimpleQueue()  # from the solver
    stopped = False

    def report(loss: Any, parameters: Any) -> None:
        if stopped:  # a solver that went on all the same, or a thread that it left behind
            raise Stopped
        try:
            step = read_loss(loss), read_parameters(parameters)
        except Exception:  # nonsense: the host says what is wrong with it
            step = loss, parameters
        told.put(("step", step))
        if not turns.get():
            raise Stopped

    def run() -> None:
        try:
            with torch_modes(modes), np.errstate(**floating):  # each belongs to a thread
                outcome = "returned", solve(report)
        except BaseException as error:  # it goes to the host, whatever it is
            outcome = "raised", error
        told.put(outcome)

    modes, floating = current_modes(), np.geterr()
    context = contextvars.copy_context()  # of the language, say
    thread = Thread(target=context.run, args=(run,), name="sinfit solver", daemon=True)
    thread.start()
    try:
        while True:
            try:
                kind, what = told.get(timeout=LISTEN)
            except Empty:
                continue
            if kind == "raised":
                raise what
            if kind == "returned":
                return what
            yield what
            turns.put(True)
    finally:
        stopped = True
        turns.put(False)
        thread.join(GOODBYE)  # one that does not end by then ends at its next report
