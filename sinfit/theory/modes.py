"""Modes: why the loss falls quickly, then slowly, and where it no longer falls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sinfit.theory.spectrum import triangle_of


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
        _mode(float(s) ** 2, tuple(map(float, direction)), learning_rate)
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
    return 1 / largest**2 if largest > 0 else math.inf
