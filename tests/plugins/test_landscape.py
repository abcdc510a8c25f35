"""Many runs at once: losses over starts and learning rates, in closed form."""

import numpy as np
import pytest
from sinfit_exact.batch import losses_of_starts
from sinfit_exact.landscape import landscape

from sinfit.theory import stability_limit, trajectory

pytestmark = pytest.mark.numbers

X = np.linspace(-np.pi, np.pi, 200)


def powers(x):
    return [x**k for k in range(4)]


def test_the_batch_equals_single_runs():
    columns, y = powers(X), np.sin(X)
    starts = np.random.default_rng(0).standard_normal((5, 4))
    rates = np.array([0.1, 0.9, 1.5]) * stability_limit(columns)
    batch = losses_of_starts(columns, y, starts, rates, at=(0, 7, 2000, 10**6))
    for i, start in enumerate(starts):
        for k, rate in enumerate(rates):
            run = trajectory(columns, y, start, rate, 1)
            expected = run.losses_at([0, 7, 2000, 10**6])
            np.testing.assert_allclose(batch[i, k], expected, rtol=1e-9)


def test_ten_thousand_starts_by_a_hundred_rates_are_one_call():
    starts = np.random.default_rng(0).standard_normal((10_000, 4))
    batch = losses_of_starts(powers(X), np.sin(X), starts, np.geomspace(1e-8, 1e-4, 100))
    assert batch.shape == (10_000, 100, 1)
    assert not np.isnan(batch).any()


def test_the_landscape_falls_to_the_floor_and_leaps_at_the_edge():
    x = np.linspace(-np.pi, np.pi, 2000)
    found = landscape(powers(x), np.sin(x), np.ones((3, 4)), 2000, 300, 1e-6)
    beyond = found.rates > 1.01 * found.stability_limit
    assert found.losses[beyond].min() > 1e6 * found.floor
    assert found.best_loss == pytest.approx(found.floor, rel=1e-6)
    assert found.best_rate < found.stability_limit
    for mode, edge in zip(found.modes, found.alive_below, strict=True):
        assert (1 - 2 * edge * mode.eigenvalue) ** 4000 == pytest.approx(0.01)
