"""Weights and sigma: the statistics are those of statsmodels, SciPy and lmfit, on drawn data."""

import pickle

import lmfit
import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit
from scipy.stats import norm

import sinfit
from sinfit.errors import DataError, UnsuitableError, UsageError

# all solve the same small problem in float64, lstsq by a triangle, others by a pseudoinverse
CLOSE = 1e-8


def noisy(seed, points, scale=1.0):
    """x, y and the standard deviation of each y, which differ by a factor of 30."""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-3, 3, points))
    sigma = scale * np.exp(rng.uniform(-3, 0.5, points))
    return x, scale * np.sin(x) + sigma * rng.standard_normal(points), sigma


def powers(x):
    return np.stack([np.asarray(x) ** power for power in range(4)], axis=-1)


def cubic(x, a, b, c, d):
    return a + b * x + c * x**2 + d * x**3


def arrays(result):
    return np.array([*result.parameters.values()]), np.array([*result.standard_errors.values()])


@given(
    seed=st.integers(0, 10**6),
    points=st.integers(8, 200),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
    level=st.floats(0.01, 0.999),
)
@settings(max_examples=50, deadline=None)
def test_all_of_it_is_that_of_weighted_least_squares(seed, points, scale, level):
    x, y, sigma = noisy(seed, points, scale)
    weights = 1 / sigma**2
    ours = sinfit.fit("lstsq", x, y, weights=weights)
    theirs = sm.WLS(y, powers(x), weights=weights).fit()
    values, errors = arrays(ours)
    np.testing.assert_allclose(values, theirs.params, CLOSE, CLOSE * scale)
    np.testing.assert_allclose(errors, theirs.bse, CLOSE)
    np.testing.assert_allclose(ours.residuals, theirs.resid, CLOSE, CLOSE * scale)
    edges = np.array([*ours.conf_int(level).values()])
    np.testing.assert_allclose(edges, theirs.conf_int(1 - level), CLOSE, CLOSE * scale)
    assert ours.sse == pytest.approx(theirs.ssr, CLOSE)
    assert ours.rsquared == pytest.approx(theirs.rsquared, CLOSE, CLOSE)
    # of a logarithm that may pass 0: absolute
    assert ours.aic == pytest.approx(theirs.aic, CLOSE, 1e-6)
    assert ours.bic == pytest.approx(theirs.bic, CLOSE, 1e-6)
    wide, heavy = np.linspace(-4, 4, 9), np.linspace(0.1, 2, 9)
    for band, scatter in ((ours.confidence_band, False), (ours.prediction_band, True)):
        predicted = theirs.get_prediction(powers(wide), weights=heavy)
        low_high = predicted.conf_int(obs=scatter, alpha=1 - level)
        ours_here = band(wide, level, *([heavy] if scatter else []))
        np.testing.assert_allclose(np.stack(ours_here, 1), low_high, CLOSE, CLOSE * scale)


@pytest.mark.parametrize("absolute", [False, True])
def test_sigma_means_what_it_means_in_scipy(absolute):
    x, y, sigma = noisy(7, 60)
    ours = sinfit.fit("lstsq", x, y, sigma=sigma, absolute_sigma=absolute)
    values, covariance = curve_fit(cubic, x, y, sigma=sigma, absolute_sigma=absolute)
    # curve_fit stops at its tolerance of 1e-8, and differentiates numerically
    np.testing.assert_allclose(arrays(ours)[0], values, 1e-5, 1e-7)
    np.testing.assert_allclose(ours.covariance, covariance, 1e-5, 1e-9)


@pytest.mark.parametrize("absolute", [False, True])
def test_standard_errors_are_those_of_lmfit_whose_weights_are_roots(absolute):
    x, y, sigma = noisy(8, 60)
    ours = sinfit.fit("lstsq", x, y, sigma=sigma, absolute_sigma=absolute)
    model = lmfit.models.PolynomialModel(3)
    start = dict.fromkeys(("c0", "c1", "c2", "c3"), 0)
    theirs = model.fit(y, x=x, weights=1 / sigma, scale_covar=not absolute, **start)
    assert ours.sse == pytest.approx(theirs.chisqr, rel=CLOSE)
    for error, name in zip(arrays(ours)[1], start, strict=True):
        # lmfit differentiates numerically: half of the digits
        assert error == pytest.approx(theirs.params[name].stderr, rel=1e-6)


def test_with_absolute_sigma_nothing_is_estimated():
    x, y, sigma = noisy(9, 60)
    ours = sinfit.fit("lstsq", x, y, sigma=sigma, absolute_sigma=True)
    theirs = sm.WLS(y, powers(x), weights=sigma**-2.0).fit(cov_type="fixed scale")
    np.testing.assert_allclose(arrays(ours)[1], theirs.bse, CLOSE)
    np.testing.assert_allclose([*ours.conf_int().values()], theirs.conf_int(), CLOSE, CLOSE)
    likelihood = norm(ours.fittedvalues, sigma).logpdf(y).sum()
    assert ours.aic == pytest.approx(2 * 4 - 2 * likelihood, rel=CLOSE)
    assert "absolute" in ours.summary()


