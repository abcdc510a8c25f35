"""Arguments that nobody would give on purpose: each is one short error of our own."""

import itertools
import json
import math
import signal
import time
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sinfit
from sinfit import FitResult, SinfitError
from sinfit.errors import DataError, OptimalityWarning, UsageError, shown
from sinfit.fitting.problem import Problem
from sinfit.registry.plugins import quietly, targets

X = np.linspace(-1, 1, 9)
FITTERS = list(quietly(sinfit.fitters))


class Evil:
    """Whatever is asked of it raises."""

    def __repr__(self):
        raise RuntimeError("no repr")

    __str__ = __iter__ = __len__ = __float__ = __bool__ = __array__ = __repr__


def is_short(error):
    assert len(str(error)) < 700


def mean(**given):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return sinfit.fit("numpy", **{"steps": 2, **given})


CALLS = {
    "complex tensor": lambda: sinfit.fit("numpy", __import__("torch").tensor([1j] * 9), X),
    "evil x": lambda: sinfit.fit("numpy", Evil(), X),
    "evil initial": lambda: mean(initial=Evil()),
    "evil callbacks": lambda: mean(callbacks=Evil()),
    "evil steps": lambda: mean(steps=Evil()),
    "evil target": lambda: mean(target=Evil()),
    "evil device": lambda: sinfit.fit("tensor", device=Evil()),
    "evil name": lambda: sinfit.fit(Evil()),
    "endless initial": lambda: mean(initial=itertools.count()),
    "endless callbacks": lambda: mean(callbacks=itertools.repeat(print)),
    "endless names": lambda: sinfit.compare(itertools.repeat("numpy")),
    "endless x": lambda: sinfit.fit("numpy", itertools.count(), X),
    "compare a number": lambda: sinfit.compare(3),
    "huge steps": lambda: mean(steps=10**5000),
    "huge points": lambda: mean(points=10**5000),
    "huge rate": lambda: mean(learning_rate=10**5000),
    "tiny rate": lambda: mean(learning_rate=Fraction(1, 10**5000)),
    "an array as target": lambda: mean(target=X),
    "a long name": lambda: sinfit.fit("a" * 100_000),
    "a long target": lambda: mean(target="a" * 100_000),
    "a long option": lambda: mean(**{"a" * 100_000: 1}),
    "x of 1e99": lambda: sinfit.fit("numpy", X * 1e99, X),
    "target beside data": lambda: mean(x=Problem(X, X), target="cos"),
    "points beside data": lambda: mean(x=Problem(X, X), points=9),
    "a path that is none": lambda: Problem.from_csv(3),
    "a result that is none": lambda: FitResult.load(None),
    "a place that is none": lambda: mean().save(3),
    "an option without a name": lambda: sinfit.fit("tensor", options={Evil(): 1}),
    "predicting words": lambda: mean().predict("a"),
    "predicting nothing": lambda: mean().predict(None),
    "predicting complex numbers": lambda: mean().predict(1j),
    "a start that is complex": lambda: mean(initial=[1j, 0, 0, 0]),
    "a start of another shape": lambda: sinfit.fit("legendre", initial=np.poly1d([1, 2])),
}


@pytest.mark.parametrize("call", CALLS)
def test_it_is_one_short_error_of_our_own(call):
    with pytest.raises(SinfitError) as caught:
        CALLS[call]()
    is_short(caught.value)


@pytest.mark.parametrize("fitter", FITTERS)
def test_x_whose_sixth_powers_overflow_is_refused_by_name(fitter):
    with pytest.raises(DataError, match="x goes up to 1e\\+52, whose powers overflow"):
        sinfit.fit(fitter, np.linspace(-1e52, 1e52, 99), np.linspace(-1, 1, 99))


@pytest.mark.parametrize("fitter", FITTERS)
def test_x_whose_powers_vanish_is_refused_by_name(fitter):
    with pytest.raises(DataError, match="x goes only up to 1e-319, whose powers vanish"):
        sinfit.fit(fitter, [5e-324, 1e-320, 3e-320, 0, 1e-319], [1, 2, 1, 0, 2])


def test_dates_with_a_time_zone_are_no_numbers():
    pandas = pytest.importorskip("pandas")
    dates = pandas.Series(pandas.date_range("2026-01-01", periods=9, tz="Asia/Seoul"))
    with pytest.raises(DataError, match="dates or times"):
        sinfit.fit("numpy", dates, X)


@pytest.mark.parametrize(
    "initial",
    [
        np.poly1d([4.0, 3.0, 2.0, 1.0]),
        np.polynomial.Polynomial([1.0, 2.0, 3.0, 4.0]),
        np.polynomial.Polynomial([1.0, 2.0, 3.0, 4.0]).convert(domain=[0, 9], window=[-1, 1]),
        np.polynomial.Polynomial([1.0, 2.0, 3.0, 4.0]).convert(kind=np.polynomial.Chebyshev),
    ],
    ids=["poly1d", "Polynomial", "mapped", "Chebyshev"],
)
def test_a_polynomial_is_a_start_in_ascending_powers(initial):
    start = mean(initial=initial).initial
    assert list(start.values()) == pytest.approx([1, 2, 3, 4], rel=1e-12)  # rounding of convert
    assert list(mean(initial=np.poly1d([2.0, 1.0])).initial.values()) == [1, 2, 0, 0]


