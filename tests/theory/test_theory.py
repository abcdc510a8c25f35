"""sinfit.theory: the closed form equals the loop, and the best fit is the best."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinfit.errors import DataError
from sinfit.theory import (
    best_fit,
    best_polynomial,
    modes,
    stability_limit,
    trajectory,
)

pytestmark = pytest.mark.numbers

X = np.linspace(-np.pi, np.pi, 200)
numbers = st.floats(-3, 3, allow_nan=False)


def powers(x, degree=3):
    return [x**k for k in range(degree + 1)]


def loop(columns, y, initial, learning_rate, steps):
    """Plain gradient descent, step by step: losses, and parameters before each step and at last."""
    design = np.stack(columns)
    parameters = np.array(initial, dtype=float)
    losses, visited = [], [parameters.copy()]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            error = parameters @ design - y
            losses.append(error @ error)
            parameters -= learning_rate * 2 * (design @ error)
            visited.append(parameters.copy())
    return np.array(losses), np.array(visited)


@settings(max_examples=60, deadline=None)
@given(
    initial=st.tuples(numbers, numbers, numbers, numbers),
    target=st.tuples(numbers, numbers, numbers, numbers, numbers),
    share=st.floats(0.001, 1.6),
    steps=st.integers(1, 300),
)
def test_the_closed_form_equals_the_loop_unstable_rates_included(initial, target, share, steps):
    columns = powers(X)
    y = np.polynomial.Polynomial(target)(X) + np.sin(3 * X)
    rate = share * stability_limit(columns)
    losses, visited = loop(columns, y, initial, rate, steps)
    run = trajectory(columns, y, initial, rate, steps)
    # in a divergence the growing mode's rounding is amplified with it, so it is relative to it
    np.testing.assert_allclose(run.losses, losses, rtol=1e-9)
    scale = np.abs(visited).max()
    np.testing.assert_allclose(
        run.parameters_at(range(steps + 1)), visited, rtol=1e-9, atol=1e-11 * scale
    )
    np.testing.assert_allclose(run.parameters, visited[-1], rtol=1e-9, atol=1e-11 * scale)


def test_2000_published_steps_agree_to_a_dozen_digits():
    x = np.linspace(-np.pi, np.pi, 2000)
    initial = (0.1, -2.0, 1.0, 0.5)
    losses, _ = loop(powers(x), np.sin(x), initial, 1e-6, 2000)
    ours = trajectory(powers(x), np.sin(x), initial, 1e-6, 2000).losses
    assert np.abs(ours / losses - 1).max() < 1e-12


def test_an_overflow_is_infinite_as_in_the_loop():
    columns, y = powers(X), np.sin(X)
    rate = 1000 * stability_limit(columns)
    losses, _ = loop(columns, y, (0.1, 0.2, 0.3, 0.4), rate, 100)
    ours = trajectory(columns, y, (0.1, 0.2, 0.3, 0.4), rate, 100).losses
    finite = np.isfinite(losses)
    assert 10 < finite.sum() < 90
    np.testing.assert_allclose(ours[finite], losses[finite], rtol=1e-9)
    assert np.isinf(ours[~finite]).all()


def test_a_rate_that_removes_a_mode_at_once_is_no_special_case():
    # λ = 2, rate = 1/4: the factor is exactly 0
    run = trajectory([[1.0, 1.0]], [1.0, 3.0], (0.0,), 0.25, 5)
    np.testing.assert_allclose(run.losses, [10, 2, 2, 2, 2], rtol=1e-14)
    assert run.parameters == pytest.approx((2.0,))


def test_dependent_columns_leave_their_difference_where_it_was():
    columns = [np.ones(4), np.ones(4)]
    run = trajectory(columns, np.full(4, 5.0), (3.0, 1.0), 0.01, 5000)
    assert run.parameters == pytest.approx((3.5, 1.5), abs=1e-9)


@given(
    degree=st.integers(0, 6),
    offset=st.floats(-5, 5),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40, deadline=None)
def test_no_other_polynomial_is_better_than_the_best(degree, offset, seed):
    rng = np.random.default_rng(seed)
    x = np.linspace(-2, 2, 40) + offset
    y = rng.standard_normal(40)
    best = best_polynomial(x, y, degree)
    residuals = np.polynomial.Polynomial(best.parameters)(x) - y
    assert np.square(residuals).sum() == pytest.approx(best.sse, rel=1e-6)
    # at the minimum the residuals are orthogonal to every column
    for k in range(degree + 1):
        column = (x - offset) ** k
        assert abs(residuals @ column) < 1e-6 * np.linalg.norm(column)


def test_the_best_cubic_for_sin_is_the_known_one():
    x = np.linspace(-np.pi, np.pi, 2000)
    best = best_polynomial(x, np.sin(x))
    assert best.parameters == pytest.approx((0, 0.856740843, 0, -0.0933303890), abs=5e-10)
    assert best.sse == pytest.approx(8.817165410, abs=5e-10)


def test_it_stays_accurate_where_the_normal_equations_fail():
    x = np.linspace(1000, 1001, 50)  # XᵀX of these powers has a condition number beyond 1e30
    y = (x - 1000.5) ** 3
    best = best_polynomial(x, y)
    assert best.sse < 1e-20
    design = np.stack(powers(x), axis=1)
    normal = np.linalg.lstsq(design.T @ design, design.T @ y, rcond=None)[0]
    assert np.square(design @ normal - y).sum() > 1e6 * best.sse


def test_fewer_points_than_coefficients_are_fitted_exactly():
    best = best_polynomial([0.0, 1.0], [1.0, 2.0])
    assert np.polynomial.Polynomial(best.parameters)([0.0, 1.0]) == pytest.approx([1.0, 2.0])


def test_best_fit_takes_any_columns():
    columns = [np.sin(X), np.cos(X), np.ones_like(X)]
    best = best_fit(columns, 2 * np.sin(X) - 3 * np.cos(X) + 1)
    assert best.parameters == pytest.approx((2, -3, 1))


def test_the_stability_limit_is_the_edge():
    columns, y = powers(X), np.sin(X)
    limit = stability_limit(columns)
    below = trajectory(columns, y, (1, 1, 1, 1), 0.999 * limit, 10**6).losses_at([0, 10**6])
    above = trajectory(columns, y, (1, 1, 1, 1), 1.001 * limit, 10**6).losses_at([0, 10**6])
    assert below[1] < below[0] < above[1]


def test_half_lives_are_those_of_the_loss_share():
    mode = modes(powers(X), 1e-6)[0]
    assert mode.factor ** (2 * mode.half_life) == pytest.approx(0.5)
    assert [m.eigenvalue for m in modes(powers(X), 1e-6)] == sorted(
        m.eigenvalue for m in modes(powers(X), 1e-6)
    )


@pytest.mark.parametrize(
    ("columns", "y", "says"),
    [
        ([[1.0, 2.0]], [1.0], "same shape"),
        ([[]], [], "same shape"),
        ([[1.0, np.nan]], [1.0, 2.0], "finite"),
        ([[1.0, 2.0]], [1.0, np.inf], "finite"),
    ],
)
def test_unusable_data_are_refused(columns, y, says):
    with pytest.raises(DataError, match=says):
        best_fit(columns, y)
    with pytest.raises(DataError, match=says):
        trajectory(columns, y, (0.0,), 0.1, 10)


def test_a_start_of_the_wrong_length_is_refused():
    with pytest.raises(DataError, match="must have 4 numbers"):
        trajectory(powers(X), np.sin(X), (0.0, 1.0), 1e-6, 10)
