"""What can be proven of printed losses: that no run of the stage prints them.

A search that finds no start proves nothing. A proof is of another kind. If a start printed all
lines within their tolerances, then so would any weighted mean of their squared deviations be within
the mean of the squared tolerances. So where the least such mean, over all starts, is larger, there
is no start: the weights are a certificate that anybody can check.
"""

from __future__ import annotations

import numpy as np
from sinfit.ground.arrays import Array
from sinfit.theory import log_factors

from sinfit_replay.case import Case
from sinfit_replay.explain import scales
from sinfit_replay.recovery import non_negative
from sinfit_replay.setting import Bools, Ending, Setting

ROUNDS = 60  # of weighting anew; where they do not decide, nothing is proven
COMPUTED = 1e-13  # of the floor, as a difference of squares is good to
HUGE = 1e200  # a squared size that no line allows and that can still be reckoned with
CERTAIN = 1e-6  # by which the mean has to be larger than 1; rounding makes far less of it


def no_start_prints(setting: Setting, ending: Ending | None = None) -> bool:
    """Whether it is proven that no start at all prints these lines, and ends there."""
    parts = [None] if ending is None else ending.parts(float(setting.steps[-1]))
    return all(_is_impossible(setting, part) for part in parts)


def _is_impossible(setting: Setting, ending: Ending | None) -> bool:
    matrix, low, high = _intervals(setting, ending)
    middle, half = (low + high) / 2, (high - low) / 2
    weights = np.full(len(half), 1 / len(half))
    for _round in range(ROUNDS):
        root = np.sqrt(weights) / half
        with np.errstate(over="ignore"):
            squares, mean = non_negative(matrix * root[:, None], middle * root)
        if not np.isfinite(mean):
            return False
        if mean > 1 + CERTAIN:
            return True
        apart = np.abs(matrix @ squares - middle) / half
        if apart.max() <= 1:
            return False
        weights = weights * apart  # what is far off counts more (Lawson's algorithm)
        weights /= weights.sum()
    return False


def _intervals(setting: Setting, ending: Ending | None) -> tuple[Array, Array, Array]:
    """The lines as intervals of sums of the modes' squared amplitudes where each is largest.

    That is the first line, or the last for a mode that grows, so that no factor is above 1.

    Returns:
        The matrix, (rows, p), and the ends of the intervals of its products with b, (rows,) each.
    """
    problem, steps = setting.spectrum, setting.steps
    log, _ = log_factors(problem, setting.learning_rate)
    line = np.where(log > 0, len(steps) - 1, 0)  # where each is largest, (p,)
    with np.errstate(under="ignore"):
        lines = np.exp(2 * (steps[:, None] - steps[line]) * log)
    half = setting.tolerance * setting.losses + COMPUTED * problem.floor
    low, high = setting.losses - problem.floor - half, setting.losses - problem.floor + half
    if ending is None:
        return lines, low, high
    size = problem.amplitudes(ending.parameters)
    error = np.abs(problem.directions).T @ ending.tolerance * problem.singular
    least, most = np.maximum(np.abs(size) - error, 0), np.abs(size) + error
    after = np.array([[ending.first], [ending.last]]) - steps[line]
    with np.errstate(all="ignore"):
        factors = np.exp(2 * after * log)  # (2, p)
        # divided by the larger factor below and by the smaller above
        bottom = np.where(least > 0, np.square(least) / factors.max(axis=0), 0.0)
        top = np.square(most) / factors.min(axis=0)
    bottom = np.minimum(bottom, HUGE)
    # no mode is larger than the line where it is largest lets it be: more bounds nothing
    cap = np.maximum(2 * (setting.losses[line] + half[line]), 2 * bottom)
    return (
        np.concatenate([lines, np.eye(len(size))]),
        np.concatenate([low, bottom]),
        np.concatenate([high, np.fmin(top, cap)]),
    )


def bends_down(setting: Setting) -> bool:
    """Whether the logarithm of the losses bends down anywhere, which no gradient descent makes.

    A loss is a sum of a_i f_i^{2t} and a floor, none of them negative, and the logarithm of such a
    sum is convex in t: with any learning rate, any points, any target, and for means as for sums.
    """
    with np.errstate(divide="ignore"):
        low = np.log(setting.losses) + np.log(np.maximum(1 - setting.tolerance, 0))
        high = np.log(setting.losses) + np.log1p(setting.tolerance)
    hull: list[int] = []  # of the upper ends, from below
    for at, step in enumerate(setting.steps):
        while len(hull) > 1:
            before, last = hull[-2:]
            run = (setting.steps[last] - setting.steps[before]) / (step - setting.steps[before])
            if high[last] < high[before] + run * (high[at] - high[before]):
                break
            hull.pop()
        hull.append(at)
    return bool((low > np.interp(setting.steps, setting.steps[hull], high[hull])).any())


def below_the_floor(case: Case, floor: float, dip: float = 1.0) -> Bools:
    """The lines whose loss no curve of the model has, (k,).

    None if nobody said how many points there were. None either if all lines are possible for a
    program that prints the mean of the squares, or a half, and the run ends below the floor, or
    what is below it is no odd one out.

    Args:
        case: The log and its stage.
        floor: The least sum of squares.
        dip: By what factor the least line may be below all that the floor allows and be no odd one
            out; 1 where losses fall smoothly.
    """
    setting = case.setting()
    most = setting.losses * (1 + setting.tolerance)
    below = np.asarray((most < floor) & (case.signed >= 0))
    if not case.said or not below.any():
        return np.zeros_like(below)
    possible = any((most / factor >= floor).all() for _words, factor in scales(case.points))
    near = most[most >= floor].min(initial=np.inf) <= dip * most[below].min()
    return below & (not (possible and (below[-1] or near)))
