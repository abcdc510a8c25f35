"""The optim stage: RMSprop, which is not plain gradient descent."""

import numpy as np
import pytest

import sinfit

pytestmark = pytest.mark.numbers


def rmsprop(x, y, start, steps, rate, alpha=0.99, epsilon=1e-8):
    """RMSprop by hand (Hinton, lecture 6e), on the matrix of powers."""
    matrix = np.stack([x**0, x, x**2, x**3], axis=1)
    w, mean_square, losses = np.array(start), np.zeros(4), []
    for _ in range(steps):
        error = matrix @ w - y
        losses.append(np.square(error).sum())
        gradient = 2 * matrix.T @ error
        mean_square = alpha * mean_square + (1 - alpha) * gradient**2
        w = w - rate * gradient / (np.sqrt(mean_square) + epsilon)
    return losses, w


def test_every_loss_is_that_of_rmsprop_by_hand():
    result = sinfit.fit("optim", dtype="float64", steps=500)
    problem = result.problem
    losses, final = rmsprop(problem.x, problem.y, tuple(result.initial.values()), 500, 1e-3)
    np.testing.assert_allclose(result.losses, losses, rtol=1e-9)
    np.testing.assert_allclose(tuple(result.parameters.values()), final, atol=1e-9)


def test_it_ends_in_a_limit_cycle_of_half_the_learning_rate():
    rate = 1e-4
    result = sinfit.fit(
        "optim",
        dtype="float64",
        initial=(0, 0.85, 0, -0.09),
        learning_rate=rate,
        steps=2000,
    )
    # the sign of each gradient flips at every step, so each parameter jumps by about the rate
    # around its best value: a and c, whose best value is 0, sit at plus or minus half of it
    for name in ("a", "c"):
        assert abs(result.parameters[name]) == pytest.approx(rate / 2, rel=1e-2)
    assert (np.diff(result.losses[-100:]) > 0).any()


def test_with_the_tutorials_settings_it_gets_near_the_best_cubic():
    result = sinfit.fit("optim", seed=0, steps=2000)
    assert result.sse < result.losses[0] / 10
    assert result.optimality_gap > 0


def test_no_stability_limit_of_plain_gradient_descent_is_claimed_for_it(recwarn):
    sinfit.fit("optim", steps=1, learning_rate=1e-2)
    assert not recwarn.list
