"""One suite for every fitter that any installed plugin offers: what a fitter must hold to."""

import math
import random

import numpy as np
import pytest
from sinfit_author import parametrize_with_checks
from sinfit_author.conformance.states import changed, global_states

import sinfit
from sinfit.errors import DeviceError, UnknownNameError, UsageError
from sinfit.fitting.driving import Status
from sinfit.fitting.plan import draw_start
from sinfit.registry.plugins import quietly

pytestmark = pytest.mark.numbers

STEPS = 40  # enough to see the loss fall, few enough for all fitters in a second
FITTERS = [fitter for fitter in quietly(sinfit.fitters).values() if fitter.available]
ON_TORCH = [f for f in FITTERS if {"device", "dtype"} <= {o.name for o in f.spec.options}]
DESCENDING = [f for f in FITTERS if f.spec.optimizer in ("gd", "sgd-momentum")]
FALLING = [f for f in DESCENDING if not f.spec.draws]  # a drawn loss jumps
DRAWN_START = [f for f in FITTERS if f.spec.initial is None]

every_fitter = pytest.mark.parametrize("fitter", FITTERS, ids=lambda f: f.id)
torch_fitters = pytest.mark.parametrize("fitter", ON_TORCH, ids=lambda f: f.id)
descending_fitters = pytest.mark.parametrize("fitter", DESCENDING, ids=lambda f: f.id)


def data(points=200):
    x = np.linspace(-np.pi, np.pi, points)
    return x, np.sin(x)


def start_of(fitter):
    return fitter.spec.initial or draw_start(0, len(fitter.spec.model.parameters))


def loss_of_start(fitter, x, y):
    return float(np.square(fitter.spec.model.predict(x, start_of(fitter)) - y).sum())


def test_the_eight_stages_are_found_in_their_order():
    stages = ["numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"]
    names = list(sinfit.fitters())
    assert [name for name in names if name in stages] == stages


@parametrize_with_checks(*FITTERS)
def test_what_sinfit_check_tries(check):
    check()


@pytest.mark.parametrize("fitter", FALLING, ids=lambda f: f.id)
def test_the_loss_falls_step_by_step(fitter):
    losses = fitter.fit(*data(), steps=STEPS).losses
    assert (np.diff(losses) < 0).all()


@every_fitter
def test_the_result_says_what_was_done(fitter):
    x, y = data()
    result = fitter.fit(x, y, steps=STEPS, seed=0)
    model = fitter.spec.model
    assert (result.fitter, result.fitter_id) == (fitter.name, fitter.id)
    assert result.success
    assert result.status in (Status.MAX_ITER, Status.CONVERGED)
    assert result.message
    assert 1 <= result.nit <= STEPS == result.steps
    assert len(result.losses) == result.nit
    assert result.steps_recorded.tolist() == list(range(result.nit))
    assert result.parameters_recorded.shape == (result.nit, len(model.parameters))
    assert tuple(result.parameters) == tuple(result.initial) == model.parameters
    assert tuple(result.initial.values()) == pytest.approx(start_of(fitter), abs=0)
    assert result.learning_rate == fitter.spec.learning_rate
    assert result.elapsed > 0
    assert result.sse == pytest.approx(float(np.square(result.predict(x) - y).sum()), abs=0)
    assert result.provenance[fitter.distribution] == fitter.version


@every_fitter
def test_the_same_seed_gives_the_same_result(fitter):
    first, second = (fitter.fit(*data(), steps=STEPS, seed=7) for _ in range(2))
    assert first.losses.tolist() == second.losses.tolist()
    assert first.parameters == second.parameters
    other = fitter.fit(*data(), steps=STEPS, seed=8)
    if fitter.spec.initial is None:
        assert other.initial != first.initial


@every_fitter
def test_the_global_states_neither_change_a_fit_nor_are_changed_by_it(fitter):
    import torch

    first = fitter.fit(*data(), steps=5).losses.tolist()
    random.seed(99)
    np.random.seed(99)
    torch.manual_seed(99)
    before = global_states()
    assert fitter.fit(*data(), steps=5).losses.tolist() == first
    assert changed(before, global_states()) == []


@every_fitter
def test_record_every_keeps_the_first_step_and_the_last_of_every_so_many(fitter):
    every = fitter.fit(*data(), steps=STEPS)
    some = fitter.fit(*data(), steps=STEPS, record_every=10)
    expected = [t for t in (0, 9, 19, 29, 39) if t < every.nit]
    assert some.steps_recorded.tolist() == expected
    assert some.losses.tolist() == every.losses[expected].tolist()
    assert some.parameters == every.parameters


@every_fitter
def test_a_callback_sees_every_step_and_can_stop_the_fit(fitter):
    seen = []
    full = fitter.fit(*data(), steps=STEPS)
    last = min(3, full.nit - 1)  # one that is done in a step is stopped there

    def stop_at_last(state):
        seen.append(state)
        return state.step == last

    result = fitter.fit(*data(), steps=STEPS, callbacks=stop_at_last)
    assert [state.step for state in seen] == list(range(last + 1))
    assert [state.loss for state in seen] == full.losses[: last + 1].tolist()
    assert result.status is Status.CALLBACK
    assert result.success
    assert tuple(result.parameters.values()) == seen[-1].parameters


