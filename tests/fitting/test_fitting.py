"""fit() and compare(): what only shows when a whole fit is run."""

import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sinfit_author.conformance.states import kept_states

import sinfit
from sinfit.errors import (
    DataError,
    FitterError,
    PluginWarning,
    StabilityWarning,
    UnavailableError,
    UnknownNameError,
    UsageError,
)
from sinfit.fitting.driving import Status

FITTER = """
import numpy as np
from sinfit import CUBIC, FitterSpec, Option, hookimpl

@hookimpl
def sinfit_fitters():
    return [FitterSpec(name="mine", title="Mine", summary="Mine.", fitter="sinfit_mine:fit",
                       model=CUBIC, steps=5, learning_rate=1e-6, {spec})]

{code}
"""
GOOD = """
def fit(x, y, *, initial, steps, learning_rate):
    for step in range(steps):
        yield 9.0 - step, initial
    return initial
"""


def mine(install, code=GOOD, spec=""):
    return install("sinfit-mine", FITTER.format(code=code, spec=spec))


def test_divergence_at_four_times_the_tutorials_rate_is_warned_of_and_survived():
    with pytest.warns(StabilityWarning, match=r"4e-06 is above the stability limit 3.558e-06"):
        result = sinfit.fit("numpy", learning_rate=4e-6)
    assert result.status is Status.DIVERGED
    assert not result.success
    best = int(np.nanargmin(result.losses))
    assert result.sse == pytest.approx(result.losses[best], rel=1e-12)
    assert np.isfinite(result.sse)


def test_divergence_is_seen_even_while_the_loss_is_still_finite():
    with pytest.warns(StabilityWarning):
        result = sinfit.fit("numpy", learning_rate=4e-6, steps=100)
    assert np.isfinite(result.losses).all()
    assert result.losses[-1] > 10 * result.losses[0]
    assert result.status is Status.DIVERGED
    assert "smaller learning rate" in result.message


def test_just_below_the_limit_nothing_is_warned_of(recwarn):
    assert sinfit.fit("numpy", learning_rate=3.55e-6).success
    assert not recwarn.list


def test_own_data_are_fitted():
    x = np.linspace(-1, 1, 50)
    y = 1 + 2 * x - 3 * x**2 + 4 * x**3
    result = sinfit.fit("numpy", x, y, learning_rate=1e-2, steps=20_000, record_every=20_000)
    assert result.coef == pytest.approx((1, 2, -3, 4), abs=1e-6)
    assert result.problem.source == "data"
    again = sinfit.fit("numpy", result.problem, steps=1)
    assert again.problem is result.problem


def test_a_fitter_that_raises_in_the_middle_gives_its_best_with_the_error(install):
    mine(
        install,
        "def fit(x, y, *, initial, steps, learning_rate):\n"
        "    yield 5.0, (1, 2, 3, 4)\n"
        "    raise ArithmeticError('oh no')\n",
    )
    with pytest.raises(FitterError, match="sinfit-mine/mine raised ArithmeticError: oh no") as seen:
        sinfit.fit("mine")
    result = seen.value.result
    assert tuple(result.parameters.values()) == (1, 2, 3, 4)
    assert (result.status, result.success) == (Status.FAILED, False)
    assert "ArithmeticError: oh no" in result.message
    assert isinstance(seen.value.__cause__, ArithmeticError)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def fit(x, y):\n    yield 1\n", "cannot be started: TypeError.*initial"),
        ("def fit(x, y, **k):\n    return 5\n", "cannot be started: .*it returned 5, no generator"),
        ("def fit(x, y, **k):\n    raise SystemExit(0)\n", "cannot be started: SystemExit: 0"),
        ("", "cannot be loaded from sinfit_mine:fit: AttributeError"),
        (
            "def fit(x, y, **k):\n    raise SystemExit(4)\n    yield\n",
            "raised SystemExit: 4 after 0",
        ),
        ("def fit(x, y, **k):\n    yield 1.0, 2.0\n", "mine must yield"),
        ("def fit(x, y, **k):\n    yield 1.0, (1, 2)\n", "and 4 numbers, .*: 2 parameters"),
        ("def fit(x, y, **k):\n    yield 1.0, (1, 2, 3, 4)\n", "must return its 4 final"),
    ],
)
def test_a_fitter_that_breaks_the_contract_is_named_with_what_it_did(install, code, says):
    mine(install, code)
    with pytest.raises(FitterError, match=says) as caught:
        sinfit.fit("mine")
    assert "sinfit-mine/mine" in str(caught.value)


