"""Five programs, one trajectory: numpy, tensor, autograd, nn and module do the same arithmetic."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sinfit

pytestmark = pytest.mark.numbers

ON_TORCH = ["tensor", "autograd", "nn", "module"]

# float32 rounds to 6e-8 of a number. Each loss adds 2000 squares (pairwise, 11 roundings deep)
# of predictions with 7 roundings of their own, and the updates carry their roundings on through
# 2000 contracting steps. Seeds 0 to 5 stay below 7e-6; 3e-5 leaves room for other instruction sets.
FLOAT32 = 3e-5
# float64 rounds to 1e-16; the same count gives 1e-14 or so, and the promise is 1e-9.
FLOAT64 = 1e-9


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ON_TORCH)
def test_every_loss_is_that_of_the_numpy_stage_in_float32(name, seed):
    numpy = sinfit.fit("numpy", seed=seed)
    torch = sinfit.fit(name, seed=seed)
    assert len(torch.losses) == len(numpy.losses) == 2000
    np.testing.assert_allclose(torch.losses, numpy.losses, rtol=FLOAT32)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ON_TORCH)
def test_every_loss_is_that_of_the_numpy_stage_in_float64(name, seed):
    numpy = sinfit.fit("numpy", seed=seed)
    torch = sinfit.fit(name, seed=seed, dtype="float64")
    np.testing.assert_allclose(torch.losses, numpy.losses, rtol=FLOAT64)
    # the parameters are of order 1, some far smaller: their distance counts, not their ratio
    np.testing.assert_allclose(
        torch.parameters_recorded, numpy.parameters_recorded, rtol=0, atol=FLOAT64
    )
    assert torch.sse == pytest.approx(numpy.sse, rel=FLOAT64)


@given(start=st.tuples(*[st.floats(-3, 3)] * 4))
@settings(deadline=None, max_examples=15)
@pytest.mark.parametrize("name", ON_TORCH)
def test_from_any_start_the_gradients_by_hand_are_those_of_autograd(name, start):
    """One step: what moved, divided by the learning rate, is the gradient that was used."""
    x = np.linspace(-np.pi, np.pi, 100)
    rate = 1e-6
    by_hand = sinfit.fit("numpy", x, np.sin(x), initial=start, steps=1, learning_rate=rate)
    other = sinfit.fit(
        name, x, np.sin(x), initial=start, steps=1, learning_rate=rate, dtype="float64"
    )
    moved = [
        (np.array(start) - np.array(tuple(r.parameters.values()))) / rate for r in (by_hand, other)
    ]
    # a start of size 3 plus a step of 1e-6 times the gradient: rounding 3·1e-16/1e-6 = 3e-10 for
    # each of the two, on gradients of up to 1e5
    np.testing.assert_allclose(moved[1], moved[0], rtol=1e-12, atol=2e-9)
    exact = gradient(x, np.sin(x), start)
    np.testing.assert_allclose(moved[0], exact, rtol=1e-12, atol=2e-9)


def gradient(x, y, start):
    """2 Xᵀ(X w - y), the gradient of the sum of squared errors, by matrices."""
    matrix = np.stack([x**0, x, x**2, x**3], axis=1)
    return 2 * matrix.T @ (matrix @ np.array(start) - y)


@pytest.mark.parametrize("name", ["numpy", *ON_TORCH])
def test_with_enough_steps_each_cubic_stage_reaches_the_best_cubic(name):
    # at 3.5e-6, just below the stability limit 3.558e-6, the slowest mode shrinks by
    # 1 - 2·3.5e-6·863.75 a step: its share of the loss is 1e-10 of its start after 2000 steps
    options = {} if name == "numpy" else {"dtype": "float64"}
    result = sinfit.fit(name, learning_rate=3.5e-6, **options)
    assert result.sse == pytest.approx(8.817165410, abs=2e-9)
    assert 0 <= result.optimality_gap < 1e-8
    assert result.coef == pytest.approx((0, 0.856740843, 0, -0.0933303890), abs=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", [0, 1])
def test_autograd_does_what_was_written_by_hand_bit_for_bit(seed, dtype):
    # d(error.pow(2).sum()) is 2 * error, times x, x² and x³, summed: the operations of the tensor
    # stage in their order, which its page says
    by_hand = sinfit.fit("tensor", seed=seed, dtype=dtype, steps=500)
    autograd = sinfit.fit("autograd", seed=seed, dtype=dtype, steps=500)
    assert autograd.losses.tolist() == by_hand.losses.tolist()
    assert autograd.parameters_recorded.tolist() == by_hand.parameters_recorded.tolist()


def test_with_the_tutorials_steps_and_rate_the_loss_is_near_the_best_cubics():
    result = sinfit.fit("autograd", seed=0)
    assert 8.817165 < result.sse < 12
    assert result.rsquared > 0.98
