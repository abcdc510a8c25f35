"""What the last losses of an RMSprop run say of where it ends, whatever its start was."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from sinfit.replay.rmsprop import Setting

Array = NDArray[np.float64]

HOP = 2.0  # learning rates that a parameter moves in an update; 90 runs changed a loss by 0.8
ARRIVED = 1.03  # of the floor: runs whose last two lines are below this have met the optimum
NEAR = 6.0  # learning rates; of 90 runs those that had arrived ended within 3.1 of the optimum


def can_end_at(
    setting: Setting,
    steps: Array,
    losses: Array,
    end: int,
    result: Array,
    half_unit: Array,
) -> bool:
    """Whether a run with these last losses can end with these parameters.

    Args:
        setting: The problem and the learning rate.
        steps: The step of each line, ascending, (k,).
        losses: The printed losses, (k,).
        end: The number of updates.
        result: The parameters of the Result line, (4,).
        half_unit: Half a unit of their last printed digits, (4,).
    """
    away = result - setting.best
    if (losses[-2:] < ARRIVED * setting.floor).all():
        return bool((np.abs(away) <= NEAR * setting.learning_rate + half_unit).all())
    moved = HOP * setting.learning_rate * (end - steps[-1]) + half_unit
    corners = moved * np.array(list(product((-1.0, 1.0), repeat=4)))
    hop = float(np.sqrt(((corners @ setting.gram) * corners).sum(axis=1).max()))
    printed = float(np.sqrt(np.maximum(losses[-1] - setting.floor, 0.0)))
    ended = float(np.sqrt(np.maximum(away @ setting.gram @ away, 0.0)))
    return abs(ended - printed) <= hop


def mirrors(setting: Setting, start: Array) -> list[Array]:
    """The starts that print the same losses: (a, c) and (b, d) reflected at the optimum."""
    away = start - setting.best
    signs = [np.array([even, odd, even, odd]) for even, odd in product((1.0, -1.0), repeat=2)]
    return [setting.best + sign * away for sign in signs]