def test_an_option_whose_resolver_breaks_is_the_fitters_fault(install):
    mine(
        install,
        GOOD + "\ndef resolve(value): raise ZeroDivisionError\n",
        "options=(Option('size', int, 1, 'S.', resolve='sinfit_mine:resolve'),)",
    )
    with pytest.raises(FitterError, match="sinfit-mine/mine cannot be started: ZeroDivisionError"):
        sinfit.fit("mine")


def test_a_fitter_may_not_change_x_and_y(install):
    mine(
        install,
        "def fit(x, y, *, initial, steps, learning_rate):\n"
        "    x += 1\n    yield 1.0, initial\n    return initial\n",
    )
    with pytest.raises(FitterError, match="read-only"):
        sinfit.fit("mine")


@pytest.mark.parametrize("name", ["numpy", "dynamic"])
def test_a_callback_draws_from_the_random_states_that_are_the_users(name):
    def draw(_state=None):
        drawn.append((random.gauss(0, 1), np.random.random(), torch.rand(1).item()))

    def seed():
        random.seed(5)
        np.random.seed(5)
        torch.manual_seed(5)

    drawn = []
    with kept_states():
        seed()
        for _turn in range(6):
            draw()
        outside, drawn = drawn, []
        seed()
        for _turn in range(2):
            sinfit.fit(name, steps=3, seed=7, callbacks=draw)
    assert drawn == outside


def test_a_fitter_whose_package_is_missing_says_how_to_get_it(install):
    mine(install, GOOD, "requires=('no-such-package>=3',)")
    fitter = sinfit.fitters()["mine"]
    assert not fitter.available
    assert fitter.reason == "needs no-such-package>=3, which is not installed"
    with pytest.raises(UnavailableError, match='pip install "no-such-package>=3"'):
        sinfit.fit("mine")


def test_a_fitter_whose_package_is_too_old_says_which_is_installed(install):
    mine(install, GOOD, "requires=('numpy>=99', 'torch; python_version < \"3\"')")
    assert sinfit.fitters()["mine"].reason.startswith("needs numpy>=99, and numpy ")
    with pytest.raises(UnavailableError):
        sinfit.fit("mine")


OBSERVER = """
from sinfit import hookimpl
seen = []
@hookimpl
def sinfit_fit_finished(result):
    seen.append((result.fitter, result.status))
    {more}
"""


def test_an_observer_is_told_of_every_finished_fit(install):
    install("sinfit-observer", OBSERVER.format(more=""))
    sinfit.fit("numpy", steps=1)
    sinfit.fit("numpy", steps=5, time_limit=1e-9)
    import sinfit_observer

    assert sinfit_observer.seen == [("numpy", "MAX_ITER"), ("numpy", "TIME_LIMIT")]


@pytest.mark.parametrize("more", ["raise ValueError('x')", "raise SystemExit(1)"])
def test_an_observer_that_raises_is_reported_and_the_fit_is_kept(install, more):
    install("sinfit-observer", OBSERVER.format(more=more))
    with pytest.warns(PluginWarning, match="sinfit-observer:observer raised .* the fit is kept"):
        assert sinfit.fit("numpy", steps=1).nit == 1


# compare


def test_compare_runs_all_fitters_on_the_same_data_and_start():
    comparison = sinfit.compare(steps=3, points=50)
    assert comparison.success
    assert [r.fitter for r in comparison] == list(sinfit.fitters())
    assert {len(r.problem) for r in comparison} == {50}
    assert len(comparison) == len(sinfit.fitters())
    assert comparison["numpy"] is comparison["sinfit-numpy/numpy"]
    assert comparison[0].fitter == "numpy"
    with pytest.raises(KeyError):
        comparison["xyzzy"]


