"""Thousands of runs at once: starts × learning rates, any steps, as one product of matrices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from sinfit.ground.arrays import Array
from sinfit.theory import log_factors, spectrum


def losses_of_starts(
    columns: Sequence[ArrayLike],
    y: ArrayLike,
    starts: ArrayLike,
    learning_rates: ArrayLike,
    at: Sequence[int] = (2000,),
) -> Array:
    """The losses of plain gradient descent for every start with every learning rate.

    The loss is linear in the squared amplitudes of the modes, so all of them are one product of an
    (m, p) and a (p, k·t) matrix. The memory is that of the result, 8 m·k·t bytes, and little more.

    Examples:
        >>> starts, rates = [[0.0], [2.0]], [0.125, 0.25]
        >>> losses_of_starts([[1.0, 1.0]], [1.0, 3.0], starts, rates, at=(0, 1)).shape
        (2, 2, 2)

    Args:
        columns: p columns of X, each of shape (n,).
        y: What to fit, of shape (n,).
        starts: Shape (m, p).
        learning_rates: Shape (k,).
        at: The t numbers of updates done; 2000 gives the loss of the parameters that 2000 steps
            end with.

    Returns:
        Shape (m, k, t); infinite where the loop would overflow.

    Raises:
        DataError: The columns and y differ in shape, are empty or are not finite, or the starts
            have another length.
    """
    problem = spectrum(columns, y)
    squares = np.square(problem.amplitudes(np.atleast_2d(np.asarray(starts))))  # (m, p)
    rates = np.atleast_1d(np.asarray(learning_rates, dtype=np.float64))
    log, _ = log_factors(problem, rates)  # (k, p)
    with np.errstate(over="ignore", under="ignore"):
        exponents = 2.0 * np.asarray(at, dtype=np.float64)[:, None] * log[:, None, :]
        shares = np.exp(exponents).reshape(-1, squares.shape[1])  # (k·t, p)
        overflow = np.isinf(shares)
        shares[overflow] = np.finfo(np.float64).max  # 0 · ∞ would be NaN
        losses = squares @ shares.T
        losses += problem.floor
    for column in np.flatnonzero(overflow.any(axis=1)):
        losses[(squares[:, overflow[column]] > 0).any(axis=1), column] = np.inf
    return np.asarray(losses.reshape(len(squares), len(rates), len(at)))
