"""The exact trajectory of plain gradient descent: every loss without a loop.

Mode i starts with the amplitude A_i and is multiplied by f_i = 1 - 2·learning_rate·s_i² in every
step, so the loss before update t is floor + Σ (A_i f_i^t)². The powers are taken as
exp(t·log1p(-2·learning_rate·s²)): the factor of a slow mode, rounded to 0.9983…, has already lost
the digits that t steps would need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sinfit.ground.arrays import Array
from sinfit.theory.spectrum import Spectrum, spectrum

NEVER = -1e300  # the logarithm of a factor of 0; finite, so that its power 0 is still 1


@dataclass(frozen=True)
class Trajectory:
    """A run of plain gradient descent, known at every step.

    Attributes:
        spectrum: The problem.
        initial: The start, p numbers.
        learning_rate: The learning rate, stable or not.
        steps: The number of updates.
    """

    spectrum: Spectrum
    initial: tuple[float, ...]
    learning_rate: float
    steps: int

    @property
    def losses(self) -> Array:
        """The loss before every update, of shape (steps,), as a fitter yields it."""
        return self.losses_at(np.arange(self.steps))

    @property
    def parameters(self) -> tuple[float, ...]:
        """The parameters after the last update; p numbers."""
        return tuple(map(float, self.parameters_at([self.steps])[0]))

    def losses_at(self, steps: ArrayLike) -> Array:
        """The losses before the updates of these numbers, of shape (m,); infinite on overflow."""
        amplitudes = self.spectrum.amplitudes(self.initial)
        t = np.asarray(steps)
        alive = amplitudes != 0  # a mode that is not there does not grow, however unstable
        log, _ = log_factors(self.spectrum, self.learning_rate)
        with np.errstate(over="ignore", under="ignore"):
            sizes = np.exp(np.outer(t, log[alive])) * amplitudes[alive]
            return np.asarray(np.einsum("ti,ti->t", sizes, sizes) + self.spectrum.floor)

    def parameters_at(self, steps: ArrayLike) -> Array:
        """The parameters before the updates of these numbers, of shape (m, p)."""
        amplitudes = self.spectrum.amplitudes(self.initial)
        there = (amplitudes != 0) & (self.spectrum.singular > 0)
        log, negative = log_factors(self.spectrum, self.learning_rate)
        t = np.asarray(steps)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            growth = np.expm1(np.outer(t, log[there]))  # f^t - 1, if f > 0
            if negative[there].any():
                odd = np.outer(t % 2 == 1, negative[there])
                growth = np.where(odd, -2 - growth, growth)  # -|f|^t - 1
            moved = growth * (amplitudes[there] / self.spectrum.singular[there])
            return np.asarray(self.initial + moved @ self.spectrum.directions[:, there].T)


def trajectory(
    columns: Sequence[ArrayLike],
    y: ArrayLike,
    initial: Sequence[float],
    learning_rate: float,
    steps: int,
) -> Trajectory:
    """The run of plain gradient descent on the sum of squared errors of X w - y.

    Examples:
        >>> run = trajectory([[1.0, 1.0]], [1.0, 3.0], (0.0,), 0.125, 3)
        >>> [round(float(loss), 9) for loss in run.losses]
        [10.0, 4.0, 2.5]
        >>> [round(parameter, 9) for parameter in run.parameters]
        [1.75]

    Args:
        columns: p columns of X, each of shape (n,).
        y: What to fit, of shape (n,).
        initial: The start, p numbers.
        learning_rate: The learning rate; an unstable one gives the losses of its divergence.
        steps: The number of updates.

    Raises:
        DataError: The columns and y differ in shape, are empty or are not finite, or the start
            has another length.
    """
    problem = spectrum(columns, y)
    problem.amplitudes(initial)  # checks the start
    return Trajectory(problem, tuple(map(float, initial)), float(learning_rate), int(steps))


def log_factors(problem: Spectrum, learning_rate: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    """log|f| and whether f < 0 for the factors f = 1 - 2·learning_rate·s².

    Args:
        problem: The problem, of p modes.
        learning_rate: One rate, or several of shape (k,).

    Returns:
        Two arrays of shape (p,) or (k, p).
    """
    shrink = 2 * np.asarray(learning_rate)[..., None] * np.square(problem.singular)
    below = np.log1p(-np.minimum(shrink, 0.5))
    above = np.log(np.abs(shrink - 1), out=np.full(shrink.shape, NEVER), where=shrink != 1)
    return np.where(shrink <= 0.5, below, above), shrink > 1
