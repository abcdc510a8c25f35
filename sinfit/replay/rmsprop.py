"""Recover the start of an RMSprop run from its printed losses.

RMSprop moves every parameter by about the learning rate, whatever the gradient's size, so the loss
as a function of the start is full of kinks and local minima. What helps: it depends on x and y only
through XᵀX and Xᵀy, and on points symmetric about 0 the even powers (a, c) and the odd ones (b, d)
of a cubic never meet. So two grids of two dimensions each are simulated instead of one of four, and
every pair of their points is compared with the printed lines. The best pairs are improved by a
search around each of them, then by Levenberg-Marquardt steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinfit.replay.descent import descend

Array = NDArray[np.float64]

ALPHA, EPS = 0.99, 1e-8  # torch.optim.RMSprop's defaults
BOXES = (3**-0.5, 3.5)  # nn.Linear(3, 1) draws from ±1/√3; sinfit draws from a standard normal
GRID = 96  # points along a side of the grids
PAIRS = 700  # pairs that are improved
CHILDREN = 12  # points tried around each half of a pair, every one with every one of the other's
GENERATIONS = 12
SHRINK = 0.55  # the radius of the search, from one generation to the next
ROBUST = 2e-3  # deviations far above this count little, so that a misprint cannot lead astray
EARLY = 1.35  # lines below this many times the floor lie in a limit cycle and are left for last
ENOUGH = 5e-3  # a start this close needs no larger box
CHUNK = 4096  # simulated at once: 32 kB an array

EVEN, ODD = (0, 2), (1, 3)


@dataclass(frozen=True)
class Setting:
    """What a simulation needs to know.

    Attributes:
        gram: XᵀX, (4, 4).
        best: The best cubic, (4,).
        floor: Its sum of squared errors.
        learning_rate: The learning rate.
    """

    gram: Array
    best: Array
    floor: float
    learning_rate: float


def recover_starts(
    setting: Setting, steps: Array, losses: Array, count: int, seed: int = 0
) -> Array:
    """The starts whose simulated losses come closest to the printed ones.

    Args:
        setting: The problem and the learning rate.
        steps: The step of each line, ascending, (k,).
        losses: The printed losses, (k,).
        count: How many starts to return.
        seed: Of the search's own draws.

    Returns:
        Shape (count, 4).
    """
    starts, score = np.zeros((0, 4)), np.inf
    for box in BOXES:
        found, badness = _search(setting, steps, losses, box, np.random.default_rng(seed), count)
        if badness < score:
            starts, score = found, badness
        if score < ENOUGH:
            break
    return starts


def simulate(setting: Setting, half: tuple[int, int], starts: Array, steps: Array) -> Array:
    """What one half of the parameters adds to the loss.

    Args:
        setting: The problem and the learning rate.
        half: `EVEN` or `ODD`.
        starts: Where the two parameters start, (2, m).
        steps: At which steps, ascending, (k,).

    Returns:
        The loss above the floor that they cause, (k, m).
    """
    if starts.shape[1] > CHUNK:
        parts = range(0, starts.shape[1], CHUNK)
        return np.concatenate(
            [simulate(setting, half, starts[:, i : i + CHUNK], steps) for i in parts], axis=1
        )
    first, second = half
    hessian = 2 * setting.gram
    h00, h01, h11 = hessian[first, first], hessian[first, second], hessian[second, second]
    u, v = starts[0] - setting.best[first], starts[1] - setting.best[second]
    square_u, square_v = np.zeros_like(u), np.zeros_like(v)
    root = np.empty_like(u)
    added = np.empty((len(steps), len(u)))
    line = 0
    for step in range(int(steps[-1]) + 1):
        grad_u, grad_v = h00 * u + h01 * v, h01 * u + h11 * v
        if step == steps[line]:
            added[line] = (u * grad_u + v * grad_v) / 2
            line += 1
        for value, grad, square in ((u, grad_u, square_u), (v, grad_v, square_v)):
            square *= ALPHA
            np.multiply(grad, grad, out=root)
            root *= 1 - ALPHA
            square += root
            np.sqrt(square, out=root)
            root += EPS
            grad /= root
            grad *= setting.learning_rate
            value -= grad
    return added


def _search(
    setting: Setting,
    steps: Array,
    losses: Array,
    box: float,
    rng: np.random.Generator,
    count: int,
) -> tuple[Array, float]:
    early = max(4, int((losses > EARLY * setting.floor).sum()))
    even, odd = _matching_pairs(setting, steps[:early], losses[:early], box)
    radius = 2 * box / GRID
    for generation in range(GENERATIONS):
        lines = slice(None) if generation >= GENERATIONS // 2 else slice(early)
        even, odd, scores = _improve(
            setting, steps[lines], losses[lines], even, odd, radius, rng, box,
            alone=generation < GENERATIONS // 2,
        )  # fmt: skip
        radius *= SHRINK
    starts = np.stack([even[0], odd[0], even[1], odd[1]], axis=1)[np.argsort(scores)]
    polished = _polish(setting, steps[:early], losses[:early], starts[::4])[:count]
    badness = _badness(_deviations(setting, polished, steps, losses))
    worst = min(float(scores.min()), float(badness.min()))
    # the early lines decide where chaos rules the late ones, all lines where it sets in early
    candidates = np.stack([polished, starts[:count]], axis=1).reshape(-1, 4)[:count]
    return candidates, float(np.sqrt(np.expm1(worst / len(steps)))) * ROBUST


def _matching_pairs(
    setting: Setting, steps: Array, losses: Array, box: float
) -> tuple[Array, Array]:
    """The pairs of grid points that come closest, from all lines and from three parts of them."""
    side = (np.arange(GRID) + 0.5) / GRID * 2 * box - box
    # (a, c) and (-a, -c) give the same losses: half of the plane will do
    even = np.stack(np.meshgrid(side[GRID // 2 :], side, indexing="ij")).reshape(2, -1)
    odd = np.stack(np.meshgrid(side, side, indexing="ij")).reshape(2, -1)
    has = simulate(setting, EVEN, even, steps) / losses[:, None]
    lacks = (1 - setting.floor / losses)[:, None] - simulate(setting, ODD, odd, steps) / losses[
        :, None
    ]
    lines = np.arange(len(losses))
    parts = [lines, *(lines[lines % 3 != left_out] for left_out in range(3))]
    chosen = [
        _nearest(has[part].astype(np.float32), lacks[part].astype(np.float32), PAIRS // len(parts))
        for part in parts
    ]
    i, j = np.concatenate(chosen, axis=1)
    return even[:, i], odd[:, j]


def _nearest(has: NDArray[np.float32], lacks: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """For every column of `has` the nearest of `lacks`; the count nearest, (2, count)."""
    lengths = np.square(lacks).sum(axis=0)
    partner = np.empty(has.shape[1], dtype=np.int64)
    distance = np.empty(has.shape[1])
    for i in range(0, has.shape[1], 256):
        part = has[:, i : i + 256]
        apart = lengths - 2 * part.T @ lacks
        partner[i : i + 256] = apart.argmin(axis=1)
        distance[i : i + 256] = apart.min(axis=1) + np.square(part).sum(axis=0)
    order = np.argsort(distance)[:count]
    return np.stack([order, partner[order]])


def _improve(
    setting: Setting,
    steps: Array,
    losses: Array,
    even: Array,
    odd: Array,
    radius: float,
    rng: np.random.Generator,
    box: float,
    *,
    alone: bool,
) -> tuple[Array, Array, Array]:
    """Try points around each pair; keep the best for each (alone), or the best of all."""
    pairs, family = even.shape[1], CHILDREN + 1

    def children(parents: Array) -> Array:
        away = rng.uniform(-radius, radius, (2, family, pairs))
        away[:, 0] = 0  # the parent itself
        return np.clip(parents[:, None] + away, -box, box)

    evens, odds = children(even), children(odd)
    has = simulate(setting, EVEN, evens.reshape(2, -1), steps).reshape(-1, family, pairs)
    adds = simulate(setting, ODD, odds.reshape(2, -1), steps).reshape(-1, family, pairs)
    score = np.zeros((family, family, pairs))
    for line, loss in enumerate(losses):
        deviation = (has[line][:, None] + adds[line] + setting.floor) / loss - 1
        score += np.log1p(np.square(deviation / ROBUST))
    flat = score.reshape(-1, pairs)
    keep = 1 if alone else 3
    best = np.argpartition(flat, keep, axis=0)[:keep]
    scores = np.take_along_axis(flat, best, axis=0)
    order = np.argsort(scores, axis=None)[:pairs]
    rank, pair = np.unravel_index(order, scores.shape)
    member = best[rank, pair]
    return (
        evens[:, member // family, pair],
        odds[:, member % family, pair],
        scores[rank, pair],
    )


def _deviations(setting: Setting, starts: Array, steps: Array, losses: Array) -> Array:
    """Relative deviations of the simulated losses, (k, m)."""
    added = simulate(setting, EVEN, starts[:, EVEN].T.copy(), steps)
    added += simulate(setting, ODD, starts[:, ODD].T.copy(), steps)
    return (added + setting.floor) / losses[:, None] - 1


def _badness(deviations: Array) -> Array:
    return np.asarray(np.log1p(np.square(deviations / ROBUST)).sum(axis=0))


def _polish(setting: Setting, steps: Array, losses: Array, starts: Array) -> Array:
    """Improve the starts together on the lines that the best of them does not contradict."""
    off = np.abs(_deviations(setting, starts[:1], steps, losses)[:, 0])
    trusted = off < max(10 * float(np.median(off)), ENOUGH)
    found, sums = descend(
        lambda at: _deviations(setting, at, steps, losses)[trusted], starts, rounds=15
    )
    return np.asarray(found[np.argsort(sums)])
