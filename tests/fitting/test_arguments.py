"""What fit() was asked for is checked before anything runs."""

import inspect
import math
from fractions import Fraction

import numpy as np
import pytest

import sinfit
from sinfit.contract.records import EVERY_FIT
from sinfit.contract.specs import TORCH_OPTIONS
from sinfit.errors import AmbiguousNameError, UnknownNameError, UsageError
from sinfit.fitting.arguments import Settings


@pytest.mark.parametrize("steps", [0, -1, 10**9, 1.5, "10", True, math.nan])
def test_absurd_steps_are_refused(steps):
    with pytest.raises(UsageError, match="steps must be"):
        sinfit.fit("numpy", steps=steps)


@pytest.mark.parametrize(
    "rate", [0, -1e-6, 1e4, math.nan, math.inf, "1e-6", True, 10**400, -(10**400), 1j]
)
def test_an_absurd_learning_rate_is_refused(rate):
    with pytest.raises(UsageError, match="learning_rate must be"):
        sinfit.fit("numpy", learning_rate=rate)


@pytest.mark.parametrize("rate", [np.float32(1e-6), Fraction(1, 10**6), np.float64(1e-6)])
def test_a_learning_rate_of_any_real_kind_is_taken(rate):
    assert sinfit.fit("numpy", steps=1, learning_rate=rate).learning_rate == float(rate)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", -1),
        ("seed", 2**63),
        ("seed", 0.5),
        ("record_every", 0),
        ("record_every", 1.5),
        ("patience", 0),
        ("patience", 2.0),
        ("tolerance", -1e-9),
        ("tolerance", math.nan),
        ("time_limit", 0),
        ("time_limit", -1),
        ("time_limit", math.inf),
        ("callbacks", [print, "stop"]),
    ],
)
def test_other_absurd_settings_are_refused_and_named(name, value):
    with pytest.raises(UsageError, match=f"^{name} must"):
        sinfit.fit("numpy", steps=1, **{name: value})


@pytest.mark.parametrize("seed", [0, np.int64(5), 2**63 - 1])
def test_seeds_up_to_the_greatest_are_taken(seed):
    assert sinfit.fit("numpy", steps=1, seed=seed).seed == int(seed)


@pytest.mark.parametrize(
    ("initial", "says"),
    [
        ((1, 2, 3), r"4 numbers \(a, b, c, d\), not 3"),
        ((1, 2, 3, 4, 5), "not 5"),
        ((1, 2, 3, math.nan), "initial must be finite"),
        ((1, 2, 3, 10**400), "initial must hold numbers"),
        ("abcd", "initial must hold numbers"),
        (5, "initial must hold numbers"),
        ({"a": 1, "b": 2, "c": 3}, "initial lacks d"),
        ({"a": 1, "b": 2, "c": 3, "dd": 4}, "unknown parameter 'dd'. Did you mean 'd'"),
    ],
)
def test_a_start_that_does_not_fit_the_model_is_refused(initial, says):
    with pytest.raises(UsageError, match=says):
        sinfit.fit("numpy", initial=initial)


def test_a_start_is_taken_in_order_or_by_name():
    by_name = sinfit.fit("numpy", initial={"d": 4, "c": 3, "b": 2, "a": 1}, steps=1)
    in_order = sinfit.fit("numpy", initial=np.array([1, 2, 3, 4]), steps=1)
    assert dict(by_name.initial) == dict(in_order.initial) == {"a": 1, "b": 2, "c": 3, "d": 4}


def test_an_unknown_fitter_offers_the_nearest_and_names_all():
    with pytest.raises(UnknownNameError, match=r"fitter 'autogrd'\. Did you mean 'autograd'"):
        sinfit.fit("autogrd")
    with pytest.raises(UnknownNameError) as caught:
        sinfit.fit("xyzzy")
    assert "Did you mean" not in str(caught.value)
    assert "numpy" in str(caught.value)
    assert caught.value.nearest is None


def test_a_misspelt_setting_offers_the_right_one():
    with pytest.raises(UnknownNameError, match=r"'stpes'\. Did you mean 'steps'"):
        sinfit.fit("numpy", stpes=10)
    with pytest.raises(UnknownNameError, match=r"option of fitter 'numpy'.* 'device'"):
        sinfit.fit("numpy", device="cpu")


def test_the_list_of_settings_is_fits_own():
    keywords = inspect.signature(sinfit.fit).parameters.values()
    assert set(EVERY_FIT) == {p.name for p in keywords if p.kind is p.KEYWORD_ONLY}


def test_what_type_checkers_know_are_all_settings_and_the_options_of_the_stages():
    known = {*Settings.__annotations__}
    assert known == {*EVERY_FIT} - {"progress"} | {option.name for option in TORCH_OPTIONS}


def test_options_can_be_given_by_name_too():
    by_keyword = sinfit.fit("tensor", steps=2, dtype="float64")
    by_name = sinfit.fit("tensor", steps=2, options={"dtype": "float64"})
    assert by_name.losses.tolist() == by_keyword.losses.tolist()
    assert by_name.options["dtype"] == "float64"
    compared = sinfit.compare(["numpy", "tensor"], steps=2, options={"dtype": "float64"})
    assert compared["tensor"].options["dtype"] == "float64"
    assert sinfit.fitters()["tensor"].fit(steps=2, options={"device": "cpu"}).nit == 2
    with pytest.raises(UnknownNameError, match="Did you mean 'dtype'"):
        sinfit.fit("tensor", options={"dtyp": "float64"})
    with pytest.raises(UsageError, match=r"options must be options by name.*, not 3\."):
        sinfit.fit("tensor", options=3)


def test_fitters_is_a_mapping_that_get_and_in_work_on():
    fitters = sinfit.fitters()
    assert fitters.get("xyzzy") is None
    assert "xyzzy" not in fitters
    assert fitters["sinfit-numpy/numpy"] is fitters["numpy"]
    assert len(fitters) == len(list(fitters)) == len(fitters.items())
    assert "autograd" in repr(fitters)
    assert "<code>autograd</code>" in fitters._repr_html_()


TWIN = """
from sinfit import CUBIC, FitterSpec, hookimpl
@hookimpl
def sinfit_fitters():
    return [FitterSpec(name="numpy", title="Another", summary="Another.", fitter="{m}:fit",
                       model=CUBIC, steps=5, learning_rate=1e-6)]
def fit(x, y, *, initial, steps, learning_rate):
    for _ in range(steps):
        yield 1.0, initial
    return initial
"""


def test_a_name_that_two_distributions_offer_is_ambiguous_and_the_long_ones_work(install):
    install("sinfit-twin", TWIN.format(m="sinfit_twin"))
    with pytest.raises(AmbiguousNameError, match="sinfit-numpy/numpy / sinfit-twin/numpy"):
        sinfit.fit("numpy")
    assert sinfit.fit("sinfit-twin/numpy").title == "Another"
    assert sinfit.fit("sinfit-numpy/numpy", steps=1).title == "NumPy, by hand"
    names = list(sinfit.fitters())
    assert {"sinfit-numpy/numpy", "sinfit-twin/numpy"} <= set(names)
    assert "numpy" not in names
    assert sinfit.fit("autograd", steps=1).nit == 1
    twins = sinfit.compare(["sinfit-twin/numpy", "sinfit-numpy/numpy"], steps=2)
    assert [result.fitter_id for result in twins] == ["sinfit-twin/numpy", "sinfit-numpy/numpy"]
    assert twins["sinfit-twin/numpy"].title == "Another"
