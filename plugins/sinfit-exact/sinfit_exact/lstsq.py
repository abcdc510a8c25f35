"""Fit y = a + b x + c x² + d x³, or a polynomial of another degree, by least squares, at once.

A model of one's own, linear in its parameters, is solved by its columns.
"""

import numpy as np
from sinfit import CUBIC
from sinfit.contract.models import Powers
from sinfit.errors import DataError
from sinfit.theory import best_polynomial

from sinfit_exact.i18n import _
from sinfit_exact.own_model import best_of
from sinfit_exact.refinement import refined

CANCELLED = 1e-9  # of the loss of y itself: seven digits of a curve are left


def fit(x, y, *, initial, steps, learning_rate, degree=3, basis=CUBIC.basis, weights=None):  # noqa: ARG001 (as all)
    """Least squares by an orthogonal decomposition.

    Yields (loss, (a, b, c, d, …)) once; returns the same (a, b, c, d, …).
    """
    root = 1.0 if weights is None else np.sqrt(weights)
    if not isinstance(basis, Powers):  # a model of one's own
        columns = [np.broadcast_to(column * root, x.shape) for column in basis(x)]
        parameters = best_of(columns, y * root)
        left = y * root - np.transpose(columns) @ parameters
        yield float(left @ left), parameters
        return parameters
    best = best_polynomial(x, y, basis.degree, weights=weights)
    if not _holds(best, x, y, root):
        raise DataError(
            _(
                "x lies too far from 0: the powers of x cancel, and no float64 coefficients hold "
                "the best polynomial. Subtract the mean of x."
            )
        )
    parameters, loss = refined(x, y, best.parameters, weights)
    yield loss, parameters
    return parameters


def _holds(best, x, y, root):
    with np.errstate(over="ignore", invalid="ignore"):
        error, size = (np.polynomial.Polynomial(best.parameters)(x) - y) * root, y * root
        return error @ error <= 1.001 * best.sse + CANCELLED * (size @ size)
