"""A fit's numbers and its callbacks, in whatever mode PyTorch and NumPy are around it."""

import contextlib
import functools
import subprocess
import sys

import numpy as np
import pytest
import torch

import sinfit
from sinfit.errors import FitterError, UsageError
from sinfit.fitting.driving import Status
from sinfit.fitting.torch_modes import NEUTRAL, current_modes, torch_modes
from sinfit.registry.plugins import quietly

FITTERS = [fitter for fitter in quietly(sinfit.fitters).values() if fitter.available]


@contextlib.contextmanager
def default_dtype(dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextlib.contextmanager
def default_device(name):
    torch.set_default_device(name)
    try:
        yield
    finally:
        torch.set_default_device(None)


MODES = {
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
    "autocast": lambda: torch.autocast("cpu"),
    "autocast to float16": lambda: torch.autocast("cpu", dtype=torch.float16),
    "device meta": lambda: torch.device("meta"),
    "default device meta": lambda: default_device("meta"),
    "default dtype float64": lambda: default_dtype(torch.float64),
    "default dtype float16": lambda: default_dtype(torch.float16),
    "all errors raise": lambda: np.errstate(all="raise"),
}


def numbers(result):
    """To the last bit."""
    return result.losses.tobytes(), result.parameters_recorded.tobytes(), result.sse


@functools.cache
def outside(fitter):
    return numbers(fitter.fit(steps=20))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fitter", FITTERS, ids=lambda fitter: fitter.name)
def test_a_fit_gives_the_same_numbers_in_every_mode_and_leaves_it(fitter, mode):
    expected = outside(fitter)
    with MODES[mode]():
        before, seen = (current_modes(), np.geterr()), []
        result = fitter.fit(
            steps=20, callbacks=lambda _state: seen.append((current_modes(), np.geterr()))
        )
        assert (current_modes(), np.geterr()) == before
    assert numbers(result) == expected
    assert seen == [before] * len(result.losses)
    assert current_modes() == NEUTRAL


@pytest.mark.parametrize("mode", MODES)
def test_modes_can_be_set_inside_of_others_and_are_put_back(mode):
    with MODES[mode]():
        users = current_modes()
        with torch_modes(NEUTRAL):
            assert current_modes() == NEUTRAL
            with torch.no_grad(), torch_modes(users):
                assert current_modes() == users
            assert current_modes() == NEUTRAL
        assert current_modes() == users


def test_the_number_of_torchs_threads_is_kept_with_the_result():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(before + 1)
        provenance = sinfit.fit("tensor", steps=1).provenance
    finally:
        torch.set_num_threads(before)
    assert provenance["torch_threads"] == str(before + 1)
    assert "torch_threads" not in sinfit.fit("numpy", steps=1).provenance


async def waits(_state):
    raise AssertionError


async def waits_and_yields(_state):
    yield


def yields(_state):
    yield


class Waits:
    async def __call__(self, _state):
        raise AssertionError


@pytest.mark.parametrize(
    "callback", [waits, waits_and_yields, yields, functools.partial(waits), Waits()]
)
@pytest.mark.parametrize("name", ["callbacks", "progress"])
def test_what_would_have_to_be_awaited_is_refused_before_the_fit(name, callback):
    told = []
    given = {"progress": lambda *_step: told.append(1)} | {name: callback}
    with pytest.raises(UsageError, match=rf"^{name}: .* cannot be called during a fit"):
        sinfit.fit("numpy", steps=3, **given)
    assert told == []


def test_a_coroutine_that_a_callback_returns_is_refused_at_the_first_step():
    with pytest.raises(UsageError, match="async def"):
        sinfit.fit("numpy", steps=3, callbacks=lambda state: waits(state))


@pytest.mark.parametrize("kind", [ZeroDivisionError, SystemExit])
@pytest.mark.parametrize("name", ["callbacks", "progress"])
def test_what_a_callback_raises_carries_the_best_until_then(name, kind):
    def breaks(*given):
        step = given[0] if name == "progress" else given[0].step
        if step == 7:
            raise kind("mine")

    with pytest.raises(kind, match="mine") as caught:
        sinfit.fit("numpy", steps=20, **{name: breaks})
    result = caught.value.result
    assert (result.nit, len(result.losses), result.status) == (7, 8, Status.INTERRUPTED)
    assert not result.success
    assert result.sse == pytest.approx(result.losses.min())
    assert result.message.startswith(f"a callback raised {kind.__name__}: mine at step 7")
    assert any("`result`" in note for note in caught.value.__notes__)
    assert caught.value.__traceback__.tb_next is not None


def test_the_result_of_an_inner_fit_stays_with_its_error():
    inner = sinfit.fit("numpy", steps=1)

    def breaks(_state):
        raise FitterError("inner", inner)

    with pytest.raises(FitterError, match="inner") as caught:
        sinfit.fit("numpy", steps=3, callbacks=breaks)
    assert caught.value.result is inner


def test_the_public_modules_are_there_after_import_sinfit():
    names = ("errors", "i18n", "theory")
    for name in names:  # each in a process where nothing else has imported it
        program = f"import sinfit; print(sinfit.{name}.__name__)"
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert done.stdout == f"sinfit.{name}\n"
    assert {*names} <= {*dir(sinfit)}
    with pytest.raises(AttributeError, match="has no attribute 'thoery'"):
        sinfit.thoery  # noqa: B018
