"""SinfitRegressor is the fit of `sinfit.fit`, and does in scikit-learn what its own models do."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sinfit_sklearn import SinfitRegressor
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate, learning_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

import sinfit

x = np.linspace(-np.pi, np.pi, 60)
X, y = x.reshape(-1, 1), np.sin(x)


@pytest.mark.parametrize("name", ["lstsq", "numpy", "autograd"])
def test_with_one_feature_it_is_the_fit_of_sinfit_to_the_last_digit(name):
    asked = {"steps": 40, "learning_rate": 1e-5}
    model = SinfitRegressor(name, **asked, random_state=3).fit(X, y)
    plain = sinfit.fit(name, x, y, seed=3, **asked)
    assert model.result_.parameters == plain.parameters
    assert_array_equal(model.predict(X), plain.predict(x))


def test_both_ways_to_import_it_give_one_class():
    from sinfit import sklearn

    assert sklearn.SinfitRegressor is SinfitRegressor


def test_without_the_wing_the_import_says_what_to_install():
    program = "import sys; sys.modules['sinfit_sklearn'] = None; import sinfit.sklearn"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 1
    assert 'pip install "sinfit[sklearn]"' in run.stderr.splitlines()[-1]


def test_a_grid_search_finds_the_rate_that_fits_and_bears_those_that_diverge():
    search = GridSearchCV(
        make_pipeline(StandardScaler(), SinfitRegressor(steps=200)),
        {
            "sinfitregressor__fitter": ["numpy", "tensor"],
            "sinfitregressor__learning_rate": [1e-8, 1e-3],
        },
        cv=3,
    )
    mixed = np.random.default_rng(0).permutation(60)  # each fold has the whole interval
    search.fit(X[mixed], y[mixed])
    assert search.best_params_["sinfitregressor__learning_rate"] == 1e-3
    scores = search.cv_results_["mean_test_score"]
    assert scores[1] > 0.9 > scores[0]
    assert scores[1] == pytest.approx(scores[3], rel=1e-4)  # tensor computes in float32


def test_a_fit_that_diverges_warns_and_keeps_its_best():
    with (
        pytest.warns(sinfit.errors.StabilityWarning),
        pytest.warns(ConvergenceWarning, match="div"),
    ):
        model = SinfitRegressor("numpy", learning_rate=0.1).fit(X, y)
    assert np.isfinite(model.predict(X)).all()


def test_a_learning_curve_and_cross_validation_run():
    sizes, train, test = learning_curve(
        SinfitRegressor(), X, y, cv=4, shuffle=True, random_state=0, train_sizes=[10, 20, 40]
    )
    assert sizes.tolist() == [10, 20, 40]
    assert train.shape == test.shape == (3, 4)
    assert np.isfinite(test).all()
    assert cross_val_score(SinfitRegressor(), X, y, cv=4).shape == (4,)


def test_processes_side_by_side_make_the_same_fits_and_bring_them_back():
    model = SinfitRegressor("numpy", steps=20, learning_rate=1e-5)
    one, two = (cross_validate(model, X, y, cv=4, return_estimator=True, n_jobs=n) for n in (1, 2))
    assert_array_equal(one["test_score"], two["test_score"])
    for here, there in zip(one["estimator"], two["estimator"], strict=True):
        assert here.result_.parameters == there.result_.parameters


def test_feature_names_are_kept_and_asked_for():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"time": x, "tide": x**2})
    model = SinfitRegressor().fit(frame, y)
    assert model.feature_names_in_.tolist() == ["time", "tide"]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"tide": "wind"}))


def test_a_clone_has_the_settings_and_no_fit():
    model = SinfitRegressor("numpy", steps=5, options=None, random_state=7).fit(X, y)
    twin = clone(model)
    assert twin.get_params() == model.get_params()
    assert not hasattr(twin, "result_")


def test_several_features_become_the_index_along_which_y_changes():
    rng = np.random.default_rng(0)
    points, direction = rng.standard_normal((400, 3)), np.array([2.0, -1.0, 0.5])
    z = points @ direction
    model = SinfitRegressor().fit(points, z - 0.01 * z**3)
    cosine = model.direction_ @ direction
    cosine /= np.linalg.norm(model.direction_) * np.linalg.norm(direction)
    # linear least squares finds the direction of a single-index model on normal points, up to
    # the scatter of 400 of them (Brillinger 1983), and misses the bend, which the cubic finds
    assert abs(cosine) > 0.99
    linear = LinearRegression().fit(points, z - 0.01 * z**3)
    assert model.score(points, z - 0.01 * z**3) > linear.score(points, z - 0.01 * z**3)


def test_where_y_is_flat_the_curve_is_its_mean():
    model = SinfitRegressor().fit(np.eye(5), np.full(5, 2.0))
    assert_allclose(model.predict(np.zeros((1, 5))), 2.0, rtol=1e-12)  # one mean, one sum


def test_fractional_weights_are_those_of_weighted_least_squares():
    weights = np.random.default_rng(1).uniform(0, 3, len(x))
    model = SinfitRegressor().fit(X, y, weights)
    cubic = PolynomialFeatures(3)
    other = make_pipeline(cubic, LinearRegression()).fit(
        X, y, linearregression__sample_weight=weights
    )
    # two decompositions of columns up to 31 times as long: ten digits remain
    assert_allclose(model.predict(X), other.predict(X), rtol=0, atol=1e-10)


def test_other_fitters_refuse_fractional_weights_and_say_what_takes_them():
    with pytest.raises(ValueError, match=r"repeated .* Those that do: lstsq"):
        SinfitRegressor("numpy").fit(X, y, np.full(60, 0.5))
    with pytest.raises(ValueError, match="up to 100000000 in all"):
        SinfitRegressor("numpy").fit(X, y, np.full(60, 1e9))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=12, max_size=12), st.sampled_from(["lstsq", "numpy"]))
def test_a_weight_is_how_often_a_point_stands_there(weights, name):
    few, target = X[::5], y[::5]
    asked = {"steps": 20, "learning_rate": 1e-5}
    counts = np.array(weights)
    if (counts > 0).sum() < 4:
        return  # too few points for a cubic: tested below
    weighted = SinfitRegressor(name, **asked).fit(few, target, counts)
    repeated = SinfitRegressor(name, **asked).fit(few.repeat(counts, 0), target.repeat(counts))
    # the same sums in another order; a cubic through four points bends up to 1e4 between them
    assert_allclose(weighted.predict(few), repeated.predict(few), rtol=1e-8, atol=1e-8)


def test_too_few_values_get_the_polynomial_that_they_determine_and_a_warning():
    two = np.array([[0.0], [1.0], [1.0]])
    line = SinfitRegressor().fit(two, [0.0, 1.0, 3.0])  # of the best cubics, one
    assert_allclose(line.predict([[0.0], [1.0]]), [0.0, 2.0], atol=1e-12)
    assert line.result_ is None
    with pytest.warns(UserWarning, match="2 different values, too few for the 4 parameters"):
        SinfitRegressor("numpy").fit(two, [0.0, 1.0, 3.0])


def test_options_and_a_generator_reach_the_fit():
    made = SinfitRegressor(
        "tensor", steps=3, options={"dtype": "float64"}, random_state=np.random.RandomState(5)
    ).fit(X, y)
    assert made.result_.options["dtype"] == "float64"
    assert made.result_.seed == np.random.RandomState(5).randint(2**31 - 1)


def test_an_unknown_fitter_is_told_by_its_nearest_name():
    with pytest.raises(ValueError, match="Did you mean 'autograd'"):
        SinfitRegressor("autogard").fit(X, y)
