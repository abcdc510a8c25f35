"""NIST's certified values (StRD, linear regression; public domain), as far as doubles hold them.

The certified values belong to the decimal data. Doubles hold these to 16 digits, and where the
solution is sensitive to them, no arithmetic on doubles has more digits than the data have left.
"""

import json
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import sinfit
from sinfit.theory import stability_limit

pytestmark = pytest.mark.numbers

DATA = json.loads((Path(__file__).with_name("strd.json")).read_text("utf-8"))


def digits(ours, certified):
    """How many digits agree, of the worst; of a certified 0 how many zeros come first."""
    ours, certified = np.array([*ours], dtype=float), np.array([*certified], dtype=float)
    error = np.abs(ours - certified) / np.where(certified == 0, 1, np.abs(certified))
    return float(-np.log10(np.maximum(error, 1e-16)).max())


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("name", "coefficients", "errors", "reason"),
    [
        # degree 10 on [-8.8, -3.1]: the coefficients are thousands of times what they sum to, and
        # rounding x to doubles moves them in the 15th digit
        ("filip", 13.5, 13.5, "condition 1e15 in powers of x"),
        # a is 1/3000 of y, so rounding y to doubles moves it in the 13th digit
        ("pontius", 12.5, 12.5, "a is small beside y"),
        ("wampler1", 16, 16, "whole numbers: exact"),
        # y = 1 + x/10 + … is no double: its rounding is 1e-16 of values up to 63, and the certified
        # smallest coefficient is 1e-5
        ("wampler2", 12, 13, "y is no double"),
    ],
)
def test_the_certified_values(name, coefficients, errors, reason, weighted):
    data = DATA[name]
    x, y = np.array(data["x"], dtype=float), np.array(data["y"], dtype=float)
    weights = {"weights": 4.0} if weighted else {}  # a power of 2: no other rounding
    result = sinfit.fit("lstsq", x, y, degree=data["degree"], **weights)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [*result.standard_errors.values()]
    assert digits(result.coef, data["coef"]) >= coefficients, reason
    assert digits(found, data["standard_errors"]) >= errors, reason
    scale = 4.0 if weighted else 1.0
    # the loss that the fitter yields is of residuals of twice the precision
    assert digits([result.losses[-1] / scale], [data["sse"]]) >= 12.5
    # predict adds powers of x up in float64, and of Filip's terms a ten-thousandth is left
    assert digits([result.sse / scale], [data["sse"]]) >= 8
    assert result.equation().count("x") == data["degree"]


@pytest.mark.parametrize("name", ["filip", "pontius", "wampler1", "wampler2"])
def test_what_falls_short_is_due_to_the_doubles_alone(name):
    """The normal equations of these doubles, solved in fractions, are met to the last digit."""
    data = DATA[name]
    x, y = ([*map(Fraction, map(float, data[name]))] for name in "xy")
    p = data["degree"] + 1
    matrix = [[sum(v ** (i + j) for v in x) for j in range(p)] for i in range(p)]
    right = [sum(v**i * w for v, w in zip(x, y, strict=True)) for i in range(p)]
    for i in range(p):  # Gauss
        for k in range(i + 1, p):
            factor = matrix[k][i] / matrix[i][i]
            matrix[k] = [b - factor * a for a, b in zip(matrix[i], matrix[k], strict=True)]
            right[k] -= factor * right[i]
    exact = [Fraction()] * p
    for i in reversed(range(p)):
        known = sum(matrix[i][j] * exact[j] for j in range(i + 1, p))
        exact[i] = (right[i] - known) / matrix[i][i]
    ours = sinfit.fit("lstsq", data["x"], data["y"], degree=p - 1).coef
    assert digits(ours, exact) >= 15.3  # all that a double holds, but for its last two bits
    # where the certified digits are fewer, the doubles are not NIST's decimals
    assert digits(ours, data["coef"]) >= digits(exact, data["coef"]) - 0.1


@pytest.mark.parametrize("degree", range(1, 26))
def test_every_degree_is_the_best_fit_and_its_bands_are_sound(degree):
    x = np.linspace(-1, 1, 120)
    y = np.cos(20 * x) + 0.1 * np.random.default_rng(degree).standard_normal(120)
    result = sinfit.fit("lstsq", x, y, degree=degree)
    # NumPy's fit in a well-conditioned basis
    best = np.polynomial.Legendre.fit(x, y, degree)
    np.testing.assert_allclose(result.fittedvalues, best(x), atol=1e-8)
    assert len(result.parameters) == degree + 1
    low, high = result.confidence_band(x)
    # the mean variance of the fitted values is p σ²/n, whatever the basis
    with_scipy = (high - low) / 2
    t = (result.conf_int()["a"][1] - result.parameters["a"]) / result.standard_errors["a"]
    variance = result.sse / (120 - degree - 1)
    assert np.mean((with_scipy / t) ** 2) == pytest.approx((degree + 1) * variance / 120, rel=1e-8)


@pytest.mark.parametrize("degree", [1, 2, 5, 8])
def test_exact_is_the_loop_of_any_degree(degree):
    x = np.linspace(-1.5, 1, 50)
    y = np.sin(3 * x)
    columns = np.stack([x**k for k in range(degree + 1)], axis=1)
    rate = 0.5 * stability_limit(list(columns.T))
    start = np.linspace(-1, 1, degree + 1)
    losses, now = [], start.copy()
    for _step in range(60):
        error = columns @ now - y
        losses.append(error @ error)
        now = now - rate * 2 * columns.T @ error
    solved = sinfit.fit("exact", x, y, degree=degree, initial=start, steps=60, learning_rate=rate)
    # sixty roundings of the loop
    np.testing.assert_allclose(solved.losses, losses, rtol=1e-10)
    np.testing.assert_allclose([*solved.parameters.values()], now, rtol=1e-9, atol=1e-12)


def test_a_result_of_another_degree_is_saved_whole(tmp_path):
    result = sinfit.fit("lstsq", target="exp", degree=6)
    result.save(tmp_path / "fit.json")
    again = sinfit.FitResult.load(tmp_path / "fit.json")
    assert again == result
    assert again.standard_errors == result.standard_errors
    assert again.predict(0.3) == result.predict(0.3)


@pytest.mark.parametrize("degree", [0, 26, 2.5, "3", True])
def test_a_degree_that_is_none_is_refused(degree):
    with pytest.raises(sinfit.errors.UsageError, match="degree"):
        sinfit.fit("lstsq", degree=degree)