def test_standard_errors_far_from_the_optimum_are_warned_of():
    far = sinfit.fit("numpy", steps=500)
    with pytest.warns(OptimalityWarning, match="standard errors away from the optimum"):
        assert far.standard_errors is not None
    best = sinfit.fit("lstsq")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert best.standard_errors is not None
    # what the number says: the parameter that is furthest off is so by at most so many of them
    again = FitResult(**{name: getattr(far, name) for name in far.__dataclass_fields__})
    with pytest.warns(OptimalityWarning) as caught:
        errors = again.standard_errors
    distance = float(str(caught[0].message).split()[3])
    off = max(abs(far.parameters[p] - best.parameters[p]) / errors[p] for p in errors)
    assert 1 < off <= distance * 1.01  # it is printed with three digits


def test_a_time_limit_counts_the_preparation(monkeypatch):
    def slow(x):
        time.sleep(0.3)
        return np.sin(x)

    spec = targets()["sin"]
    monkeypatch.setattr("sinfit.fitting.problem.load", lambda _entry: slow)
    assert spec.name == "sin"
    result = sinfit.fit("numpy", time_limit=0.2)
    assert (result.status, result.nit) == ("TIME_LIMIT", 0)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "r.json"
    sinfit.fit("numpy", points=8, steps=3, record_every=2).save(path)
    return path


def test_a_result_that_was_changed_is_refused_until_its_checksum_is_taken_out(saved, tmp_path):
    text = saved.read_text("utf-8")
    assert FitResult.load(saved).nit == 3
    changed = tmp_path / "changed.json"
    changed.write_text(text.replace('"nit": 3', '"nit": 2'), "utf-8")
    with pytest.raises(DataError, match=r'changed since it was saved.*remove its line "checksum"'):
        FitResult.load(changed)
    lines = [line for line in changed.read_text("utf-8").split("\n") if '"checksum"' not in line]
    changed.write_text("\n".join(lines), "utf-8")
    assert FitResult.load(changed).nit == 2
    changed.write_text(json.dumps(json.loads(text), indent=4), "utf-8")  # only laid out anew
    assert FitResult.load(changed).nit == 3


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("print_every", 2**64),
        ("elapsed", 10**400),
        ("x", [1e200, *range(7)]),
        ("x", []),
        ("source", math.inf),
        ("source", 5),
        ("coef", []),
        ("coef", [1.0] * 30),
        ("losses", []),
        ("seed", 2**70),
        ("learning_rate", 1e9),
    ],
)
def test_an_edited_result_that_no_fit_can_have_is_refused(saved, tmp_path, key, value):
    content = json.loads(saved.read_text("utf-8"))
    del content["checksum"]
    path = tmp_path / "r.json"
    path.write_text(json.dumps(content | {key: value}), "utf-8")
    with pytest.raises(DataError, match="no saved result"):
        FitResult.load(path)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([1e200, 10**400, -(2**64), "inf", "nan", 1j, b"\xff", X, X * 1j]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYWORDS = (
    *("x", "y", "target", "points", "seed", "initial", "callbacks", "tolerance"),
    *("patience", "time_limit", "record_every", "learning_rate"),
)


@given(given=st.dictionaries(st.sampled_from(KEYWORDS), anything, max_size=2))
@settings(deadline=None, max_examples=150)
def test_any_argument_is_used_or_refused_by_name(given):
    if isinstance(given.get("points"), int):
        given["points"] = min(given["points"], 100)  # the machine's memory is not the question
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = sinfit.fit("numpy", **{"steps": 2, "points": 9, **given})
        except SinfitError as error:
            is_short(error)
        else:
            assert repr(result)


@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_a_changed_result_is_refused_or_can_be_looked_at(saved, tmp_path_factory, data):
    content = json.loads(saved.read_text("utf-8"))
    del content["checksum"]
    path = tmp_path_factory.getbasetemp() / "mutant.json"
    place = content
    key = data.draw(st.sampled_from(sorted(place)))
    while isinstance(place[key], (dict, list)) and place[key] and data.draw(st.booleans()):
        place = place[key]
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
    plain = anything.filter(lambda value: _is_json(value))
    place[key] = data.draw(plain)
    path.write_text(json.dumps(content), "utf-8")
    try:
        result = FitResult.load(path)
    except SinfitError as error:
        is_short(error)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert repr(result)
        assert result.printed()
        json.dumps(result.to_dict(), allow_nan=False)
        assert result.covariance is not None or result.sse >= 0 or math.isnan(result.sse)
        result.save(path)


def _is_json(value):
    try:
        json.dumps(value)
    except (TypeError, ValueError, RuntimeError):
        return False
    return True


@given(content=st.binary(max_size=60) | st.text('0123456789.,;- \t\n"exy#', max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_file_is_read_or_refused_by_name(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            problem = Problem.from_csv(path)
        except SinfitError as error:
            is_short(error)
        else:
            assert np.isfinite(problem.x).all()


def test_a_value_is_shown_in_one_short_line_whatever_it_is():
    for value in (Evil(), "a" * 10**6, 10**5000, [[["a" * 99] * 9] * 9] * 9, np.zeros(10**5)):
        text = shown(value)
        assert len(text) <= 160
        assert "\n" not in text


def test_sigterm_is_left_alone_outside_of_the_command_line():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(UsageError):
        mean(steps=0)
    assert signal.getsignal(signal.SIGTERM) is before
