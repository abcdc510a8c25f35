"""One suite for every fitter that any installed plugin offers: what a fitter must hold to."""

import itertools
import json
import math
import random
import subprocess
import sys

import numpy as np
import pytest

import sinfit
from sinfit.errors import DeviceError, UnknownNameError, UsageError
from sinfit.plugins import quietly
from sinfit.randomness import draw_start, draws
from sinfit.result import Status

STEPS = 40  # enough to see the loss fall, few enough for all fitters in a second
FITTERS = [fitter for fitter in quietly(sinfit.fitters).values() if fitter.available]
ON_TORCH = [f for f in FITTERS if {"device", "dtype"} <= {o.name for o in f.spec.options}]
DESCENDING = [f for f in FITTERS if f.spec.optimizer in ("gd", "sgd-momentum")]

every_fitter = pytest.mark.parametrize("fitter", FITTERS, ids=lambda f: f.id)
torch_fitters = pytest.mark.parametrize("fitter", ON_TORCH, ids=lambda f: f.id)
descending_fitters = pytest.mark.parametrize("fitter", DESCENDING, ids=lambda f: f.id)


def data(points=200):
    x = np.linspace(-np.pi, np.pi, points)
    return x, np.sin(x)


def start_of(fitter):
    return fitter.spec.initial or draw_start(0, len(fitter.spec.model.parameters))


def bare(fitter, x, y, steps=STEPS, **options):
    """The plugin's generator as a learner would run it, without the host."""
    extra = {"rng": draws(0)} if fitter.spec.draws else {}
    return fitter.load()(
        x,
        y,
        initial=start_of(fitter),
        steps=steps,
        learning_rate=fitter.spec.learning_rate,
        **extra,
        **options,
    )


def loss_of_start(fitter, x, y):
    return float(np.square(fitter.spec.model.predict(x, start_of(fitter)) - y).sum())


def test_the_eight_stages_are_found_in_their_order():
    stages = ["numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"]
    names = list(sinfit.fitters())
    assert [name for name in names if name in stages] == stages


@every_fitter
def test_the_generator_yields_pairs_and_returns_the_final_parameters(fitter):
    x, y = data()
    size = len(fitter.spec.model.parameters)
    from sinfit.driving import read_loss, read_parameters

    generator, yielded = bare(fitter, x, y), 0
    while True:
        try:
            loss, parameters = next(generator)
        except StopIteration as stop:
            final = read_parameters(stop.value)
            break
        yielded += 1
        assert math.isfinite(read_loss(loss))
        assert len(read_parameters(parameters)) == size
    assert 1 <= yielded <= STEPS
    assert len(final) == size


@every_fitter
def test_a_loss_is_that_of_the_parameters_yielded_with_it(fitter):
    if fitter.spec.draws:
        pytest.skip("its loss belongs to what it drew at that step")
    result = fitter.fit(*data(), steps=5)
    for loss, row in zip(result.losses, result.parameters_recorded, strict=True):
        again = np.square(fitter.spec.model.predict(result.problem.x, row) - result.problem.y)
        # float32 carries 24 bits, 6e-8; a sum of 200 terms and three products stay within 1e-5
        assert loss == pytest.approx(again.sum(), rel=1e-5)


@every_fitter
def test_the_fit_is_better_than_its_start(fitter):
    x, y = data()
    assert fitter.fit(x, y, steps=STEPS).sse < loss_of_start(fitter, x, y)


@descending_fitters
def test_the_loss_falls_step_by_step(fitter):
    if fitter.spec.draws:
        pytest.skip("its loss jumps with what it draws")
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
def test_coefficients_and_prediction_are_one_curve(fitter):
    model = fitter.spec.model
    if model.coefficients is None:
        pytest.skip("its model is no polynomial")
    result = fitter.fit(*data(), steps=STEPS)
    x = np.linspace(-3, 3, 7)
    # the same polynomial in two orders of float64 operations
    np.testing.assert_allclose(result.polynomial(x), result.predict(x), rtol=1e-12, atol=1e-12)


@every_fitter
def test_the_same_seed_gives_the_same_result(fitter):
    first, second = (fitter.fit(*data(), steps=STEPS, seed=7) for _ in range(2))
    assert first.losses.tolist() == second.losses.tolist()
    assert first.parameters == second.parameters
    other = fitter.fit(*data(), steps=STEPS, seed=8)
    if fitter.spec.initial is None:
        assert other.initial != first.initial


