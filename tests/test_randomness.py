"""The start comes from the seed; global random states are left as they were."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinfit.randomness import draw_start, draws, untouched_global_states


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


def test_inside_the_states_are_seeded_and_outside_they_are_as_before():
    import torch

    before = random.getstate(), repr(np.random.get_state()), torch.get_rng_state().tolist()
    drawn = []
    for seed in (4, 4, 5):
        with untouched_global_states(seed):
            drawn.append((random.gauss(0, 1), np.random.random(), torch.rand(1).item()))
    assert drawn[0] == drawn[1]
    assert not set(drawn[0]) & set(drawn[2])
    after = random.getstate(), repr(np.random.get_state()), torch.get_rng_state().tolist()
    assert after == before


def test_an_exception_puts_the_states_back_too():
    before = random.getstate()

    def fails():
        with untouched_global_states(0):
            random.shuffle([1, 2, 3])
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert random.getstate() == before


@pytest.mark.parametrize("seed", [2**32, 2**63 - 1])
def test_seeds_beyond_numpys_and_torchs_range_work(seed):
    with untouched_global_states(seed):
        drawn = np.random.random()
    with untouched_global_states(seed):
        assert np.random.random() == drawn
