"""The dynamic stage: none, one or two more terms, drawn at every step, with one weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sinfit
from sinfit.fitting.plan import draws

pytestmark = pytest.mark.numbers


def by_hand(x, y, start, steps, rate, rng):
    """SGD with momentum on the drawn powers, gradients by hand.

    Where e is not in the graph it has no gradient (zero_grad() sets it to None), and the optimizer
    leaves it and its velocity as they are.
    """
    w, velocity, losses = np.array(start), np.zeros(5), []
    for _ in range(steps):
        highest = int(rng.integers(3, 6))
        shared = sum((x**k for k in range(4, highest + 1)), start=np.zeros_like(x))
        matrix = np.stack([x**0, x, x**2, x**3, shared], axis=1)
        error = matrix @ w - y
        losses.append(np.square(error).sum())
        gradient = 2 * matrix.T @ error
        moved = slice(0, 4) if highest == 3 else slice(0, 5)
        velocity[moved] = 0.9 * velocity[moved] + gradient[moved]
        w[moved] -= rate * velocity[moved]
    return losses, w


@pytest.mark.parametrize("seed", [0, 1])
def test_every_loss_is_that_of_momentum_by_hand_on_the_same_draws(seed):
    result = sinfit.fit("dynamic", dtype="float64", steps=300, seed=seed)
    problem = result.problem
    start = tuple(result.initial.values())
    losses, final = by_hand(problem.x, problem.y, start, 300, 1e-8, draws(seed))
    np.testing.assert_allclose(result.losses, losses, rtol=1e-9)
    np.testing.assert_allclose(tuple(result.parameters.values()), final, atol=1e-9)


def test_the_three_cases_are_equally_likely():
    generator = draws(0)
    drawn = np.bincount([int(generator.integers(3, 6)) for _ in range(3000)])[3:]
    # 1000 each, with a standard deviation of 26: four of them
    assert drawn.sum() == 3000
    assert abs(drawn - 1000).max() < 104


def test_the_seed_decides_the_draws_and_the_start():
    one, same, other = (
        sinfit.fit("dynamic", steps=50, seed=seed, dtype="float64") for seed in (1, 1, 2)
    )
    assert one.losses.tolist() == same.losses.tolist()
    assert one.losses.tolist() != other.losses.tolist()
    # from one start, only the draws differ
    start = dict.fromkeys("abcde", 0.1)
    runs = [sinfit.fit("dynamic", steps=50, seed=s, initial=start).losses.tolist() for s in (1, 2)]
    assert runs[0] != runs[1]


def test_the_start_shares_its_first_four_numbers_with_the_cubic_stages():
    cubic, dynamic = sinfit.fit("numpy", steps=1), sinfit.fit("dynamic", steps=1)
    assert list(dynamic.initial.values())[:4] == list(cubic.initial.values())
    assert list(dynamic.parameters) == list("abcde")


@given(parameters=st.tuples(*[st.floats(-2, 2)] * 5))
def test_its_curve_is_the_mean_of_the_three_cases(parameters):
    model = sinfit.fitters()["dynamic"].spec.model
    a, b, c, d, e = parameters
    x = np.linspace(-3, 3, 9)
    cubic = a + b * x + c * x**2 + d * x**3
    mean = (cubic + (cubic + e * x**4) + (cubic + e * x**4 + e * x**5)) / 3
    np.testing.assert_allclose(model.predict(x, parameters), mean, atol=1e-10)
    curve = np.polynomial.Polynomial(model.coefficients(parameters))
    np.testing.assert_allclose(curve(x), mean, atol=1e-10)


def test_its_loss_falls_over_a_thousand_steps():
    result = sinfit.fit("dynamic", steps=1000, seed=0)
    assert result.losses[-100:].mean() < result.losses[:100].mean() / 2
