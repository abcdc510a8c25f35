"""How sure a fit is of its parameters: the covariance that curve_fit gives besides them.

A fitter may return more by name, as extras of `sinfit.Final`. This is a function of a result
instead: the data and the parameters are in there, so it works for every fitter, and for a fit that
was saved last year.
"""

import numpy as np
from scipy.optimize import curve_fit


def covariance(result):
    """The covariance of a result's parameters, as `curve_fit` estimates it from the errors.

    For a model that is linear in its parameters it is s² (XᵀX)⁻¹, with the variance of the errors
    s² = SSE / (n - p) (Draper and Smith, Applied Regression Analysis, chapter 5).

    Args:
        result: A FitResult that is at the minimum, of any fitter.

    Returns:
        Shape (p, p), in the order of `result.parameters`.

    Raises:
        ValueError: The fit stopped short of the minimum, or has as many parameters as points.
    """
    x, y = result.problem.x, result.problem.y
    parameters = np.array(list(result.parameters.values()))  # (p,)
    if len(x) <= len(parameters):
        raise ValueError(f"{len(parameters)} parameters need more than {len(x)} points")

    def curve(x, *parameters):
        return result.model.predict(x, parameters)

    best, found = curve_fit(curve, x, y, p0=parameters)
    errors = np.sqrt(np.diag(found))
    # further away than a tenth of an error bar, and than rounding, they are not this fit's errors
    if (np.abs(best - parameters) > 0.1 * errors + 1e-6).any():
        raise ValueError(f"{result.fitter} stopped short of the minimum: fit it with more steps")
    return found


def standard_errors(result):
    """The standard error of each parameter, by name: the roots of the covariance's diagonal.

    Args:
        result: A FitResult that is at the minimum, of any fitter.

    Raises:
        ValueError: As `covariance`.
    """
    errors = np.sqrt(np.diag(covariance(result)))
    return dict(zip(result.parameters, map(float, errors), strict=True))
