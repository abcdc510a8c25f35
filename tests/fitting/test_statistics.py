"""Intervals, bands and criteria are those of statsmodels and of lmfit, on data drawn anew."""

import math
import warnings

import lmfit
import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

import sinfit
from sinfit.errors import OptimalityWarning, UsageError

# both solve the same small problem in float64, lstsq by a triangle and the other by a pseudoinverse
CLOSE = 1e-8


def noisy(seed, points, scale=1.0):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-3, 3, points))
    return x, scale * (np.sin(x) + rng.normal(0, 0.2, points))


def powers(x):
    return np.stack([np.asarray(x) ** power for power in range(4)], axis=-1)


@given(
    seed=st.integers(0, 10**6),
    points=st.integers(6, 200),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
    level=st.floats(0.01, 0.999),
)
@settings(max_examples=50, deadline=None)
def test_all_of_it_is_that_of_statsmodels(seed, points, scale, level):
    x, y = noisy(seed, points, scale)
    ours, theirs = sinfit.fit("lstsq", x, y), sm.OLS(y, powers(x)).fit()
    np.testing.assert_allclose(ours.fittedvalues, theirs.fittedvalues, CLOSE, CLOSE * scale)
    np.testing.assert_allclose(ours.residuals, theirs.resid, CLOSE, CLOSE * scale)
    edges = np.array([*ours.conf_int(level).values()])
    np.testing.assert_allclose(edges, theirs.conf_int(1 - level), CLOSE, CLOSE * scale)
    # of a logarithm that may pass 0: absolute
    assert ours.aic == pytest.approx(theirs.aic, CLOSE, 1e-6)
    assert ours.bic == pytest.approx(theirs.bic, CLOSE, 1e-6)
    wide = np.linspace(-4, 4, 9)
    predicted = theirs.get_prediction(powers(wide))
    for band, scatter in ((ours.confidence_band, False), (ours.prediction_band, True)):
        low_high = predicted.conf_int(obs=scatter, alpha=1 - level)
        np.testing.assert_allclose(np.stack(band(wide, level), 1), low_high, CLOSE, CLOSE * scale)


def test_the_standard_errors_are_those_of_lmfit():
    x, y = noisy(7, 60)
    ours = sinfit.fit("lstsq", x, y)
    theirs = lmfit.models.PolynomialModel(3).fit(y, x=x, c0=0, c1=1, c2=0, c3=0)
    for name, theirs_name in zip("abcd", ("c0", "c1", "c2", "c3"), strict=True):
        # lmfit differentiates numerically: half of the digits
        error = theirs.params[theirs_name].stderr
        assert ours.standard_errors[name] == pytest.approx(error, rel=1e-6)


def test_a_prediction_band_holds_about_as_many_new_points_as_it_says():
    x, y = noisy(1, 500)
    low, high = sinfit.fit("lstsq", x, y).prediction_band(x, 0.8)
    inside = np.mean((low < y) & (y < high))
    assert 0.74 < inside < 0.86  # the standard deviation of the share of 500 is 0.018


def test_the_summary_names_every_parameter_with_its_interval():
    x, y = noisy(3, 60)
    result = sinfit.fit("lstsq", x, y)
    text = result.summary(0.9)
    for name, (low, high) in result.conf_int(0.9).items():
        (line,) = [line for line in text.split("\n") if line.startswith(f"{name} ")]
        assert f"{result.parameters[name]:.6g}" in line.split()
        assert line.split()[-2:] == [f"{low:.6g}", f"{high:.6g}"]
    assert "0.05" in text
    assert "0.95" in text
    assert text._repr_html_().startswith("<pre>")


def test_where_there_is_no_covariance_there_are_no_intervals_and_the_summary_says_why():
    result = sinfit.fit("legendre", steps=1)
    assert result.conf_int() is result.confidence_band([0.0]) is result.prediction_band([0]) is None
    assert "No standard errors" in result.summary()


def test_a_perfect_fit_has_no_finite_likelihood_and_says_no_nonsense():
    result = sinfit.fit("lstsq", [0.0, 1.0, 2.0, 3.0, 4.0], [0.0] * 5)
    assert result.aic == result.bic == -math.inf
    assert result.conf_int()["a"] == (0, 0)
    table = result.summary().partition("estimate")[2]  # R² of a constant is none
    assert "nan" not in table


FAR = {"steps": 5, "learning_rate": 1e-5}


@pytest.mark.parametrize(
    "ask",
    [
        lambda result: result.covariance,
        lambda result: result.standard_errors,
        lambda result: result.conf_int(),
        lambda result: result.confidence_band([0.0]),
        lambda result: result.prediction_band([0.0]),
        lambda result: result.aic,
        lambda result: result.bic,
        lambda result: result.summary(),
    ],
)
def test_far_from_the_optimum_each_of_them_warns_where_it_is_asked_for(ask):
    x, y = noisy(5, 60)
    with pytest.warns(OptimalityWarning, match="standard errors away from the optimum") as caught:
        ask(sinfit.fit("numpy", x, y, **FAR))
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask(sinfit.fit("lstsq", x, y))


def test_the_distance_from_the_optimum_is_that_of_the_parameters():
    x, y = noisy(5, 60)
    far, best = sinfit.fit("numpy", x, y, **FAR), sinfit.fit("lstsq", x, y)
    off = np.array([*far.parameters.values()]) - np.array([*best.parameters.values()])
    # of the variance that is estimated here
    precision = powers(x).T @ powers(x) * 56 / far.sse
    assert far.optimality_distance == pytest.approx(math.sqrt(off @ precision @ off), rel=1e-8)
    assert best.optimality_distance == pytest.approx(0, abs=1e-6)  # the root of a rounding
    with pytest.warns(OptimalityWarning):
        assert f"{far.optimality_distance:.3g} standard errors away" in far.summary()
    assert sinfit.fit("legendre", steps=1).optimality_distance is None


@pytest.mark.parametrize("level", [0, 1, 1.5, -0.5, "much", float("nan"), True])
def test_a_level_that_is_none_is_refused_by_name(level):
    with pytest.raises(UsageError, match="level"):
        sinfit.fit("lstsq", *noisy(2, 20)).conf_int(level)