def test_a_point_of_weight_0_is_left_out():
    x, y, sigma = noisy(10, 40)
    weights = np.where(np.arange(40) % 3 == 0, 0, sigma**-2.0)
    all_of_them = sinfit.fit("lstsq", x, y, weights=weights)
    without = sinfit.fit("lstsq", x[weights > 0], y[weights > 0], weights=weights[weights > 0])
    np.testing.assert_allclose(arrays(all_of_them), arrays(without), CLOSE)
    assert all_of_them.aic == pytest.approx(without.aic, rel=CLOSE)
    assert len(all_of_them.residuals) == 40
    with pytest.raises(DataError, match="too few points"):
        sinfit.fit("lstsq", x, y, weights=np.arange(40) < 3)


def test_exact_is_the_loop_on_the_weighted_loss():
    x, y, sigma = noisy(11, 30)
    weights, start, rate = sigma**-2.0, np.array([0.1, 0.2, 0.3, 0.4]), 1e-6
    losses, now, columns = [], start.copy(), powers(x)
    for _step in range(50):
        error = columns @ now - y
        losses.append(np.sum(weights * error**2))
        now = now - rate * 2 * columns.T @ (weights * error)
    solved = sinfit.fit("exact", x, y, weights=weights, initial=start, steps=50, learning_rate=rate)
    # fifty roundings of the loop
    np.testing.assert_allclose(solved.losses, losses, 1e-10)
    np.testing.assert_allclose([*solved.parameters.values()], now, 1e-10)


@pytest.mark.parametrize("name", ["numpy", "tensor", "legendre", "dynamic", "optim"])
def test_others_get_a_point_as_often_as_its_weight_says(name):
    x, y, _ = noisy(12, 20)
    times = np.arange(20) % 4
    settings = {"learning_rate": 1e-5, "steps": 20}
    ours = sinfit.fit(name, x, y, weights=times, **settings)
    repeated = sinfit.fit(name, np.repeat(x, times), np.repeat(y, times), **settings)
    assert ours.losses.tolist() == repeated.losses.tolist()
    assert ours.parameters == repeated.parameters
    assert ours.sse == pytest.approx(repeated.sse, rel=1e-12)
    assert len(ours.problem) == 20


def test_weights_that_cannot_be_told_a_fitter_are_refused_by_name_and_skipped_in_a_comparison():
    x, y, sigma = noisy(13, 20)
    with pytest.raises(UnsuitableError, match=r"sinfit-numpy/numpy takes no weights.*lstsq, exact"):
        sinfit.fit("numpy", x, y, sigma=sigma)
    found = sinfit.compare(["numpy", "lstsq"], x, y, sigma=sigma)
    assert found.names == ["lstsq"]
    assert "takes no weights" in found.skipped["numpy"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"weights": [1.0, 2.0]}, "x and weights must have the same length, not 20 and 2"),
        ({"weights": -1.0}, "weights must be from 0"),
        ({"weights": [[1.0] * 20]}, "one dimension"),
        ({"weights": "much"}, "weights must hold numbers"),
        ({"weights": float("nan")}, "finite"),
        ({"sigma": 0.0}, "sigma must be above 0"),
        ({"sigma": 1e-200}, "finite"),
        ({"weights": 1.0, "sigma": 1.0}, "say the same"),
        ({"absolute_sigma": True}, "goes with sigma"),
    ],
)
def test_what_is_no_weight_is_refused(given, says):
    x, y, _ = noisy(14, 20)
    with pytest.raises(UsageError, match=says):
        sinfit.fit("lstsq", x, y, **given)


def test_weights_are_saved_and_travel(tmp_path):
    x, y, sigma = noisy(15, 20)
    result = sinfit.fit("lstsq", x, y, sigma=sigma, absolute_sigma=True)
    result.save(tmp_path / "fit.json")
    for again in (sinfit.FitResult.load(tmp_path / "fit.json"), pickle.loads(pickle.dumps(result))):  # noqa: S301 (its own)
        assert again == result
        assert again.standard_errors == result.standard_errors
    assert sinfit.fit("lstsq", x, y, sigma=sigma).problem != result.problem


def test_the_column_of_a_file_is_read(tmp_path):
    x, y, sigma = noisy(16, 20)
    rows = [f"{a},{b},{c}" for a, b, c in zip(x.tolist(), y.tolist(), sigma.tolist(), strict=True)]
    path = tmp_path / "m.csv"
    path.write_text("\n".join(["x,y,error", *rows]))
    problem = sinfit.Problem.from_csv(path, sigma="error", absolute_sigma=True)
    assert problem.source == "m.csv (x, y, error)"
    assert problem == sinfit.Problem(x, y, problem.source).weighed(None, sigma, True)
