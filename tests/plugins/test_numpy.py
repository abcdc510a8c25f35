"""The NumPy stage: bit-identical to the plain program, and free of PyTorch."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sinfit

pytestmark = pytest.mark.numbers

starts = st.tuples(*[st.floats(-3, 3)] * 4)


def plain_program(x, y, a, b, c, d, steps, learning_rate):
    """The published program as it stands, powers worked out in every step."""
    losses = []
    for _ in range(steps):
        y_pred = a + b * x + c * x**2 + d * x**3
        losses.append(np.square(y_pred - y).sum())
        grad_y_pred = 2.0 * (y_pred - y)
        grad_a = grad_y_pred.sum()
        grad_b = (grad_y_pred * x).sum()
        grad_c = (grad_y_pred * x**2).sum()
        grad_d = (grad_y_pred * x**3).sum()
        a -= learning_rate * grad_a
        b -= learning_rate * grad_b
        c -= learning_rate * grad_c
        d -= learning_rate * grad_d
    return losses, (a, b, c, d)


def test_all_2000_losses_are_bit_identical_to_the_plain_programs():
    result = sinfit.fit("numpy", seed=0)
    problem = result.problem
    losses, final = plain_program(problem.x, problem.y, *result.initial.values(), 2000, 1e-6)
    assert result.losses.tolist() == losses  # ==, not approximately
    assert tuple(result.parameters.values()) == final


@given(start=starts, points=st.integers(5, 60))
@settings(deadline=None, max_examples=25)
def test_from_any_start_the_losses_are_bit_identical(start, points):
    x = np.linspace(-np.pi, np.pi, points)
    losses, final = plain_program(x, np.sin(x), *start, 20, 1e-6)
    result = sinfit.fit("numpy", x, np.sin(x), initial=start, steps=20)
    assert result.losses.tolist() == losses
    assert tuple(result.parameters.values()) == final


def test_it_runs_where_torch_cannot_be_imported(tmp_path):
    program = (
        "import sys; sys.modules['torch'] = None  # as if it were not installed\n"
        "import json, sinfit\n"
        "result = sinfit.fit('numpy', steps=100)\n"
        "print(json.dumps([result.nit, result.losses[0], result.printed()[0][:3]]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    here = sinfit.fit("numpy", steps=100)
    assert json.loads(run.stdout) == [100, here.losses[0], "99 "]


def test_its_distribution_asks_for_numpy_and_not_for_torch():
    from importlib import metadata

    from packaging.requirements import Requirement

    names = {Requirement(line).name for line in metadata.requires("sinfit-numpy")}
    assert names == {"sinfit", "numpy"}