def test_the_same_seed_gives_the_same_result_in_a_fresh_process(tmp_path):
    program = (
        "import json, sys, sinfit\n"
        "from sinfit.plugins import quietly\n"
        "names = json.loads(sys.argv[1])\n"
        "print(json.dumps({name: [float(loss).hex() for loss in\n"
        f"    sinfit.fit(name, points=200, steps={STEPS}, seed=3).losses] for name in names}}))\n"
    )
    names = [fitter.id for fitter in FITTERS]
    here = {
        name: [
            float(loss).hex() for loss in sinfit.fit(name, points=200, steps=STEPS, seed=3).losses
        ]
        for name in names
    }
    fresh = subprocess.run(
        [sys.executable, "-c", program, json.dumps(names)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert json.loads(fresh.stdout) == here


def global_states():
    import torch

    return random.getstate(), repr(np.random.get_state()), torch.get_rng_state().tolist()


@every_fitter
def test_a_fit_leaves_the_global_random_states_alone(fitter):
    before = global_states()
    fitter.fit(*data(), steps=3)
    assert global_states() == before


@every_fitter
def test_even_the_bare_generator_leaves_the_global_random_states_alone(fitter):
    fitter.load()
    before = global_states()
    list(bare(fitter, *data(), steps=3))
    assert global_states() == before


@every_fitter
def test_the_global_random_states_do_not_change_a_fit(fitter):
    import torch

    first = fitter.fit(*data(), steps=5).losses.tolist()
    random.seed(99)
    np.random.seed(99)
    torch.manual_seed(99)
    assert fitter.fit(*data(), steps=5).losses.tolist() == first


@every_fitter
def test_x_and_y_are_not_changed(fitter):
    x, y = data()
    kept = x.copy(), y.copy()
    list(bare(fitter, x, y, steps=3))
    assert (x == kept[0]).all()
    assert (y == kept[1]).all()


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

    def stop_at_3(state):
        seen.append(state)
        return state.step == 3

    full = fitter.fit(*data(), steps=STEPS)
    result = fitter.fit(*data(), steps=STEPS, callbacks=stop_at_3)
    assert [state.loss for state in seen] == full.losses[: len(seen)].tolist()
    if full.nit <= 3:
        pytest.skip("it is done before the callback could stop it")
    assert [state.step for state in seen] == [0, 1, 2, 3]
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
    def interrupt(state):
        if state.step == 2:
            raise KeyboardInterrupt

    if fitter.fit(*data(), steps=STEPS).nit <= 2:
        pytest.skip("it is done before it could be interrupted")
    result = fitter.fit(*data(), steps=STEPS, callbacks=interrupt)
    assert result.status is Status.INTERRUPTED
    assert not result.success
    assert result.steps_recorded.tolist() == [0, 1, 2]
    best = int(np.argmin(result.losses))
    assert tuple(result.parameters.values()) == tuple(result.parameters_recorded[best])


@every_fitter
def test_what_a_fitter_says_of_itself_is_complete(fitter):
    spec = fitter.spec
    assert spec.title.strip() == spec.title != ""
    assert "\n" not in spec.title
    assert spec.summary.endswith(".")
    assert spec.steps > 0
    assert spec.learning_rate > 0
    assert len(set(spec.model.parameters)) == len(spec.model.parameters)
    assert all(option.help.endswith(".") for option in spec.options)
    zeros = dict.fromkeys(spec.model.parameters, 0.5)
    assert spec.model.equation(tuple(zeros.values())).startswith("y = ")
    x = np.linspace(-1, 1, 5)
    assert np.shape(spec.model.predict(x, tuple(zeros.values()))) == (5,)


@every_fitter
def test_the_options_of_the_spec_are_the_keywords_of_the_generator(fitter):
    import inspect

    keywords = {
        name
        for name, parameter in inspect.signature(fitter.load()).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    common = {"initial", "steps", "learning_rate"} | ({"rng"} if fitter.spec.draws else set())
    assert keywords == common | {option.name for option in fitter.spec.options}


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


@every_fitter
def test_one_step_is_enough(fitter):
    result = fitter.fit(*data(), steps=1)
    assert result.nit == 1
    assert result.losses[0] >= 0


@pytest.mark.parametrize(("one", "other"), list(itertools.pairwise(FITTERS)), ids=lambda f: f.name)
def test_all_fitters_of_a_seed_start_at_the_same_point(one, other):
    if one.spec.initial or other.spec.initial:
        pytest.skip("its start is fixed")
    starts = [tuple(f.fit(*data(), steps=1, seed=5).initial.values()) for f in (one, other)]
    shared = min(map(len, starts))
    assert starts[0][:shared] == starts[1][:shared]
