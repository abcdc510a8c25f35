"""Recover the start of plain gradient descent on a linear model from what it printed.

The loss at step t is floor + Σ a_i f_i^{2t} with a_i ≥ 0, the squared amplitudes of the modes:
linear in the unknowns, so non-negative least squares finds them. Modes that have died out before
the first line leave no trace, and none is needed. Their signs are those of the Result line.

The losses tell the square of a mode's size, so that of a small mode only roughly: its size is off
by the root of what a loss is off. The Result line tells the size itself, as far as its digits go,
so that both are asked together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray
from sinfit.ground.arrays import Array
from sinfit.theory import Spectrum, log_factors

from sinfit_replay.setting import Ending, Setting

Lines = NDArray[np.int64]

FARTHEST = 4.5  # starts are drawn with unit size or less: one in 10⁵ modes starts farther out
MOST_OUTLIERS = 2  # two lines swapped; with more, nothing is left to believe
SUSPECTS = 24  # lines, the worst fitted ones, that are tried as outliers
ROUNDS = 12  # of Gauss-Newton; the equations of lines and Result line are almost linear
SHOWN = 1e-6  # of a unit of parameters at the start, or of the tolerance at the end: nothing


@dataclass(frozen=True)
class Recovery:
    """What the lines of a log say of the run's start.

    Attributes:
        initial: The start.
        departing: The lines that no run with the other lines prints, in the order of the log.
        whole: Whether one start explains all lines, or all but the departing ones. Otherwise the
            start explains the lines before the first departing one only.
    """

    initial: tuple[float, ...]
    departing: tuple[int, ...]
    whole: bool


def recover(setting: Setting, signs: Array) -> Recovery:
    """Find the start that explains all lines, or all but one or two, or the longest beginning.

    Args:
        setting: The problem and the lines.
        signs: The sign of each mode, (p,).
    """
    problem, tolerance = setting.spectrum, setting.tolerance
    bounds = np.square(FARTHEST * problem.singular) + np.square(problem.target)
    lines: Lines = np.arange(len(setting.steps), dtype=np.int64)

    def attempt(chosen: Lines) -> tuple[Array, Array]:
        part = setting.only(chosen)
        squares = fit_squares(setting.shares[chosen], part, bounds)
        return squares, setting.off(setting.shares @ squares + problem.floor)

    def recovery(squares: Array, departing: Lines, whole: bool) -> Recovery:
        return Recovery(
            start_of(problem, np.sqrt(squares) * signs), tuple(map(int, departing)), whole
        )

    squares, deviation = attempt(lines)
    if (deviation <= tolerance).all():
        return recovery(squares, lines[:0], whole=True)
    suspects = np.sort(np.argsort(-deviation / tolerance, kind="stable")[:SUSPECTS])
    for outliers in range(1, MOST_OUTLIERS + 1):
        if len(lines) - outliers < len(problem.singular) + 1:
            break
        found: list[tuple[float, Array, Array]] = []
        for left_out in combinations(suspects, outliers):
            kept = np.delete(lines, left_out)
            squares, deviation = attempt(kept)
            if (deviation[kept] <= tolerance[kept]).all():
                found.append((float((deviation / tolerance)[kept].max()), squares, deviation))
        if found:
            _, squares, deviation = min(found, key=lambda each: each[0])
            return recovery(squares, np.flatnonzero(deviation > tolerance), whole=True)
    best = attempt(lines[:1])[0]
    for end in range(2, len(lines)):
        squares, deviation = attempt(lines[:end])
        if (deviation > tolerance)[:end].any():
            return recovery(best, lines[end - 1 :], whole=False)
        best = squares
    return recovery(best, lines[-1:], whole=False)


def explains(setting: Setting) -> float:
    """How well the best start explains the lines: the largest deviation, in tolerances."""
    squares = fit_squares(setting.shares, setting)
    with np.errstate(over="ignore", invalid="ignore"):
        ours = setting.shares @ squares + setting.spectrum.floor
    return float((setting.off(ours) / setting.tolerance).max())


def fit_squares(shares: Array, setting: Setting, bounds: Array | None = None) -> Array:
    """Fit squared amplitudes to the lines, each line weighted by its tolerance.

    Args:
        shares: Shape (k, p), p being small.
        setting: The problem and its k lines.
        bounds: The largest squared amplitude of each mode, (p,); for modes that only one line can
            see, so that they cannot explain a misprint.

    Returns:
        The squared amplitudes, (p,).
    """
    weight = setting.tolerance.min() / setting.tolerance / setting.losses
    aim = (setting.losses - setting.spectrum.floor) * weight
    return non_negative(shares * weight[:, None], aim, bounds)[0]


def non_negative(matrix: Array, aim: Array, bounds: Array | None = None) -> tuple[Array, float]:
    """Non-negative least squares, exact: every set of unknowns is tried.

    Args:
        matrix: Shape (k, p), p being small.
        aim: Shape (k,).
        bounds: The largest value of each unknown, (p,).

    Returns:
        The unknowns, (p,), and the sum of squares that they leave.
    """
    scale = np.abs(matrix).max(axis=0)
    seen = np.flatnonzero(scale > 0)
    best, least = np.zeros(matrix.shape[1]), float(aim @ aim)
    for size in range(1, len(seen) + 1):
        for chosen in map(list, combinations(seen, size)):
            found, *_ = np.linalg.lstsq(matrix[:, chosen] / scale[chosen], aim, rcond=1e-13)
            squares = np.zeros_like(best)
            with np.errstate(over="ignore", invalid="ignore"):  # losses near the largest float
                squares[chosen] = found / scale[chosen]
                residual = float(np.square(matrix @ squares - aim).sum())
            if (found < 0).any() or (bounds is not None and (squares > bounds).any()):
                continue
            if residual < least:
                best, least = squares, residual
    return best, least


def start_of(problem: Spectrum, amplitudes: Array) -> tuple[float, ...]:
    """The start whose modes have these signed amplitudes, (p,)."""
    return tuple(
        map(float, problem.directions @ ((amplitudes + problem.target) / problem.singular))
    )


def signs_of(setting: Setting, steps: int, result: Array | None) -> Array:
    """The sign of each mode at the start, from where the run ended; +1 where nothing says it."""
    problem = setting.spectrum
    if result is None or len(result) != len(problem.singular):
        return np.ones(len(problem.singular))
    _, negative = log_factors(problem, setting.learning_rate)
    at_the_end = np.where(problem.amplitudes(result) < 0, -1.0, 1.0)
    return np.where(negative & (steps % 2 == 1), -at_the_end, at_the_end)


def joint_start(setting: Setting, ending: Ending, initial: tuple[float, ...]) -> tuple[float, ...]:
    """The start near another one that comes closest to the lines and to the Result line.

    Args:
        setting: The problem and the lines.
        ending: The Result line, after `ending.last` updates.
        initial: The start that the losses alone name; its modes have the right sizes, roughly.
    """
    problem, shares, end = setting.spectrum, setting.shares, ending.last
    log, negative = log_factors(problem, setting.learning_rate)
    with np.errstate(under="ignore", over="ignore"):
        factor = np.exp(end * log) * np.where(negative & (end % 2 == 1), -1.0, 1.0)
    to_result = problem.directions / problem.singular / ending.tolerance[:, None]
    aim = ending.parameters / ending.tolerance - to_result @ problem.target
    at_end = to_result * factor
    weight = 1 / (setting.losses * setting.tolerance)
    sizes = problem.amplitudes(initial)
    # a mode that is not there and that the end does not show has nothing to be told by
    shown = np.abs(at_end).max(axis=0) * problem.singular > SHOWN
    there = np.abs(sizes) > SHOWN * problem.singular
    alive = (shares.max(axis=0) > 0) & (shown | there)

    def residuals(sizes: Array) -> Array:
        lines = (shares @ np.square(sizes) + problem.floor - setting.losses) * weight
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
    return start_of(problem, best)
