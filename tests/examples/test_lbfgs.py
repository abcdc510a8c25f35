"""sinfit-lbfgs: a handful of steps to the best cubic, and then an end of its own."""

import numpy as np
import pytest

pytestmark = pytest.mark.numbers

PROGRAM = """
import sinfit
fits = {
    f"{dtype} {seed}": sinfit.fit("lbfgs", seed=seed, dtype=dtype)
    for dtype in ("float32", "float64") for seed in range(6)
}
short = sinfit.fit("lbfgs", steps=3)
numpy = sinfit.fit("numpy", steps=3)
plain = sinfit.fit("numpy")
show({
    "fits": {
        key: [r.status, r.nit, r.optimality_gap, list(r.losses), list(r.coef)]
        for key, r in fits.items()
    },
    "short": [short.status, short.nit, len(short.losses)],
    "starts": [short.losses[0], numpy.losses[0]],
    "plain": plain.optimality_gap,
})
"""


@pytest.fixture(scope="module")
def ran(run):
    return run(PROGRAM)


def test_it_ends_by_itself_at_the_best_cubic_in_a_handful_of_steps(ran):
    for key, (status, nit, gap, _losses, coef) in ran["fits"].items():
        assert status == "CONVERGED", key
        assert nit <= 25, key
        # the gap is quadratic in the distance: rounding in float32 leaves 1e-6 of the loss
        assert gap < (1e-8 if "float64" in key else 1e-5), key
        np.testing.assert_allclose(coef, (0, 0.856740843, 0, -0.0933303890), atol=5e-4)


def test_no_step_makes_the_loss_worse(ran):
    for key, (_status, _nit, _gap, losses, _coef) in ran["fits"].items():
        if "float64" in key:
            assert (np.diff(losses) <= 1e-9).all(), key


def test_gradient_descent_is_further_away_after_2000_steps(ran):
    assert ran["plain"] > 1e3 * max(gap for _, _, gap, _, _ in ran["fits"].values())


def test_it_makes_no_more_steps_than_it_is_asked_for(ran):
    assert ran["short"] == ["MAX_ITER", 3, 3]


def test_it_starts_where_the_stages_start(ran):
    ours, stages = ran["starts"]
    assert ours == pytest.approx(stages, rel=1e-6)  # float32 and float64
