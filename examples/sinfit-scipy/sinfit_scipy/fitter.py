"""Fit y = a + b x + c x² + d x³ with scipy.optimize.curve_fit.

Unlike the stages: SciPy runs the whole loop in one call, so there is one step to be seen, from the
start to the end.
"""

import warnings

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit


def curve(x, a, b, c, d):
    """The cubic; x of shape (n,) gives y of shape (n,)."""
    return a + b * x + c * x**2 + d * x**3


def fit(x, y, *, initial, steps, learning_rate):  # noqa: ARG001 (SciPy has its own)
    """Levenberg-Marquardt.

    Yields (loss, (a, b, c, d)) at the start; returns the final (a, b, c, d).
    """
    loss = np.square(curve(x, *initial) - y).sum()
    yield loss, initial

    with warnings.catch_warnings():
        # four points leave no errors to estimate a covariance from, and it is not asked for here
        warnings.simplefilter("ignore", OptimizeWarning)
        parameters, _ = curve_fit(curve, x, y, p0=initial)
    return parameters
