"""The start comes from the seed, and so does what a fitter draws."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sinfit.fitting.plan import draw_start, draws


@given(seed=st.integers(0, 2**63 - 1), size=st.integers(1, 8))
def test_a_longer_start_begins_like_a_shorter_one(seed, size):
    assert draw_start(seed, size) == draw_start(seed, 9)[:size]


def test_seeds_differ_and_repeat():
    starts = [draw_start(seed, 4) for seed in range(50)]
    assert len(set(starts)) == 50
    assert starts == [draw_start(seed, 4) for seed in range(50)]


def test_the_start_is_standard_normal():
    values = np.array([draw_start(seed, 4) for seed in range(2000)])
    # 8000 numbers: the mean's standard deviation is 0.011, that of the variance 0.016
    assert abs(values.mean()) < 0.045
    assert abs(values.var() - 1) < 0.064


def test_what_a_fitter_draws_is_independent_of_the_start():
    assert tuple(draws(0).standard_normal(4)) != draw_start(0, 4)
    assert draws(3).integers(0, 10**9) == draws(3).integers(0, 10**9)
