"""A model of one's own: any function that is linear in its parameters, by lstsq and exact."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import curve_fit

import sinfit
from sinfit.errors import DataError, UnavailableError, UnsuitableError, UsageError

RNG = np.random.default_rng(5)
X = np.linspace(0.1, 10, 200)
SIGMA = RNG.uniform(0.1, 0.3, 200)


def wave(x, swing, turn, rest):
    return swing * np.sin(x) + turn * np.cos(x) + rest


Y = wave(X, 2, -1, 0.5) + SIGMA * RNG.standard_normal(200)
COLUMNS = np.stack([np.sin(X), np.cos(X), np.ones_like(X)], axis=1)
CLOSE = 1e-10  # both solve three columns that are nearly orthogonal, in float64


@pytest.mark.parametrize("weights", [None, 1 / SIGMA**2])
def test_all_of_it_is_that_of_statsmodels(weights):
    ours = sinfit.fit("lstsq", X, Y, model=wave, weights=weights)
    theirs = sm.WLS(Y, COLUMNS, weights=1.0 if weights is None else weights).fit()
    assert [*ours.parameters] == ["swing", "turn", "rest"]
    np.testing.assert_allclose([*ours.parameters.values()], theirs.params, rtol=CLOSE)
    np.testing.assert_allclose([*ours.standard_errors.values()], theirs.bse, rtol=CLOSE)
    np.testing.assert_allclose([*ours.conf_int(0.9).values()], theirs.conf_int(0.1), rtol=CLOSE)
    assert ours.aic == pytest.approx(theirs.aic, rel=CLOSE)
    band = theirs.get_prediction(COLUMNS[:5]).conf_int(alpha=0.05)
    np.testing.assert_allclose(np.stack(ours.confidence_band(X[:5]), 1), band, rtol=CLOSE)
    np.testing.assert_allclose(ours.predict(X), theirs.fittedvalues, rtol=CLOSE)
    assert ours.losses[-1] == pytest.approx(theirs.ssr, rel=CLOSE)


def test_sigma_that_is_known_and_the_covariance_of_scipy():
    ours = sinfit.fit("lstsq", X, Y, model=wave, sigma=SIGMA, absolute_sigma=True)
    parameters, covariance = curve_fit(wave, X, Y, sigma=SIGMA, absolute_sigma=True)
    # SciPy goes there by steps and differentiates numerically: half of the digits
    np.testing.assert_allclose([*ours.parameters.values()], parameters, rtol=1e-6)
    np.testing.assert_allclose(ours.covariance, covariance, rtol=1e-5, atol=1e-10)


def test_it_says_the_function_by_name():
    result = sinfit.fit("lstsq", X, Y, model=wave)
    assert "y = wave(x, swing, turn, rest)" in result.summary().splitlines()
    assert result.equation().startswith("y = wave(x, swing=")
    assert "swing" in result.summary()
    assert result.coef is None
    assert result.optimality_gap is None
    nameless = sinfit.fit("lstsq", X, Y, model=lambda x, a: a * x)
    assert nameless.equation() == f"y = model(x, a={nameless.parameters['a']!r})"


def test_exact_is_the_loop_of_the_model():
    start, rate = [1.0, 0.0, -1.0], 1e-3
    solved = sinfit.fit("exact", X, Y, model=wave, initial=start, steps=50, learning_rate=rate)
    losses, now = [], np.array(start)
    for _step in range(50):
        error = COLUMNS @ now - Y
        losses.append(error @ error)
        now = now - rate * 2 * COLUMNS.T @ error
    np.testing.assert_allclose(solved.losses, losses, rtol=1e-11)  # fifty roundings
    best = sinfit.fit("exact", X, Y, model=wave, learning_rate="auto", steps=5000)
    assert best.sse == pytest.approx(sinfit.fit("lstsq", X, Y, model=wave).sse, rel=1e-12)


def test_a_model_with_a_basis_whose_columns_may_be_numbers():
    model = sinfit.Model(
        name="root", parameters=("p", "q"), formula="p + q sqrt(x)", latex=r"p + q \sqrt{x}",
        result="{p} + {q} sqrt(x)", predict=lambda x, given: given[0] + given[1] * np.sqrt(x),
        basis=lambda x: (1.0, np.sqrt(x)),
    )  # fmt: skip
    ours = sinfit.fit("lstsq", X, Y, model=model, weights=SIGMA)
    theirs = sm.WLS(Y, np.stack([X**0, np.sqrt(X)], axis=1), weights=SIGMA).fit()
    np.testing.assert_allclose([*ours.parameters.values()], theirs.params, rtol=CLOSE)
    assert sinfit.fit("exact", X, Y, model=model, steps=3, learning_rate=1e-4).nit == 3


@pytest.mark.parametrize("fitter", ["lstsq", "exact"])
@pytest.mark.parametrize(
    ("model", "says"),
    [
        (lambda x, a, b: a * np.exp(b * x), "not linear in its parameters"),
        (lambda x, a, b: a * x + b**2, "not linear in its parameters"),
        (lambda x, a: np.abs(a) * x, "not linear in its parameters"),
        (lambda x, a: a * x + 1, "A fixed term is to be subtracted from y"),
        (lambda x, a: a * x[:3], r"cannot be computed at x of shape \(200,\)"),
        (lambda x, a: x * (a / 0), "ZeroDivisionError"),
        (lambda x, *a: x + a, "with a name for each parameter"),
        (lambda x: x, "with a name for each parameter"),
        ("sin", "a function f"),
    ],
)
def test_what_is_not_linear_is_refused(fitter, model, says):
    with pytest.raises(UsageError, match=says):
        sinfit.fit(fitter, X, Y, model=model)


def test_points_that_do_not_determine_it_are_refused():
    with pytest.raises(DataError, match="what parameter 3 of 3 brings is made of"):
        sinfit.fit("lstsq", X, Y, model=lambda x, a, b, c: a * x + b + c * (x - 1))
    with pytest.raises(DataError, match="what parameter 1 of 2 brings"):
        sinfit.fit("lstsq", X, Y, model=lambda x, a, b: a * 0 + b * x)
    with pytest.raises(DataError, match="must be finite"):
        sinfit.fit("lstsq", X, Y, model=lambda x, a: a * np.where(x < 1, np.nan, x))
    with pytest.raises(DataError, match="too few points"):
        sinfit.fit("lstsq", X[:2], Y[:2], model=wave)


def test_who_has_a_model_takes_no_other():
    with pytest.raises(UnsuitableError, match="sinfit-numpy/numpy has its own model"):
        sinfit.fit("numpy", X, Y, model=wave)
    with pytest.raises(UsageError, match="goes without model"):
        sinfit.fit("lstsq", X, Y, model=wave, degree=2)
    with pytest.raises(UsageError, match="has no basis"):
        sinfit.fit("lstsq", X, Y, model=sinfit.fitters()["dynamic"].spec.model)
    with pytest.raises(UnsuitableError, match="condensed for polynomials"):
        sinfit.fit("lstsq", sinfit.condense(X, Y), model=wave)


@pytest.mark.parametrize("degree", [1, 3, 6])
def test_a_polynomial_given_as_the_model_is_that_of_its_degree(degree):
    ours = sinfit.fit("lstsq", X, Y, model=sinfit.polynomial(degree), sigma=SIGMA)
    assert ours.coef == sinfit.fit("lstsq", X, Y, degree=degree, sigma=SIGMA).coef
    chunks = iter([(X[:90], Y[:90]), (X[90:], Y[90:])])
    streamed = sinfit.fit("lstsq", chunks, model=sinfit.polynomial(degree))
    assert len(streamed.coef) == degree + 1


def test_it_is_saved_without_the_function(tmp_path):
    result = sinfit.fit("lstsq", X, Y, model=wave)
    result.save(tmp_path / "fit.json")
    again = sinfit.FitResult.load(tmp_path / "fit.json")
    assert again.parameters == result.parameters
    with pytest.raises(UnavailableError, match=r"no file holds: call it with .* fit with it again"):
        again.predict(1.0)
    assert "no file holds" in repr(again), "it is shown, as notebooks do"
    assert wave(1.0, *again.parameters.values()) == pytest.approx(float(result.predict(1.0)))


@pytest.mark.parametrize("fitter", ["lstsq", "exact"])
def test_it_has_no_degree(fitter):
    asked = {"steps": 1, "learning_rate": "auto"}
    assert sinfit.fit(fitter, X, Y, model=wave, **asked).options == {}
    assert sinfit.fit(fitter, X, Y, **asked, degree=2).options == {"degree": 2}
    assert sinfit.fit(fitter, X, Y, **asked).options == {"degree": 3}
