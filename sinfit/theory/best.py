"""The best fit: least squares by orthogonal decomposition, not by the normal equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from sinfit.errors import DataError
from sinfit.i18n import _
from sinfit.theory.spectrum import Array, triangle_of

CANCELLED = 1e-9  # of the loss of y itself: seven digits of a curve are left
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
    x: ArrayLike, y: ArrayLike, degree: int = 3, *, checked: bool = False
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
        checked: Refuse what coefficients of unscaled x cannot hold, for their terms cancel.

    Returns:
        Coefficients in ascending powers of unscaled x. If x has fewer different values than the
        polynomial has coefficients, one of the many best.

    Raises:
        DataError: x and y differ in shape, are empty or are not finite; or, if checked, x lies so
            far from 0 that its powers cannot hold the polynomial.
    """
    x = np.asarray(x, dtype=np.float64)
    low, high = (float(x.min()), float(x.max())) if x.size else (-1.0, 1.0)
    middle, half = (high + low) / 2, (high - low) / 2 or 1.0
    t = (x - middle) / half
    solution = best_fit(_legendre(t, degree), y)
    powers_of_t = _legendre_in_powers(degree) @ np.array(solution.parameters)
    best = BestFit(_unscaled(powers_of_t / half ** np.arange(degree + 1), middle), solution.sse)
    if checked and not _holds(best, x, np.asarray(y, dtype=np.float64)):
        raise DataError(
            _(
                "x lies too far from 0: the powers of x cancel, and no float64 coefficients hold "
                "the best polynomial. Subtract the mean of x."
            )
        )
    return best


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


def _holds(best: BestFit, x: Array, y: Array) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        error = np.polynomial.polynomial.polyval(x, best.parameters) - y
        return bool(error @ error <= 1.001 * best.sse + CANCELLED * (y @ y))


def _legendre(t: Array, degree: int) -> list[Array]:
    """P₀ … P_degree at t of shape (n,), by Bonnet's recurrence."""
    columns = [np.ones_like(t), t]
    for k in range(2, degree + 1):
        columns.append(((2 * k - 1) * t * columns[-1] - (k - 1) * columns[-2]) / k)
    return columns[: degree + 1]


@lru_cache
def _legendre_in_powers(degree: int) -> Array:
    """Column k holds the ascending powers of P_k, of shape (degree + 1, degree + 1)."""
    matrix = np.zeros((degree + 1, degree + 1))
    for k in range(degree + 1):
        matrix[: k + 1, k] = np.polynomial.legendre.leg2poly([0] * k + [1])
    return matrix


def _unscaled(coefficients: Array, middle: float) -> tuple[float, ...]:
    """Turn ascending powers of (x - middle) into ascending powers of x."""
    size = len(coefficients)
    return tuple(
        float(sum(coefficients[k] * comb(k, j) * (-middle) ** (k - j) for k in range(j, size)))
        for j in range(size)
    )
