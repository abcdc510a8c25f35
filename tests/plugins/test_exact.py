"""The two fitters that know the answer."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sinfit_author.conformance.subject import singly

import sinfit
from sinfit.theory import stability_limit

pytestmark = pytest.mark.numbers

numbers = st.floats(-3, 3, allow_nan=False)


def test_exact_has_the_numpy_stages_losses():
    by_loop, solved = sinfit.fit("numpy", seed=3), sinfit.fit("exact", seed=3)
    assert np.abs(solved.losses / by_loop.losses - 1).max() < 1e-9
    np.testing.assert_allclose(
        solved.parameters_recorded, by_loop.parameters_recorded, rtol=1e-9, atol=1e-12
    )
    assert list(solved.parameters.values()) == pytest.approx(
        list(by_loop.parameters.values()), rel=1e-9
    )


@settings(max_examples=25, deadline=None)
@given(
    initial=st.tuples(numbers, numbers, numbers, numbers),
    frequency=st.floats(0.1, 4),
    share=st.floats(0.01, 1.2),
)
def test_exact_equals_the_loop_for_any_target_start_and_rate(initial, frequency, share):
    x = np.linspace(-2, 3, 60)
    y = np.cos(frequency * x) + 0.1 * x**4
    rate = share * stability_limit([x**k for k in range(4)])
    fitters = sinfit.fitters()
    runs = [
        list(singly(fitters[name].load()(x, y, initial=initial, steps=150, learning_rate=rate)))
        for name in ("numpy", "exact")
    ]
    losses = np.array([[loss for loss, _ in run] for run in runs])
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-9)


def test_exact_crosses_its_blocks_without_a_seam():
    solved = sinfit.fit("exact", steps=9000, seed=1)
    by_loop = sinfit.fit("numpy", steps=9000, points=2000, seed=1)
    assert np.abs(solved.losses / by_loop.losses - 1).max() < 1e-9


def test_lstsq_is_the_best_and_takes_one_step():
    result = sinfit.fit("lstsq")
    assert result.nit == 1
    assert result.success
    assert result.sse == pytest.approx(8.817165410, abs=5e-10)
    assert result.optimality_gap == pytest.approx(0, abs=1e-12)


def test_they_run_without_torch():
    code = "import sinfit, sys; sinfit.compare(['exact', 'lstsq']); print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
