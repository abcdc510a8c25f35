"""Spectrum: a least-squares problem of n points, reduced to p numbers for each of its p modes.

The modes are why the loss falls quickly, then slowly, and where it no longer falls.

The decomposition is of X itself, through a triangle R with X = Q R: XᵀX would square the condition
number. Neither Q nor U is formed, and long columns are folded in block by block, so 10⁷ points need
no more memory than their columns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sinfit.errors import DataError
from sinfit.ground.arrays import Array
from sinfit.i18n import _

BLOCK = 1 << 16  # rows folded in at once; 2.5 MB for a cubic and y


@dataclass(frozen=True)
class Spectrum:
    """X = U S Vᵀ and y in its terms; p modes, the fastest first.

    Attributes:
        singular: The singular values s, of shape (p,); the eigenvalues of XᵀX are s².
        directions: V, of shape (p, p); column i is mode i as a direction of the parameters.
        target: Uᵀy, of shape (p,).
        floor: The part of the sum of squared errors that no parameters remove.
    """

    singular: Array
    directions: Array
    target: Array
    floor: float

    def amplitudes(self, initial: ArrayLike) -> Array:
        """The signed size of each mode at a start: their squares and the floor sum to the loss.

        Args:
            initial: One start of shape (p,) or several of shape (m, p).

        Returns:
            Shape (p,) or (m, p).
        """
        start = np.asarray(initial, dtype=np.float64)
        if start.shape[-1:] != self.singular.shape:
            says = _("the start must have {expected} numbers, not shape {shape}.")
            raise DataError(says.format(expected=len(self.singular), shape=start.shape))
        return np.asarray(start @ self.directions * self.singular - self.target)


@dataclass(frozen=True)
class Mode:
    """A direction of the parameters that gradient descent moves along independently.

    Attributes:
        eigenvalue: λ of XᵀX; the Hessian of the sum of squared errors has 2λ.
        direction: The eigenvector, of length 1; p numbers.
        factor: What one update multiplies the mode's distance to the best fit by.
        half_life: After how many steps its share of the loss has halved: 0 if one step removes it
            all, infinite if it never falls.
    """

    eigenvalue: float
    direction: tuple[float, ...]
    factor: float
    half_life: float


def spectrum(columns: Sequence[ArrayLike], y: ArrayLike) -> Spectrum:
    """Decompose a least-squares problem.

    Examples:
        >>> round(spectrum([[1.0, 1.0]], [1.0, 3.0]).floor, 12)  # the best constant is 2
        2.0

    Args:
        columns: p columns, each of shape (n,).
        y: What to fit, of shape (n,).

    Raises:
        DataError: The columns and y differ in shape, are empty or are not finite.
    """
    triangle = triangle_of([*columns, y])
    p = len(triangle) - 1
    left, singular, directions = np.linalg.svd(triangle[:p, :p])
    floor = float(np.square(triangle[p, p]))
    return Spectrum(singular, directions.T, left.T @ triangle[:p, p], floor)


def modes(columns: Sequence[ArrayLike], learning_rate: float) -> tuple[Mode, ...]:
    """The p modes of plain gradient descent, the slowest (least eigenvalue) first.

    Examples:
        >>> x = np.linspace(-np.pi, np.pi, 2000)
        >>> [round(mode.half_life, 1) for mode in modes([x**0, x, x**2, x**3], 1e-6)]
        [200.4, 167.6, 4.1, 0.4]

    Args:
        columns: p columns, each of shape (n,).
        learning_rate: The learning rate.

    Raises:
        DataError: The columns differ in shape, are empty or are not finite.
    """
    _, singular, directions = np.linalg.svd(triangle_of(columns))
    return tuple(
        _mode(float(s) * float(s), tuple(map(float, direction)), learning_rate)
        for s, direction in zip(singular[::-1], directions[::-1], strict=True)
    )


def _mode(eigenvalue: float, direction: tuple[float, ...], learning_rate: float) -> Mode:
    shrink = 2 * learning_rate * eigenvalue
    factor = 1 - shrink
    if shrink == 1:
        half_life = 0.0
    elif shrink <= 0 or shrink >= 2:
        half_life = math.inf
    else:
        rate = math.log1p(-shrink) if shrink < 1 else math.log(shrink - 1)
        half_life = math.log(0.5) / (2 * rate)
    return Mode(eigenvalue, direction, factor, half_life)


def stability_limit(columns: Sequence[ArrayLike]) -> float:
    """The largest learning rate at which plain gradient descent does not diverge.

    On the sum of squared errors it is 2/λmax of the Hessian 2XᵀX, that is 1/λmax(XᵀX).

    Examples:
        >>> x = np.linspace(-np.pi, np.pi, 2000)
        >>> f"{stability_limit([x**0, x, x**2, x**3]):.4g}"
        '3.558e-06'

    Args:
        columns: p columns, each of shape (n,).

    Returns:
        The limit; infinite if all columns are zero.

    Raises:
        DataError: The columns differ in shape, are empty or are not finite.
    """
    largest = float(np.linalg.svd(triangle_of(columns), compute_uv=False)[0])
    return 1 / (largest * largest) if largest * largest > 0 else math.inf


def triangle_of(columns: Sequence[ArrayLike]) -> Array:
    """R of the QR decomposition of k columns of shape (n,), of shape (k, k)."""
    arrays = _checked(columns)
    n, k = len(arrays[0]), len(arrays)
    triangle = np.zeros((0, k))
    for start in range(0, n, BLOCK):
        rows = np.stack([column[start : start + BLOCK] for column in arrays]).T
        block = np.concatenate([triangle, rows]) if start else rows
        triangle = np.asarray(np.linalg.qr(block, mode="r"))
    if n < k:
        triangle = np.concatenate([triangle, np.zeros((k - n, k))])
    return np.asarray(triangle, dtype=np.float64)


def _checked(columns: Sequence[ArrayLike]) -> list[Array]:
    arrays: list[Any] = [np.asarray(column, dtype=np.float64) for column in columns]
    shapes = {array.shape for array in arrays}
    if len(shapes) != 1 or len(arrays[0].shape) != 1 or arrays[0].size == 0:
        says = _("columns and y must have the same shape (n,), not {shapes}.")
        raise DataError(says.format(shapes=", ".join(str(array.shape) for array in arrays) or "-"))
    if not all(np.isfinite(array).all() for array in arrays):
        raise DataError(_("columns and y must be finite; there is a NaN or an infinity."))
    return arrays