def test_compare_takes_one_name_as_well():
    assert [r.fitter for r in sinfit.compare("numpy", steps=1)] == ["numpy"]


def test_an_option_goes_to_the_fitters_that_have_it():
    comparison = sinfit.compare(["numpy", "tensor"], steps=1, dtype="float64")
    assert [dict(r.options) for r in comparison] == [{}, {"device": "cpu", "dtype": "float64"}]
    with pytest.raises(UsageError, match="unknown option"):
        sinfit.compare(["numpy"], steps=1, dtype="float64")
    with pytest.raises(UsageError, match="Did you mean 'steps'"):
        sinfit.compare(["numpy", "tensor"], stepps=1)


def test_a_fitter_that_breaks_or_is_missing_leaves_the_others_in_the_comparison(install):
    mine(install, "def fit(x, y, **k):\n    raise ValueError('no')\n    yield\n")
    comparison = sinfit.compare(["mine", "numpy"], steps=2)
    assert [r.fitter for r in comparison] == ["numpy"]
    assert "raised ValueError: no" in comparison.skipped["mine"]
    assert not comparison.success
    assert "mine: fitter sinfit-mine/mine raised" in repr(comparison)


def test_an_interruption_ends_the_whole_comparison():
    def interrupt(_state):
        raise KeyboardInterrupt

    comparison = sinfit.compare(["numpy", "tensor"], steps=5, callbacks=interrupt)
    assert [r.status for r in comparison] == [Status.INTERRUPTED]
    assert not comparison.success


def test_a_comparison_becomes_a_table_a_frame_and_plain_data():
    comparison = sinfit.compare(["numpy", "legendre"], steps=20)
    frame = comparison.to_frame()
    assert list(frame.index) == ["numpy", "legendre"]
    assert frame.loc["numpy", "sse"] == comparison["numpy"].sse
    assert frame.loc["legendre", "optimality_gap"] == comparison["legendre"].optimality_gap
    assert [set(entry) for entry in comparison.to_dicts()] == [
        set(result.to_dict()) - {"losses"} for result in comparison
    ]
    lines = repr(comparison).splitlines()
    assert len(lines) == 3
    assert f"{comparison['numpy'].sse:.6g}" in lines[1]
    assert "legendre" in comparison._repr_html_()


def test_a_comparison_without_a_result_still_has_a_table_and_a_picture(install):
    mine(install, GOOD, "requires=('no-such-package',)")
    comparison = sinfit.compare(["mine"])
    assert len(comparison) == 0
    assert list(comparison.to_frame().columns)[:2] == ["status", "nit"]
    assert len(comparison.plot().axes) == 2
    assert comparison.skipped == {"mine": "needs no-such-package, which is not installed"}


def test_an_interruption_between_two_fits_of_a_comparison_keeps_the_first(monkeypatch):
    fit = sinfit.fit

    def interrupted_later(fitter, *data, **settings):
        if fitter.name != "numpy":
            raise KeyboardInterrupt
        return fit(fitter, *data, **settings)

    monkeypatch.setattr("sinfit.fitting.comparison.fit", interrupted_later)
    comparison = sinfit.compare(["numpy", "lstsq", "exact"], steps=5)
    assert [result.fitter for result in comparison] == ["numpy"]
    assert comparison.skipped == {"lstsq": "interrupted before there was a result."}
    with pytest.raises(KeyboardInterrupt):
        sinfit.compare(["lstsq"], steps=5)


def test_own_data_and_a_target_are_not_mixed():
    x = np.linspace(0, 1, 9)
    with pytest.raises(UsageError, match="points go without x and y"):
        sinfit.fit("numpy", x, x, target="exp")
    with pytest.raises(UsageError, match="points go without x and y"):
        sinfit.fit("numpy", x, x, points=10)


def test_progress_may_be_a_function_told_each_recorded_step():
    told = []
    result = sinfit.fit(
        "numpy", steps=50, record_every=10, progress=lambda *state: told.append(state)
    )
    assert told == list(zip(result.steps_recorded, result.losses, strict=True))


