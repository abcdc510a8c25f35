"""Recover the start of the Legendre stage, y = a + b P₃(c + d x), by least squares over the start.

The model is a cubic whose coefficients q depend on a, b, c, d, so a run needs x and y only through
XᵀX and Xᵀy, and thousands of starts are simulated at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinfit.replay.descent import descend

Array = NDArray[np.float64]

# random starts on the first quarter of the lines, the best of them on the first half, the best of
# these on all: (how many, the share of the lines, rounds)
STAGES = ((500, 0.25, 12), (100, 0.5, 15), (24, 1.0, 20))
CLOSE = 2e-6  # of a loss, root mean square; float32 sums are no better
ROBUST = 8  # the best are refined again, so that a misprint cannot lead astray
FAR = 1e-3  # deviations beyond this are taken for misprints
SPREAD = (1.0, 1.5, 0.5, 0.6)  # of a, b, c, d; farther out the runs diverge


def recover_start(
    gram: Array,
    best: Array,
    floor: float,
    learning_rate: float,
    steps: Array,
    losses: Array,
    near: Array,
) -> Array:
    """The start whose simulated losses come closest to the printed ones.

    Args:
        gram: XᵀX of the powers 0 to 3, (4, 4).
        best: The best cubic, ascending powers, (4,).
        floor: Its sum of squared errors.
        learning_rate: The learning rate.
        steps: The step of each line, ascending, (k,).
        losses: The printed losses, (k,).
        near: A start to try first, (4,).

    Returns:
        The start (a, b, c, d).
    """

    def residuals(starts: Array, lines: slice = slice(None)) -> Array:
        run = simulate(gram, best, floor, learning_rate, starts, steps[lines])
        return np.asarray(run / losses[lines, None] - 1)

    def bounded(starts: Array) -> Array:  # a misprint counts no more than this, however large
        values = residuals(starts) / FAR
        return np.asarray(values / np.sqrt(1 + np.square(values)))

    rng = np.random.default_rng(0)
    starts = rng.uniform(-1, 1, (STAGES[0][0], 4)) * SPREAD
    starts[:, 3] = np.abs(starts[:, 3])  # (-b, -c, -d) is the same curve as (b, c, d)
    starts[0] = near
    for kept, share, rounds in STAGES:
        lines = slice(max(4, round(share * len(steps))))
        starts, sums = descend(
            lambda at, lines=lines: residuals(at, lines),  # type: ignore[misc]
            starts[:kept],
            rounds,
            enough=CLOSE**2 * len(steps) if share == 1 else 0.0,
        )
        starts, sums = starts[np.argsort(sums)], np.sort(sums)
    if sums[0] > FAR**2 * len(steps):
        starts, sums = descend(bounded, starts[:ROBUST], rounds=12)
    return np.asarray(starts[np.argmin(sums)])


def improve(
    gram: Array,
    best: Array,
    floor: float,
    learning_rate: float,
    steps: Array,
    losses: Array,
    start: Array,
) -> Array:
    """A start near another one whose simulated losses come closer; see `recover_start`."""

    def residuals(starts: Array) -> Array:
        run = simulate(gram, best, floor, learning_rate, starts, steps) / losses[:, None] - 1
        return np.asarray(np.clip(run, -FAR, FAR))  # a misprint leads nowhere

    found, _ = descend(residuals, start[None], rounds=6)
    return np.asarray(found[0])


def sensitivity(
    gram: Array,
    best: Array,
    floor: float,
    learning_rate: float,
    steps: Array,
    start: Array,
) -> Array:
    """How far losses move, relative, if the start moves by the rounding of a float32, (k,)."""
    rng = np.random.default_rng(0)
    starts = start + rng.normal(size=(17, 4)) * np.finfo(np.float32).eps
    starts[0] = start
    runs = simulate(gram, best, floor, learning_rate, starts, steps)
    with np.errstate(over="ignore", invalid="ignore"):
        apart = np.abs(runs[:, 1:] / runs[:, :1] - 1).max(axis=1)
    return np.asarray(np.nan_to_num(apart, nan=np.inf))


def fitting_rate(
    gram: Array,
    best: Array,
    floor: float,
    near: float,
    steps: Array,
    losses: Array,
    start: Array,
) -> tuple[float, float]:
    """The learning rate with which a start comes closest to the lines, and how close."""
    low, high = near / 10, near * 10
    for _round in range(12):  # each keeps the neighbourhood of the best of 64
        rates = np.geomspace(low, high, 64)
        starts = np.repeat(start[None], len(rates), axis=0)
        with np.errstate(over="ignore", invalid="ignore"):
            off = np.abs(simulate(gram, best, floor, rates, starts, steps) / losses[:, None] - 1)
        worst = np.nan_to_num(off.max(axis=0), nan=np.inf)
        at = int(np.argmin(worst))
        low, high = rates[max(at - 1, 0)], rates[min(at + 1, len(rates) - 1)]
        if high / low - 1 < 1e-9:
            break
    return float(rates[at]), float(worst[at])


def simulate(
    gram: Array,
    best: Array,
    floor: float,
    learning_rate: float | Array,
    starts: Array,
    steps: Array,
) -> Array:
    """The losses of plain gradient descent from many starts, (k, m); see `recover_start`."""
    a, b, c, d = starts.T.copy()
    losses = np.empty((len(steps), len(starts)))
    line = 0
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(int(steps[-1]) + 1):
            p, slope = (5 * c**3 - 3 * c) / 2, (15 * c**2 - 3) / 2
            bend, cube = 7.5 * c, 2.5
            q = np.stack([a + b * p, b * d * slope, b * d**2 * bend, b * d**3 * cube])
            error = q - best[:, None]
            half = gram @ error  # half of the gradient for q
            if step == steps[line]:
                losses[line] = (error * half).sum(axis=0) + floor
                line += 1
            g0, g1, g2, g3 = 2 * half
            grad_b = p * g0 + d * slope * g1 + d**2 * bend * g2 + d**3 * cube * g3
            grad_c = b * (slope * g0 + 2 * bend * d * g1 + 3 * cube * d**2 * g2)
            grad_d = b * (slope * g1 + 2 * bend * d * g2 + 3 * cube * d**2 * g3)
            a = a - learning_rate * g0
            b = b - learning_rate * grad_b
            c = c - learning_rate * grad_c
            d = d - learning_rate * grad_d
    return losses
