"""Setting and Ending: what a start is looked for with, and what a run of it has to print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sinfit.ground.arrays import Array
from sinfit.theory import Spectrum, log_factors

Bools = NDArray[np.bool_]

TRACE = 1e-13  # a mode whose share has shrunk below this by the first line cannot be seen in it
LARGEST = 500.0  # logarithm of the share of a mode that diverges; a loss of 1e-12 divides it still
NARROW = 20  # a range of updates is at most one in so many of those since the last line


def relative(ours: ArrayLike, printed: ArrayLike) -> Any:
    """The relative deviations, ours / printed - 1, of numbers or arrays.

    Infinite from a printed 0 that is not ours, and where ours is no number.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        apart = np.divide(ours, printed) - 1
    apart = np.where(np.equal(printed, 0), np.where(np.equal(ours, 0), 0.0, np.inf), apart)[()]
    return np.nan_to_num(apart, nan=np.inf, posinf=np.inf)


@dataclass(frozen=True, eq=False)
class Setting:
    """What a start is looked for with.

    Attributes:
        spectrum: The least-squares problem, of p modes.
        learning_rate: The learning rate.
        steps: The step of each line, ascending, (k,).
        losses: The sizes of the printed losses, (k,).
        tolerance: How far a line may be off, relative to its loss, (k,).
    """

    spectrum: Spectrum
    learning_rate: float
    steps: Array
    losses: Array
    tolerance: Array

    def only(self, lines: Any) -> Setting:
        """The same with some of the lines, an index array or a slice."""
        return replace(
            self,
            steps=self.steps[lines],
            losses=self.losses[lines],
            tolerance=self.tolerance[lines],
        )

    def corrected(self, formula: Array, real: Array) -> Setting:
        """The same without what rounding adds to the losses of a real run, (k,) each."""
        return replace(self, losses=self.losses * formula / real)

    @cached_property
    def shares(self) -> Array:
        """f^{2t} for each line and mode, (k, p); 0 for a mode that has left no trace."""
        log, _ = log_factors(self.spectrum, self.learning_rate)
        with np.errstate(under="ignore"):
            shares = np.exp(np.minimum(2 * np.outer(self.steps, log), LARGEST))
        shares[:, shares.max(axis=0) < TRACE] = 0.0
        return np.asarray(shares)

    def off(self, ours: Array) -> Array:
        """By how much losses are off the printed ones, relative, (k,)."""
        return np.asarray(np.abs(relative(ours, self.losses)))

    def departing(self, ours: Array) -> Bools:
        """The lines that these losses are not, within the tolerance, (k,)."""
        return np.asarray(self.off(ours) > self.tolerance)


@dataclass(frozen=True, eq=False)
class Ending:
    """A Result line.

    Attributes:
        parameters: As printed, (p,).
        tolerance: How far each may be off, absolute, (p,).
        first: The least number of updates that it may come after.
        last: The largest.
    """

    parameters: Array
    tolerance: Array
    first: int
    last: int

    def parts(self, since: float) -> Iterator[Ending]:
        """The same with narrower ranges of updates, the narrower the nearer to the last line."""
        first = self.first
        while first <= self.last:
            last = int(min(self.last, first + (first - since) // NARROW))
            yield replace(self, first=first, last=last)
            first = last + 1

    def reached(self, parameters: Any) -> bool:
        """Whether a run that ends with these parameters, (p,), ends here."""
        return bool((np.abs(parameters - self.parameters) <= self.tolerance).all())