@pytest.mark.parametrize("name", [np.arange(3.0), ["numpy"], 5, None])
def test_a_forgotten_name_is_asked_for(name):
    with pytest.raises(UsageError, match="a fitter is named first, such as 'numpy', not"):
        sinfit.fit(name)


def test_data_as_a_target_are_pointed_to_x_and_y():
    with pytest.raises(UsageError, match="data are given as x and y"):
        sinfit.fit("numpy", target=[1.0, 2.0])


def test_callbacks_may_be_none_one_several_or_a_generator():
    def stop(state):
        return state.step == 3

    assert sinfit.fit("numpy", steps=5, callbacks=None).nit == 5
    for callbacks in (stop, [stop], (each for each in [stop])):
        assert sinfit.fit("numpy", steps=5, callbacks=callbacks).nit == 3
    with pytest.raises(UsageError, match="callbacks must be functions, not 5"):
        sinfit.fit("numpy", callbacks=5)


def test_a_series_is_a_start_by_its_names_or_by_position():
    pandas = pytest.importorskip("pandas")
    by_name = pandas.Series([4.0, 3.0, 2.0, 1.0], index=list("dcba"))
    by_place = pandas.Series([1.0, 2.0, 3.0, 4.0])
    for initial in (by_name, by_place):
        start = sinfit.fit("numpy", steps=1, initial=initial).initial
        assert start == {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}
    with pytest.raises(UsageError, match="initial must hold numbers"):
        sinfit.fit("numpy", initial=b"1234")


def test_a_comparison_takes_fitters_and_is_asked_by_name():
    comparison = sinfit.compare([sinfit.fitters()["numpy"], "exact"], steps=5)
    assert "numpy" in comparison
    assert "tensor" not in comparison
    assert comparison[0] in comparison
    with pytest.raises(UnknownNameError, match="Did you mean 'numpy'"):
        comparison["nump"]


def test_a_fitter_that_cannot_use_the_data_says_so_itself(install):
    install(
        "sinfit-mine",
        FITTER.format(
            spec="",
            code="from sinfit.errors import DataError\n"
            "def fit(x, y, **_):\n    raise DataError('not these')\n    yield",
        ),
    )
    with pytest.raises(DataError, match=r"^not these$"):
        sinfit.fit("mine")


@pytest.mark.parametrize(
    "last",
    ["yield 'nonsense'", "yield 1.0, (1, 2)", "return None", "x[:] = 0; return 1, 2, 3, 4"],
)
def test_a_fitter_that_breaks_its_contract_gives_no_success_either(install, last):
    mine(
        install,
        "def fit(x, y, *, initial, steps, learning_rate):\n"
        "    yield 5.0, (1, 2, 3, 4)\n"
        f"    {last}\n",
    )
    with pytest.raises(FitterError) as seen:
        sinfit.fit("mine")
    assert (seen.value.result.status, seen.value.result.success) == (Status.FAILED, False)
    assert seen.value.result.message


def test_two_fitters_of_one_name_are_told_apart_in_a_comparison(install):
    mine(install, spec="", code=GOOD)
    install(
        "sinfit-other", FITTER.format(code=GOOD, spec="").replace("sinfit_mine:", "sinfit_other:")
    )
    ids = ["sinfit-mine/mine", "sinfit-other/mine"]
    found = sinfit.compare([*ids, "numpy"], steps=2)
    assert found.names == [*ids, "numpy"]
    assert [found[name].fitter_id for name in ids] == ids
    assert [*found.to_frame().index] == found.names
    assert all(name in repr(found) for name in ids)
    with pytest.raises(UnknownNameError):
        found["mine"]


@given(st.integers(0, 10**6), st.floats(-5, 5))
@settings(max_examples=25, deadline=None)
def test_the_best_fit_is_never_below_the_best(seed, shift):
    x = np.linspace(-3, 3, 50)
    y = shift + np.random.default_rng(seed).standard_normal(50)
    assert sinfit.fit("lstsq", x, y).optimality_gap >= 0
