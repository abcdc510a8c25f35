"""Refinement: the digits that one solution in float64 leaves, by residuals of twice the precision.

The coefficients of a polynomial in powers of x may be a million times smaller than what they are
made of. What they leave of y, computed as if with 32 digits (the compensated Horner scheme of
Graillat, Langlois and Louvet, 2009), is fitted again, and added.
"""

import numpy as np
from sinfit.theory import best_polynomial

ROUNDS = 2  # each leaves a millionth of the error or less, and the first a share of 1e-9
BLOCK = 1 << 14  # points at once: all that is in work stays in the processor's cache
SPLIT = 2.0**27 + 1  # Dekker: it cuts 53 bits into halves whose products are exact


def refined(x, y, parameters, weights=None):
    """The coefficients of least squares, refined, and their sum of squared errors.

    Args:
        x: Where, of shape (n,).
        y: What is fitted, of shape (n,).
        parameters: Coefficients near the best, in ascending powers of x.
        weights: The weights, of shape (n,), or None.
    """
    for _round in range(ROUNDS):
        left = residuals(x, y, parameters)
        change = best_polynomial(x, left, len(parameters) - 1, weights=weights).parameters
        parameters = tuple(a + b for a, b in zip(parameters, change, strict=True))
    left = residuals(x, y, parameters)
    return parameters, float((left * left * (1.0 if weights is None else weights)).sum())


def residuals(x, y, parameters):
    """Y minus the polynomial, of shape (n,), rounded once.

    Examples:
        >>> residuals(np.array([1 / 3]), np.array([1.0]), (0.0, 3.0))  # 1/3 is no float64
        array([5.55111512e-17])
    """
    left = np.empty_like(x)
    for start in range(0, len(x), BLOCK):
        part = slice(start, start + BLOCK)
        high, low = np.full_like(x[part], parameters[-1]), 0.0
        for coefficient in reversed(parameters[:-1]):
            product, first = _product(high, x[part])
            high, second = _sum(product, coefficient)
            low = low * x[part] + (first + second)
        rest, error = _sum(y[part], -high)
        left[part] = rest + (error - low)
    return left


def _sum(a, b):
    """A sum and what its rounding lost (Knuth)."""
    total = a + b
    there = total - a
    return total, (a - (total - there)) + (b - there)


def _product(a, b):
    """A product and what its rounding lost (Dekker)."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    lost = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, lost


def _halves(a):
    high = SPLIT * a
    high = high - (high - a)
    return high, a - high
