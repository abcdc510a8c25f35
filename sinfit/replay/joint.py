"""Find the start that the losses and the Result line name together.

The losses tell the square of a mode's size, so that of a small mode only roughly: its size is off
by the root of what a loss is off. The Result line tells the size itself, as far as its digits go.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from sinfit.replay.linear import shares_of
from sinfit.theory import Spectrum
from sinfit.theory.trajectory import log_factors

Array = NDArray[np.float64]

ROUNDS = 12  # of Gauss-Newton; the equations are almost linear
SHOWN = 1e-6  # of a unit of parameters at the start, or of the tolerance at the end: nothing


def joint_start(
    problem: Spectrum,
    learning_rate: float,
    steps: Array,
    losses: Array,
    tolerance: Array,
    end: int,
    result: Array,
    result_tolerance: Array,
    initial: tuple[float, ...],
) -> tuple[float, ...]:
    """The start near another one that comes closest to the lines and to the Result line.

    Args:
        problem: The least-squares problem, of p modes.
        learning_rate: The learning rate.
        steps: The step of each line, (k,).
        losses: The losses aimed at, (k,).
        tolerance: How far a line may be off, relative to its loss, (k,).
        end: The number of updates that the Result line comes after.
        result: The parameters aimed at, (p,).
        result_tolerance: How far they may be off, (p,).
        initial: The start that the losses alone name; its modes have the right sizes, roughly.
    """
    shares = shares_of(problem, learning_rate, steps)
    log, negative = log_factors(problem, learning_rate)
    with np.errstate(under="ignore", over="ignore"):
        factor = np.exp(end * log) * np.where(negative & (end % 2 == 1), -1.0, 1.0)
    to_result = problem.directions / problem.singular / result_tolerance[:, None]
    aim = result / result_tolerance - to_result @ problem.target
    at_end = to_result * factor
    weight = 1 / (losses * tolerance)
    sizes = problem.amplitudes(initial)
    # a mode that is not there and that the end does not show has nothing to be told by
    shown = np.abs(at_end).max(axis=0) * problem.singular > SHOWN
    there = np.abs(sizes) > SHOWN * problem.singular
    alive = (shares.max(axis=0) > 0) & (shown | there)

    def residuals(sizes: Array) -> Array:
        lines = (shares @ np.square(sizes) + problem.floor - losses) * weight
        return np.concatenate([lines, at_end @ sizes - aim])

    best, least = sizes, float(np.square(residuals(sizes)).sum())
    for signs in product((1.0, -1.0), repeat=int(alive.sum())):
        trial = sizes.copy()
        trial[alive] *= signs
        for _round in range(ROUNDS):
            jacobian = np.concatenate([2 * shares * trial * weight[:, None], at_end])[:, alive]
            scale = np.maximum(np.abs(jacobian).max(axis=0), np.finfo(float).tiny)
            step = np.linalg.lstsq(jacobian / scale, residuals(trial), rcond=1e-12)[0]
            trial[alive] -= step / scale
        worst = float(np.square(residuals(trial)).sum())
        if worst < least:
            best, least = trial, worst
    return tuple(map(float, problem.directions @ ((best + problem.target) / problem.singular)))
