"""How far each line strays from what the other lines let expect.

The draws move the slow modes of a run, and all later lines with them, so the lines of one log stray
together: 10 % in all of them may be nothing, 2 % in one of them much. What each should be, given
the others, follows from the covariance of simulated runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

OPEN = 1e3  # of what the lines say: the sizes that were fitted to the lines count as unknown


@dataclass(frozen=True)
class Spread:
    """What simulated runs say of lines and parameters together.

    Attributes:
        middle: The medians, (m,): logarithms of the k losses, then the final parameters.
        covariance: About them, unknown sizes included, (m, m).
    """

    middle: Array
    covariance: Array

    def widened(self, half: Array) -> Spread:
        """The same for values that were rounded by up to `half`, (m,)."""
        return Spread(self.middle, self.covariance + np.diag(np.square(half)))

    def strays(self, values: Array, known: Bools) -> Array:
        """How far each known value is from what the other known ones let expect, (m,).

        In standard deviations; 0 for those that are not known.
        """
        apart = np.zeros_like(values)
        precision = np.linalg.inv(self.covariance[np.ix_(known, known)])
        pulled = precision @ (values - self.middle)[known]
        apart[known] = pulled / np.sqrt(np.diagonal(precision))
        return apart

    def expected(self, values: Array, known: Bools) -> tuple[Array, Array]:
        """What the known values let expect of all, and its standard deviation; each (m,)."""
        across = self.covariance[:, known] @ np.linalg.inv(self.covariance[np.ix_(known, known)])
        mean = self.middle + across @ (values - self.middle)[known]
        left = np.diagonal(self.covariance) - np.einsum(
            "ij,ij->i", across, self.covariance[:, known]
        )
        return mean, np.sqrt(np.maximum(left, 0.0))


def spread_of(runs: Array, jacobian: Array, least: Array) -> Spread:
    """The spread of simulated runs.

    Args:
        runs: Their values, (m, runs).
        jacobian: How the values move with the sizes that were fitted, (m, s).
        least: The standard deviations that each value has on its own besides, (m,).
    """
    middle = np.median(runs, axis=1)
    away = runs - middle[:, None]  # rare bursts included: genuine runs have them
    covariance = away @ away.T / (runs.shape[1] - len(runs) - 2)  # unbiased for the precision
    scale = np.sqrt(np.diagonal(covariance) + np.square(least))
    # in units in which the largest effect of a size is OPEN standard deviations
    reach = (np.abs(jacobian) / scale[:, None]).max(axis=0)
    free = OPEN * jacobian / np.maximum(reach, 1e-300)
    return Spread(middle, covariance + np.diag(np.square(least)) + free @ free.T)
