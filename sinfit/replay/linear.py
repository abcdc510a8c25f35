"""Recover the start of plain gradient descent on a linear model from its printed losses.

The loss at step t is floor + Σ a_i f_i^{2t} with a_i ≥ 0, the squared amplitudes of the modes:
linear in the unknowns, so non-negative least squares finds them. Modes that have died out before
the first line leave no trace, and none is needed. Their signs are those of the Result line.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sinfit.theory import Spectrum
from sinfit.theory.trajectory import log_factors

Array = NDArray[np.float64]
Lines = NDArray[np.int64]

TRACE = 1e-13  # a mode whose share has shrunk below this by the first line cannot be seen in it
LARGEST = 500.0  # logarithm of the share of a mode that diverges; a loss of 1e-12 divides it still
FARTHEST = 4.5  # starts are drawn with unit size or less: one in 10⁵ modes starts farther out
MOST_OUTLIERS = 2  # two lines swapped; with more, nothing is left to believe


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


def recover(
    problem: Spectrum,
    learning_rate: float,
    steps: Array,
    losses: Array,
    tolerance: Array,
    signs: Array,
) -> Recovery:
    """Find the start that explains all lines, or all but one or two, or the longest beginning.

    Args:
        problem: The least-squares problem, of p modes.
        learning_rate: The learning rate.
        steps: The step of each line, (k,).
        losses: The printed losses, (k,).
        tolerance: How far a line may be off, relative to its loss, (k,).
        signs: The sign of each mode, (p,).
    """
    shares = shares_of(problem, learning_rate, steps)
    bounds = np.square(FARTHEST * problem.singular) + np.square(problem.target)
    lines: Lines = np.arange(len(steps), dtype=np.int64)

    def attempt(chosen: Lines) -> tuple[Array, Array]:
        squares = fit_squares(
            shares[chosen], losses[chosen], problem.floor, bounds, tolerance[chosen]
        )
        return squares, np.abs((shares @ squares + problem.floor) / losses - 1)

    def recovery(squares: Array, departing: Lines, whole: bool) -> Recovery:
        return Recovery(start_of(problem, squares, signs), tuple(map(int, departing)), whole)

    squares, deviation = attempt(lines)
    if (deviation <= tolerance).all():
        return recovery(squares, lines[:0], whole=True)
    for outliers in range(1, MOST_OUTLIERS + 1):
        if len(lines) - outliers < len(problem.singular) + 1:
            break
        found: list[tuple[float, Array, Array]] = []
        for left_out in combinations(lines, outliers):
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


def explains(
    problem: Spectrum, learning_rate: float, steps: Array, losses: Array, tolerance: Array
) -> float:
    """How well the best start explains the lines: the largest deviation, in tolerances."""
    shares = shares_of(problem, learning_rate, steps)
    squares = fit_squares(shares, losses, problem.floor, tolerance=tolerance)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.abs(((shares @ squares + problem.floor) / losses - 1) / tolerance).max())


def shares_of(problem: Spectrum, learning_rate: float, steps: Array) -> Array:
    """f^{2t} for each line and mode, of shape (k, p); 0 for a mode that has left no trace."""
    log, _ = log_factors(problem, learning_rate)
    with np.errstate(under="ignore"):
        shares = np.exp(np.minimum(2 * np.outer(steps, log), LARGEST))
    shares[:, shares.max(axis=0) < TRACE] = 0.0
    return np.asarray(shares)


def fit_squares(
    shares: Array,
    losses: Array,
    floor: float,
    bounds: Array | None = None,
    tolerance: Array | None = None,
) -> Array:
    """Non-negative least squares on relative deviations, exact: every set of modes is tried.

    Args:
        shares: Shape (k, p), p being small.
        losses: Shape (k,).
        floor: What no mode explains.
        bounds: The largest squared amplitude of each mode, (p,); for modes that only one line can
            see, so that they cannot explain a misprint.
        tolerance: How far each line may be off, relative to its loss, (k,); all alike if None.

    Returns:
        The squared amplitudes, (p,).
    """
    weight = 1 / losses if tolerance is None else tolerance.min() / tolerance / losses
    matrix, target = shares * weight[:, None], (losses - floor) * weight
    scale = np.abs(matrix).max(axis=0)
    seen = np.flatnonzero(scale > 0)
    best, least = np.zeros(shares.shape[1]), float(target @ target)
    for size in range(1, len(seen) + 1):
        for modes in combinations(seen, size):
            chosen = list(modes)
            found, *_ = np.linalg.lstsq(matrix[:, chosen] / scale[chosen], target, rcond=1e-13)
            squares = np.zeros_like(best)
            with np.errstate(over="ignore", invalid="ignore"):  # losses near the largest float
                squares[chosen] = found / scale[chosen]
                residual = float(np.square(matrix @ squares - target).sum())
            if (found < 0).any() or (bounds is not None and (squares > bounds).any()):
                continue
            if residual < least:
                best, least = squares, residual
    return best


def start_of(problem: Spectrum, squares: Array, signs: Array) -> tuple[float, ...]:
    """The start whose modes have these squared amplitudes and signs."""
    amplitudes = np.sqrt(squares) * signs + problem.target
    return tuple(map(float, problem.directions @ (amplitudes / problem.singular)))


def signs_of(problem: Spectrum, learning_rate: float, steps: int, result: Array | None) -> Array:
    """The sign of each mode at the start, from where the run ended; +1 where nothing says it."""
    if result is None or len(result) != len(problem.singular):
        return np.ones(len(problem.singular))
    _, negative = log_factors(problem, learning_rate)
    at_the_end = np.where(problem.amplitudes(result) < 0, -1.0, 1.0)
    return np.where(negative & (steps % 2 == 1), -at_the_end, at_the_end)
