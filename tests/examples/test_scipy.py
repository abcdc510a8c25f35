"""sinfit-scipy: the covariance is the right one, and only given where it is meant."""

import numpy as np
import pytest

pytestmark = pytest.mark.numbers

PROGRAM = """
import sinfit
import numpy as np
from sinfit_scipy.uncertainty import covariance, standard_errors

def refused(result):
    try:
        covariance(result)
    except ValueError as error:
        return str(error)

rng = np.random.default_rng(7)
truth, sigma = (0.5, -1.0, 0.25, 2.0), 0.3
x = np.linspace(-2, 2, 60)
draws = []
for _ in range(300):
    y = np.polynomial.polynomial.polyval(x, truth) + sigma * rng.standard_normal(60)
    fit = sinfit.fit("scipy", x, y)
    draws.append([list(fit.coef), list(standard_errors(fit).values())])
fit.save("fit.json")
loaded = sinfit.FitResult.load("fit.json")
sine = sinfit.fit("scipy")
show({
    "sine": [sine.status, sine.nit, sine.optimality_gap, list(sine.coef), sine.sse],
    "x": x.tolist(), "y": y.tolist(), "draws": draws, "truth": truth,
    "names": list(standard_errors(fit)),
    "covariance": covariance(fit).tolist(),
    "loaded": covariance(loaded).tolist(),
    "of another": covariance(sinfit.fit("lstsq", x, y)).tolist(),
    "short": refused(sinfit.fit("numpy", steps=50)),
    "few": refused(sinfit.fit("scipy", [0, 1, 2, 3], [0, 1, 0, 1])),
})
"""


@pytest.fixture(scope="module")
def ran(run):
    return run(PROGRAM)


def test_it_finds_the_best_cubic_in_one_step(ran):
    status, nit, gap, coef, sse = ran["sine"]
    assert (status, nit) == ("MAX_ITER", 1)
    assert abs(gap) < 1e-9
    assert sse == pytest.approx(8.817165410, abs=1e-9)
    np.testing.assert_allclose(coef, (0, 0.856740843, 0, -0.0933303890), atol=1e-7)


def test_the_covariance_is_that_of_the_formula(ran):
    x, y = np.array(ran["x"]), np.array(ran["y"])
    columns = np.stack([x**0, x, x**2, x**3], axis=1)
    best, (sse,), _, _ = np.linalg.lstsq(columns, y, rcond=None)
    known = sse / (len(x) - 4) * np.linalg.inv(columns.T @ columns)
    # curve_fit's derivatives are differences: they have half the digits
    np.testing.assert_allclose(ran["covariance"], known, rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(ran["draws"][-1][0], best, rtol=1e-6)


def test_its_error_bars_hold_the_truth_as_often_as_they_should(ran):
    coef, errors = (np.array(part) for part in zip(*ran["draws"], strict=True))
    held = (np.abs(coef - ran["truth"]) < 1.96 * errors).mean(axis=0)
    # 300 draws of 95 %: three standard deviations are 4 %
    assert ((held > 0.91) & (held < 0.99)).all(), held
    assert ran["names"] == ["a", "b", "c", "d"]


def test_a_loaded_result_and_another_fitters_have_the_same_covariance(ran):
    assert ran["loaded"] == ran["covariance"]
    np.testing.assert_allclose(ran["of another"], ran["covariance"], rtol=1e-4, atol=1e-9)


def test_where_it_would_mean_nothing_it_is_refused(ran):
    assert ran["short"] == "numpy stopped short of the minimum: fit it with more steps"
    assert ran["few"] == "4 parameters need more than 4 points"
