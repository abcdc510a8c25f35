"""The stages on PyTorch against the published programs: the same forms, so the same roundings."""

import importlib.util
import math
from pathlib import Path

import pytest

import sinfit
from sinfit.fitting.plan import draws

pytestmark = pytest.mark.numbers

ROOT = Path(__file__).parents[2]
START = (0.1, -0.2, 0.3, -0.4)
STEPS = 1000  # ten printed losses: a different rounding shows in some of them


@pytest.fixture(scope="module")
def published():
    """The programs as `make bench` runs them."""
    spec = importlib.util.spec_from_file_location("published", ROOT / "benchmarks/published.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "stage", ["tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"]
)
def test_on_its_own_points_every_printed_loss_comes_out_to_the_last_bit(
    stage, published, monkeypatch
):
    import torch

    x = torch.linspace(-math.pi, math.pi, 2000)  # float32, unlike the host's
    start = {"legendre": (0.0, -1.0, 0.0, 0.3), "dynamic": (*START, 0.1)}.get(stage, START)
    ours = sinfit.fit(stage, x, torch.sin(x), initial=start, steps=STEPS, seed=0)
    # the published program draws the end of a range: one more than the highest power
    rng = draws(0)
    monkeypatch.setattr(
        published.random, "randint", lambda low, high: int(rng.integers(low, high + 1))
    )
    printed = published.PROGRAMS[stage](START, STEPS)
    assert ours.losses[99::100].tolist() == printed
