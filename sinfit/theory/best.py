"""The best fit: least squares by orthogonal decomposition, not by the normal equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial, legendre
from numpy.typing import ArrayLike

from sinfit.ground.arrays import Array
from sinfit.theory.spectrum import triangle_of

RANK = 1e-12  # a column shorter than this, relative to its length before, depends on the others


@dataclass(frozen=True)
class BestFit:
    """The least-squares solution.

    Attributes:
        parameters: One for each column; for a polynomial, ascending powers of x.
        sse: The sum of squared errors.
    """

    parameters: tuple[float, ...]
    sse: float


def best_polynomial(
    x: ArrayLike, y: ArrayLike, degree: int = 3, *, weights: ArrayLike | None = None
) -> BestFit:
    """The polynomial of this degree with the least sum of squared errors.

    Solved in Legendre polynomials of x scaled to [-1, 1], which are nearly orthogonal there.

    Examples:
        >>> x = np.linspace(-np.pi, np.pi, 2000)
        >>> best = best_polynomial(x, np.sin(x))
        >>> round(best.parameters[1], 9), round(best.parameters[3], 9), round(best.sse, 8)
        (0.856740843, -0.093330389, 8.81716541)

    Args:
        x: Where, of shape (n,).
        y: What to fit, of shape (n,).
        degree: The highest power.
        weights: What each squared error is multiplied by, of shape (n,); 1 if None.

    Returns:
        Coefficients in ascending powers of unscaled x. If x has fewer different values than the
        polynomial has coefficients, one of the many best.

    Raises:
        DataError: x and y differ in shape, are empty or are not finite.
    """
    x = np.asarray(x, dtype=np.float64)
    scaled = ScaledLegendre.of(x, degree)
    root = 1.0 if weights is None else np.sqrt(np.asarray(weights, dtype=np.float64))
    solution = best_fit([*scaled.columns(x) * root], np.asarray(y, dtype=np.float64) * root)
    return BestFit(tuple((scaled.powers @ solution.parameters).tolist()), solution.sse)


@dataclass(frozen=True)
class ScaledLegendre:
    """Legendre polynomials of x scaled to [-1, 1], which are nearly orthogonal there."""

    middle: float  # the x that becomes 0
    half: float  # how far from there what becomes 1 is
    degree: int

    @classmethod
    def of(cls, x: Array, degree: int) -> ScaledLegendre:
        """Those for these x, of shape (n,)."""
        low, high = (float(x.min()), float(x.max())) if x.size else (-1.0, 1.0)
        return cls((high + low) / 2, (high - low) / 2 or 1.0, degree)

    def columns(self, x: Array) -> Array:
        """All of them at x, of shape (degree + 1, …)."""
        values = legendre.legvander((x - self.middle) / self.half, self.degree)
        return np.asarray(np.moveaxis(np.asarray(values, dtype=np.float64), -1, 0))

    @property
    def powers(self) -> Array:
        """The matrix that makes coefficients in ascending powers of x of those in these."""
        matrix = np.zeros((self.degree + 1, self.degree + 1))
        inner = Polynomial([-self.middle, 1.0]) / self.half
        for k, own in enumerate(np.eye(self.degree + 1)):
            coefficients = Polynomial(legendre.leg2poly(own))(inner).coef
            matrix[: len(coefficients), k] = coefficients
        return matrix


def best_fit(columns: Sequence[ArrayLike], y: ArrayLike) -> BestFit:
    """The combination of the columns with the least sum of squared errors.

    Examples:
        >>> best = best_fit([[1, 1, 1], [0, 1, 2]], [1, 3, 5])
        >>> [round(parameter, 12) for parameter in best.parameters]
        [1.0, 2.0]

    Args:
        columns: p columns, each of shape (n,).
        y: What to fit, of shape (n,).

    Returns:
        The solution; if the columns are dependent, the one whose terms are smallest.

    Raises:
        DataError: The columns and y differ in shape, are empty or are not finite.
    """
    triangle = triangle_of([*columns, y])
    matrix, target, rest = triangle[:-1, :-1], triangle[:-1, -1], triangle[-1, -1]
    length = np.sqrt(np.einsum("ij,ij->j", matrix, matrix))
    length[length == 0] = 1.0
    scaled = matrix / length
    sse = float(rest * rest)
    if np.abs(scaled.diagonal()).min() > RANK:
        solution = np.linalg.solve(scaled, target)  # triangular: back substitution
    else:
        solution = np.linalg.lstsq(scaled, target, rcond=RANK)[0]
        sse += float(np.square(scaled @ solution - target).sum())
    return BestFit(tuple((solution / length).tolist()), sse)