@descending_fitters
def test_a_tolerance_ends_a_fit_that_hardly_moves(fitter):
    result = fitter.fit(*data(), steps=STEPS, tolerance=1e9)
    assert result.status is Status.CONVERGED
    assert result.success
    assert result.nit == 1


@descending_fitters
def test_patience_ends_a_fit_that_gets_no_better(fitter):
    # far above the stability limit the loss only grows, so the first is the best
    with pytest.warns(sinfit.errors.StabilityWarning) if stability_known(fitter) else no_warning():
        result = fitter.fit(*data(), steps=STEPS, patience=2, learning_rate=unstable(fitter))
    assert result.status in (Status.PATIENCE, Status.DIVERGED)
    best = int(np.argmin(np.where(np.isfinite(result.losses), result.losses, np.inf)))
    assert tuple(result.parameters.values()) == tuple(result.parameters_recorded[best])


def unstable(fitter):
    return fitter.spec.learning_rate * 1e4


def stability_known(fitter):
    return fitter.spec.optimizer == "gd" and fitter.spec.model.basis is not None


def no_warning():
    from contextlib import nullcontext

    return nullcontext()


@descending_fitters
def test_divergence_hands_back_the_best_finite_parameters(fitter):
    with pytest.warns(sinfit.errors.StabilityWarning) if stability_known(fitter) else no_warning():
        result = fitter.fit(*data(), steps=500, learning_rate=unstable(fitter))
    assert result.status is Status.DIVERGED
    assert not result.success
    assert "smaller learning rate" in result.message
    assert all(map(math.isfinite, result.parameters.values()))
    assert result.sse <= loss_of_start(fitter, *data()) * (1 + 1e-6)  # the start, or better


@every_fitter
def test_a_time_limit_hands_back_the_best_until_then(fitter):
    result = fitter.fit(*data(), steps=STEPS, time_limit=1e-9)
    assert result.status is Status.TIME_LIMIT
    assert not result.success
    assert result.nit == 0
    assert all(map(math.isfinite, result.parameters.values()))


@every_fitter
def test_an_interruption_hands_back_the_best_until_then(fitter):
    last = min(2, fitter.fit(*data(), steps=STEPS).nit - 1)

    def interrupt(state):
        if state.step == last:
            raise KeyboardInterrupt

    result = fitter.fit(*data(), steps=STEPS, callbacks=interrupt)
    assert result.status is Status.INTERRUPTED
    assert not result.success
    assert result.steps_recorded.tolist() == list(range(last + 1))
    best = int(np.argmin(result.losses))
    assert tuple(result.parameters.values()) == tuple(result.parameters_recorded[best])


@every_fitter
def test_an_unknown_option_is_refused_with_the_nearest_name(fitter):
    with pytest.raises(UnknownNameError, match="Did you mean 'learning_rate'") as caught:
        fitter.fit(*data(), learnin_rate=1e-6)
    assert fitter.name in str(caught.value)


@torch_fitters
def test_float64_is_more_exact_than_float32_and_says_so(fitter):
    single = fitter.fit(*data(), steps=STEPS, dtype="float32")
    double = fitter.fit(*data(), steps=STEPS, dtype="float64")
    assert (single.options["dtype"], double.options["dtype"]) == ("float32", "float64")
    # the default is float32: every recorded loss is one
    assert (single.losses == single.losses.astype(np.float32)).all()
    assert (double.losses != double.losses.astype(np.float32)).any()
    # float32 has an epsilon of 1.2e-7; forty steps gather a few of them
    np.testing.assert_allclose(single.losses, double.losses, rtol=2e-5)


@torch_fitters
def test_a_device_that_is_not_there_is_an_error_that_names_those_that_are(fitter):
    import torch

    missing = "cuda:7" if torch.cuda.is_available() else "cuda"
    with pytest.raises(DeviceError, match=r"not available; PyTorch sees here: cpu"):
        fitter.fit(*data(), device=missing)
    with pytest.raises(DeviceError, match="'banana'"):
        fitter.fit(*data(), device="banana")
    with pytest.raises(UsageError, match="dtype must be one of float32, float64, not 'float16'"):
        fitter.fit(*data(), dtype=torch.float16)
    assert fitter.fit(*data(), steps=1, device=torch.device("cpu"), dtype=torch.float64).nit == 1


@pytest.mark.parametrize("fitter", DRAWN_START, ids=lambda f: f.id)
def test_all_fitters_of_a_seed_start_at_the_same_point(fitter):
    start = tuple(fitter.fit(*data(), steps=1, seed=5).initial.values())
    assert start == draw_start(5, 40)[: len(start)]
