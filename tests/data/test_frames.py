"""Data frames, mappings and functions are fitted as they are; files may be open ones."""

import io
import math
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import sinfit
from sinfit.errors import DataError, UnavailableError, UnknownNameError, UsageError
from sinfit.fitting.problem import Problem

TIME, VALUE, ERROR = (
    [0.5, 1.5, 2.5, 4.0, 5.0],
    [1.0, 3.0, 2.0, 0.25, 0.5],
    [1.0, 2.0, 1.0, 2.0, 1.0],
)
COLUMNS = {"id": [1, 2, 3, 4, 5], "time": TIME, "value": VALUE, "error": ERROR}
NAMED = {"x": "time", "y": "value"}

each_kind = pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(COLUMNS),
        pa.table(COLUMNS),
        COLUMNS,
        np.array([*zip(*COLUMNS.values(), strict=True)], dtype=[(name, float) for name in COLUMNS]),
    ],
    ids=["pandas", "pyarrow", "mapping", "structured"],
)


@each_kind
def test_the_columns_named_are_fitted_and_said(frame):
    result = sinfit.fit("lstsq", frame, **NAMED)
    assert result.problem == Problem(TIME, VALUE, "data (time, value)")
    weighted = sinfit.fit("lstsq", data=frame, sigma="error", **NAMED)
    assert weighted.problem.source == "data (time, value, error)"
    assert weighted.sse == sinfit.fit("lstsq", TIME, VALUE, sigma=ERROR).sse
    given = sinfit.fit("lstsq", frame, weights=[1, 2, 3, 4, 5], **NAMED)
    assert given.problem.weights.tolist() == [1, 2, 3, 4, 5]
    compared = sinfit.compare(["numpy", "lstsq"], frame, steps=2, learning_rate=1e-6, **NAMED)
    assert compared["numpy"].problem == result.problem


def test_a_csv_file_is_fitted_by_its_path_or_open(tmp_path):
    path = tmp_path / "m.csv"
    pd.DataFrame(COLUMNS).to_csv(path, index=False)
    expected = Problem.from_csv(path, **NAMED, sigma="error", absolute_sigma=True)
    weighing = {"sigma": "error", "absolute_sigma": True}
    for given in (path, str(path)):
        assert sinfit.fit("lstsq", given, **NAMED, **weighing).problem == expected
    for mode in ("r", "rb"):
        with open(path, mode) as file:
            assert sinfit.fit("lstsq", file, **NAMED, **weighing).problem == expected
    assert sinfit.fit("lstsq", path, x=2, y=3).problem.y.tolist() == VALUE
    with pytest.raises(DataError, match=r"cannot read none\.csv: No such file"):
        sinfit.fit("lstsq", "none.csv")
    assert sinfit.fit("lstsq", iter([path, path]), **NAMED).problem.count == 2 * len(TIME)


@each_kind
def test_columns_that_are_not_clear_or_not_there_are_refused(frame):
    with pytest.raises(UsageError, match=r"name the columns.* id, time, value, error"):
        sinfit.fit("lstsq", frame)
    with pytest.raises(UnknownNameError, match=r"unknown column 'tme'.* Did you mean 'time'"):
        sinfit.fit("lstsq", frame, x="tme", y="value")
    with pytest.raises(UsageError, match="y is missing"):
        sinfit.fit("lstsq", frame, x="time")
    with pytest.raises(UsageError, match="target, interval and points go without"):
        sinfit.fit("lstsq", frame, target="sin", **NAMED)


def test_x_and_y_go_without_saying():
    frame = pd.DataFrame({"n": [9] * 5, "Y": VALUE, "X": TIME})
    assert sinfit.fit("lstsq", frame).problem == Problem(TIME, VALUE, "data (X, Y)")
    assert sinfit.fit("lstsq", frame[["X", "Y"]].rename(columns={"X": "t"})).problem.x[0] == 0.5
    assert sinfit.fit("lstsq", x=TIME, y=VALUE).problem == Problem(TIME, VALUE)


def test_what_is_in_a_frame_is_checked_as_ever():
    frame = pd.DataFrame({"when": pd.date_range("2026-01-01", periods=5, tz="UTC"), "value": VALUE})
    with pytest.raises(DataError, match=r"x must hold numbers.*dates"):
        sinfit.fit("lstsq", frame, x="when", y="value")
    with pytest.raises(DataError, match="y must be finite: 1 of its 5"):
        sinfit.fit("lstsq", pa.table({"x": TIME, "y": [1.0, None, 2.0, 3.0, 4.0]}))
    with pytest.raises(DataError, match="is no data frame"):
        sinfit.fit("lstsq", [1.0, 2.0])


@pytest.mark.parametrize("function", [np.tanh, math.tanh, lambda x: x**2, lambda _: 1.5])
def test_a_function_is_a_target_on_an_interval(function):
    result = sinfit.fit("lstsq", target=function, interval=(-2, 3), points=50)
    x = np.linspace(-2, 3, 50)
    assert result.problem.x.tolist() == x.tolist()
    # math's and NumPy's functions may differ in the last bit
    np.testing.assert_allclose(result.problem.y, [function(value) for value in x], rtol=1e-15)
    assert result.problem.source == function.__name__
    named = sinfit.fit("lstsq", target="sin", interval=(0, 1), points=50)
    assert (named.problem.x[0], named.problem.x[-1], named.problem.source) == (0, 1, "sin")


@pytest.mark.parametrize("interval", [None, 3, (2, 1), (0, math.inf), (0, 1, 2), "ab"])
def test_a_function_needs_an_interval(interval):
    with pytest.raises(UsageError, match="interval must be"):
        sinfit.fit("lstsq", target=np.sin, interval=interval)


def test_what_a_function_raises_goes_through():
    with pytest.raises(ZeroDivisionError):
        sinfit.fit("lstsq", target=lambda _: 1 // 0, interval=(0, 1))
    with pytest.raises(DataError, match="y must be finite"), np.errstate(all="ignore"):
        sinfit.fit("lstsq", target=lambda x: 1 / x, interval=(0, 1))


@pytest.mark.parametrize("kind", [io.StringIO, io.BytesIO])
def test_open_files_are_written_and_read(kind):
    result, file = sinfit.fit("lstsq", TIME, VALUE), kind()
    result.save(file)
    file.seek(0)
    assert sinfit.FitResult.load(file) == result
    text = "time,value\n0.5,1\n1,2\n"
    assert Problem.from_csv(kind(text if kind is io.StringIO else text.encode())).y.tolist() == [
        1,
        2,
    ]


def test_what_is_neither_a_path_nor_a_file_is_refused():
    with pytest.raises(UsageError, match="no path and no open file"):
        sinfit.fit("lstsq").save(3)
    with pytest.raises(DataError, match="no path and no open file"):
        sinfit.FitResult.load(3)
    with pytest.raises(DataError, match=r"cannot be read|cannot read"):
        Problem.from_csv(object())


@pytest.mark.parametrize(
    ("wing", "ask"),
    [
        ("sinfit_data.columns", lambda: Problem.from_csv("m.csv")),
        ("sinfit_data.frames", lambda: sinfit.fit("numpy", COLUMNS, **NAMED)),
        ("sinfit_exact.statistics", lambda: sinfit.fit("numpy", TIME, VALUE).standard_errors),
    ],
)
def test_without_the_wing_the_error_says_what_to_install(monkeypatch, wing, ask):
    monkeypatch.setitem(sys.modules, wing, None)
    distribution = wing.partition(".")[0].replace("_", "-")
    with pytest.raises(UnavailableError, match=f"pip install {distribution}"):
        ask()
