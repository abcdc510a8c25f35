"""Levenberg-Marquardt from many starts at once, for simulations that are cheap in bulk."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

AWAY = 1e-7  # the step of the finite differences; about the square root of the rounding unit


def descend(
    residuals: Callable[[Array], Array], starts: Array, rounds: int, enough: float = 0.0
) -> tuple[Array, Array]:
    """Improve every start on its own.

    Args:
        residuals: Turns points of shape (m, p) into residuals of shape (k, m).
        starts: Shape (m, p).
        rounds: How many steps to try.
        enough: Stop as soon as a start has a sum of squares below this.

    Returns:
        The improved points, (m, p), and their sums of squares, (m,); infinite where a simulation
        diverged.
    """
    count, size = starts.shape

    def sums(values: Array) -> Array:
        return np.asarray(np.nan_to_num(np.square(values).sum(axis=0), nan=np.inf))

    with np.errstate(over="ignore", invalid="ignore"):
        current = residuals(starts)
        damping = np.full(count, 1e-2)
        for _round in range(rounds):
            if sums(current).min() < enough:
                break
            moved = np.concatenate([starts + AWAY * unit for unit in np.eye(size)])
            jacobian = (residuals(moved).reshape(-1, size, count) - current[:, None]) / AWAY
            jacobian = np.nan_to_num(jacobian, posinf=0, neginf=0)
            values = np.nan_to_num(current, posinf=0, neginf=0)
            normal = np.einsum("tkm,tlm->mkl", jacobian, jacobian)
            slope = np.einsum("tkm,tm->mk", jacobian, values)
            diagonal = np.einsum("mkk->mk", normal)
            damped = normal + (damping[:, None] * diagonal + 1e-12)[:, :, None] * np.eye(size)
            trial = starts - np.linalg.solve(damped, slope[:, :, None])[:, :, 0]
            after = residuals(trial)
            better = sums(after) < sums(current)
            starts = np.where(better[:, None], trial, starts)
            current = np.where(better, after, current)
            damping = np.where(better, damping * 0.2, damping * 5)
        return starts, sums(current)
