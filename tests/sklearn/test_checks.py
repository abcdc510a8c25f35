"""scikit-learn's own checks hold, for the default and for every stage, none of them skipped."""

import pytest
from sinfit_sklearn import SinfitRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

import sinfit

# The checks fit 10 to 200 points of variance 1, and of the 200 they want an R² above 0.5: each
# stage comes there with a learning rate and steps for such data.
PLAIN = {"learning_rate": 1e-4, "steps": 50}
SETTINGS = {
    "lstsq": {},
    "legendre": {"learning_rate": 3e-4, "steps": 300},
    "optim": {"learning_rate": 0.03, "steps": 200},
    "dynamic": {"learning_rate": 1e-6, "steps": 500},
}
FITTERS = ("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic")
ESTIMATORS = [SinfitRegressor(name, **SETTINGS.get(name, PLAIN)) for name in (*FITTERS, "exact")]


@parametrize_with_checks([SinfitRegressor(), *ESTIMATORS])
@pytest.mark.filterwarnings("ignore:the points have")  # some checks have three different points
@pytest.mark.filterwarnings("ignore::sinfit.errors.StabilityWarning")  # and some many points
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learns_checks(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # else one is skipped
    check(estimator)


def test_these_are_all_fitters_of_ours():
    ours = {each.name for each in sinfit.fitters().values() if each.id.startswith("sinfit-")}
    assert ours == {each.fitter for each in ESTIMATORS} | {SinfitRegressor().fitter}
