"""Landscape: the final loss of gradient descent over the learning rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sinfit.ground.arrays import Array
from sinfit.ground.json_numbers import finite
from sinfit.theory import Mode, modes, spectrum, stability_limit

from sinfit_exact.batch import losses_of_starts

ALIVE = 0.01  # a mode is alive while more than this share of its loss is left
EDGE = 61  # further rates within 3 % of the stability limit
BELOW, BEYOND = 1e-4, 2.0  # the range of rates, relative to the stability limit


@dataclass(frozen=True, eq=False)
class Landscape:
    """The final loss over the learning rate.

    Attributes:
        steps: The number of updates.
        rates: The learning rates, ascending, (k,).
        losses: The loss after the last update, the median over the starts, (k,); infinite beyond
            the stability limit where it has overflowed.
        floor: The best possible loss.
        stability_limit: 2/λmax of the Hessian; above it the loss grows without bounds.
        modes: The modes at the fitter's own learning rate, the slowest first.
        alive_below: For each mode, the learning rate below which it is still alive at the end.
    """

    steps: int
    rates: Array
    losses: Array
    floor: float
    stability_limit: float
    modes: tuple[Mode, ...]
    alive_below: tuple[float, ...]

    @property
    def best_rate(self) -> float:
        """The learning rate with the least final loss."""
        return float(self.rates[np.argmin(self.losses)])

    @property
    def best_loss(self) -> float:
        """The least final loss."""
        return float(self.losses.min())

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON; a loss that has overflowed is None."""
        return {
            "steps": self.steps,
            "stability_limit": self.stability_limit,
            "floor": self.floor,
            "best_rate": self.best_rate,
            "best_loss": self.best_loss,
            "modes": [
                {
                    "eigenvalue": mode.eigenvalue,
                    "direction": list(mode.direction),
                    "alive_below": edge,
                }
                for mode, edge in zip(self.modes, self.alive_below, strict=True)
            ],
            "rates": self.rates.tolist(),
            "losses": finite(self.losses.tolist()),
        }


def landscape(
    columns: Sequence[ArrayLike],
    y: ArrayLike,
    starts: ArrayLike,
    steps: int,
    count: int,
    learning_rate: float,
) -> Landscape:
    """Compute the final losses for evenly spaced logarithms of the learning rate.

    Examples:
        >>> x = np.linspace(-np.pi, np.pi, 2000)
        >>> columns = [x**0, x, x**2, x**3]
        >>> found = landscape(columns, np.sin(x), np.zeros((1, 4)), 2000, 200, 1e-6)
        >>> f"{found.stability_limit:.3e}"
        '3.558e-06'

    Args:
        columns: p columns of X, each of shape (n,).
        y: What to fit, of shape (n,).
        starts: Shape (m, p).
        steps: The number of updates.
        count: How many learning rates, besides those close to the stability limit.
        learning_rate: The one that the modes' half-lives are given for.
    """
    limit = stability_limit(columns)
    around = limit if math.isfinite(limit) else 1.0
    edge = around * np.linspace(0.97, 1.03, EDGE)  # where the loss leaps, more closely
    rates = np.sort(np.append(np.geomspace(BELOW * around, BEYOND * around, count), edge))
    losses = losses_of_starts(columns, y, starts, rates, at=(steps,))[:, :, 0]
    found = modes(columns, learning_rate)
    # |1 - 2 rate λ|^(2 steps) falls to ALIVE at this rate
    share = -math.expm1(math.log(ALIVE) / (2 * steps))
    return Landscape(
        steps=steps,
        rates=rates,
        losses=np.median(losses, axis=0),
        floor=spectrum(columns, y).floor,
        stability_limit=limit,
        modes=found,
        alive_below=tuple(
            share / (2 * mode.eigenvalue) if mode.eigenvalue > 0 else math.inf for mode in found
        ),
    )
