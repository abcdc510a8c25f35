"""Problem: own data of many kinds, and CSV files of many dialects; every slip has its own error."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sinfit
from sinfit.errors import DataError, PluginError, UnknownNameError, UsageError
from sinfit.fitting.problem import Problem

NUMBERS = [0.0, 0.5, 1.0, 1.5, 2.0]


def as_kinds():
    import pandas
    import torch

    return {
        "list": NUMBERS,
        "tuple": tuple(NUMBERS),
        "range": range(5),
        "float32": np.array(NUMBERS, dtype=np.float32),
        "strided": np.repeat(NUMBERS, 2)[::2],
        "series": pandas.Series(NUMBERS, index=[9, 8, 7, 6, 5]),
        "tensor": torch.tensor(NUMBERS),
        "tensor in the graph": torch.tensor(NUMBERS, requires_grad=True),
    }


@pytest.mark.parametrize("kind", list(as_kinds()))
def test_any_kind_of_numbers_becomes_read_only_float64(kind):
    values = as_kinds()[kind]
    problem = Problem(values, values)
    expected = list(range(5)) if kind == "range" else NUMBERS
    assert problem.x.tolist() == problem.y.tolist() == expected
    assert problem.x.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        problem.x[0] = 1
    assert len(problem) == 5
    assert problem.source == "data"


def test_the_callers_array_is_copied():
    x = np.array(NUMBERS)
    problem = Problem(x, x)
    x[0] = 9
    assert problem.x[0] == 0


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        ([1, 2, 3], [1, 2], "same length, not 3 and 2"),
        ([[1, 2], [3, 4]], [1, 2], r"x must have one dimension, not shape \(2, 2\)"),
        (5, [1], r"x must have one dimension, not shape \(\)"),
        ([1, 2, math.nan], [1, 2, 3], "1 of its 3 values are not, the first is nan at index 2"),
        ([1, 2, 3], [math.inf, 2, math.inf], "y must be finite: 2 of its 3 .* inf at index 0"),
        (["a", "b"], [1, 2], "x must hold numbers"),
        ([1, None, 3], [1, 2, 3], "x must be finite"),
        ([[1], [1, 2]], [1, 2], "x must hold numbers"),
        ([1j, 2], [1, 2], "x must hold numbers"),
        (np.array([1j, 2]), [1, 2], "x must hold numbers"),
        ([10**400, 1], [1, 2], "x must hold numbers"),
        ({"a": 1}, [1], "x must hold numbers"),
    ],
)
def test_what_cannot_be_fitted_is_refused_and_named(x, y, says):
    with pytest.raises(DataError, match=says):
        Problem(x, y)


def test_x_without_y_and_y_without_x_are_refused():
    with pytest.raises(DataError, match="y is missing"):
        sinfit.fit("numpy", [1, 2, 3, 4])
    with pytest.raises(DataError, match="x is missing"):
        sinfit.fit("numpy", y=[1, 2, 3, 4])


@pytest.mark.parametrize("x", [[], [1, 2, 3], [1, 1, 2, 2, 3, 3]])
def test_too_few_different_x_are_refused(x):
    with pytest.raises(DataError, match=f"4 different x, and there are {len(set(x))}"):
        sinfit.fit("numpy", x, x)
    assert sinfit.fit("numpy", [1, 2, 3, 4], [1, 2, 3, 4], steps=1, learning_rate=1e-9).nit == 1


def test_x_whose_powers_overflow_is_refused_before_the_fit():
    x = np.linspace(-1e200, 1e200, 9)
    with pytest.raises(DataError, match=r"x goes up to 1e\+200, whose powers overflow"):
        sinfit.fit("numpy", x, x)


@pytest.mark.parametrize("name", ["numpy", "lstsq"])
def test_numbers_whose_powers_overflow_are_refused(name):
    x = np.linspace(-1, 1, 9)
    with pytest.raises(DataError, match=r"y goes up to 1e\+200, whose powers overflow: scale it"):
        sinfit.fit(name, x, 1e200 * x, steps=5)
    with pytest.raises(DataError, match=r"x goes up to 1e\+200"):
        sinfit.fit(name, 1e200 * x, x, steps=5)


def test_masked_values_are_refused_not_fitted():
    x = np.linspace(-1, 1, 9)
    with pytest.raises(DataError, match="y must hold numbers: some are masked"):
        sinfit.fit("lstsq", x, np.ma.masked_greater(x, 0.5))
    assert sinfit.fit("lstsq", x, np.ma.array(x)).sse < 1e-20


@pytest.mark.parametrize("kind", ["datetime64[D]", "timedelta64[s]"])
def test_dates_and_times_are_refused(kind):
    with pytest.raises(DataError, match="x must hold numbers: they are dates or times"):
        sinfit.fit("lstsq", np.arange(9).astype(kind), np.arange(9))


def test_tensors_of_any_dtype_and_in_a_graph_are_data():
    torch = pytest.importorskip("torch")
    x = torch.linspace(-1, 1, 9, dtype=torch.bfloat16)
    result = sinfit.fit("lstsq", x, x)
    assert result.problem.x.tolist() == x.double().tolist()
    wanted = torch.linspace(-1, 1, 3, requires_grad=True)
    np.testing.assert_allclose(result.predict(wanted), [-1, 0, 1], atol=1e-12)


def test_data_far_from_0_are_refused_by_least_squares_with_what_to_do():
    x = np.linspace(-np.pi, np.pi, 50)
    near = sinfit.fit("lstsq", x, np.sin(x)).sse
    assert sinfit.fit("lstsq", x + 1e3, np.sin(x)).sse == pytest.approx(near, rel=1e-6)
    with pytest.raises(DataError, match=r"x lies too far from 0.*Subtract the mean of x"):
        sinfit.fit("lstsq", x + 1e6, np.sin(x))


@pytest.mark.parametrize(("name", "function"), [("sin", np.sin), ("cos", np.cos), ("exp", np.exp)])
def test_targets_are_evaluated_on_their_interval(name, function):
    problem = sinfit.fit("numpy", target=name, points=11, steps=1, learning_rate=1e-9).problem
    end = 1.0 if name == "exp" else math.pi
    assert (problem.x[0], problem.x[-1], len(problem)) == (-end, end, 11)
    assert problem.y.tolist() == function(problem.x).tolist()
    assert problem.source == name


def test_an_unknown_target_offers_the_nearest():
    with pytest.raises(UnknownNameError, match=r"unknown target 'sinn'\. Did you mean 'sin'"):
        sinfit.fit("numpy", target="sinn")


@pytest.mark.parametrize("points", [1, 0, -5, 10**9, 2.5, "20", True, None])
def test_an_absurd_number_of_points_is_refused(points):
    with pytest.raises(UsageError, match="points must be"):
        sinfit.fit("numpy", points=points)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        ("sinfit_wave:wave", "RuntimeError: no sea"),
        ("sinfit_wave:wav", "AttributeError"),
        ("sinfit_wave:nothing", "y must be finite"),
        ("sinfit_wave:number", "y must have one dimension"),
    ],
)
def test_a_target_that_cannot_be_computed_is_named(install, function, says):
    install(
        "sinfit-wave",
        "from sinfit import TargetSpec, hookimpl\n"
        "def wave(x): raise RuntimeError('no sea')\n"
        "def nothing(x): return x * float('nan')\n"
        "def number(x): return 1.0\n"
        "@hookimpl\n"
        "def sinfit_targets():\n"
        f"    return [TargetSpec(name='wave', title='w', function={function!r},\n"
        "                       interval=(0, 1))]\n",
    )
    with pytest.raises(PluginError, match=f"target 'wave' cannot be computed by .*{says}"):
        sinfit.fit("numpy", target="wave")


# CSV files

ROWS = [(-1.0, 0.25), (0.0, -1e-3), (1.0, 0.125), (2.5, 3.0), (4.0, 5.0)]

DIALECTS = {
    "plain": "x,y\n-1,0.25\n0,-1e-3\n1,0.125\n2.5,3\n4,5\n",
    "no header": "-1,0.25\n0,-1e-3\n1,0.125\n2.5,3\n4,5\n",
    "semicolon": "x;y\n-1;0.25\n0;-1e-3\n1;0.125\n2.5;3\n4;5\n",
    "tab": "x\ty\n-1\t0.25\n0\t-1e-3\n1\t0.125\n2.5\t3\n4\t5\n",
    "space": "-1 0.25\n0 -1e-3\n1 0.125\n2.5 3\n4 5\n",
    "comma and space": "x, y\n-1, 0.25\n0, -1e-3\n1, 0.125\n2.5, 3\n4, 5\n",
    "quoted": '"x","y"\n"-1","0.25"\n"0","-1e-3"\n"1","0.125"\n"2.5","3"\n"4","5"\n',
    "Windows lines": "x,y\r\n-1,0.25\r\n0,-1e-3\r\n1,0.125\r\n2.5,3\r\n4,5\r\n",
    "byte order mark": "\ufeffx,y\n-1,0.25\n0,-1e-3\n1,0.125\n2.5,3\n4,5\n",
    "mark, no header": "\ufeff-1,0.25\n0,-1e-3\n1,0.125\n2.5,3\n4,5\n",
    "other columns": "y,noise,x\n0.25,7,-1\n-1e-3,7,0\n0.125,7,1\n3,7,2.5\n5,7,4\n",
    "capitals": "X,Y\n-1,0.25\n0,-1e-3\n1,0.125\n2.5,3\n4,5\n",
    "other names": "Zeit,Höhe\n-1,0.25\n0,-1e-3\n1,0.125\n2.5,3\n4,5\n",
    "blank lines": "x,y\n\n-1,0.25\n0,-1e-3\n,\n1,0.125\n2.5,3\n4,5\n\n",
    "aligned": "   x          y\n  -1.0       0.25\n   0.0      -1e-3\n   1         0.125\n"
    "   2.5       3\n   4         5\n",
    "comments": "# measured by hand\nx,y\n-1,0.25\n# a pause\n0,-1e-3\n1,0.125\n2.5,3\n4,5\n",
    "no last line end": "x,y\n-1,0.25\n0,-1e-3\n1,0.125\n2.5,3\n4,5",
}


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_csv_files_of_many_dialects_are_read_alike(tmp_path, dialect):
    path = tmp_path / "points.csv"
    path.write_bytes(DIALECTS[dialect].encode())
    problem = Problem.from_csv(path)
    assert list(zip(problem.x.tolist(), problem.y.tolist(), strict=True)) == ROWS
    assert problem.source == "points.csv"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"x\n1\n2\n", "two columns, x and y; its first line has 1"),
        (b"x,y\n1,2\n3,four\n", "line 3: 'four' is not a finite number"),
        (b"x,y\n1,2\n3\n", "line 3: '' is not a finite number"),
        (b"x,y\n1,2\n3,nan\n", "line 3: 'nan' is not a finite number"),
        (b"x,y\n1,2\n3,1e999\n", "line 3: '1e999' is not a finite number"),
        (b"1.2.3,4\n5,6\n", "line 1: '1.2.3' is not a finite number"),
        (b"x;y\n0,5;1\n1,5;2\n", "line 2: '0,5' has a decimal comma"),
        (b"x,y\n\xff\xfe,2\n", "line 2: 'ÿþ' is not a finite number"),
        (b"x,y\n1,\x002\n", "must have two columns"),
    ],
)
def test_a_csv_file_that_cannot_be_read_says_where_and_why(tmp_path, content, says):
    path = tmp_path / "points.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=says) as caught:
        Problem.from_csv(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    for name in ("missing.csv", "folder.csv"):
        with pytest.raises(DataError, match=f"cannot read .*{name}"):
            Problem.from_csv(tmp_path / name)


@given(
    rows=st.lists(
        st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2), min_size=1, max_size=20
    ),
    header=st.booleans(),
)
def test_what_was_written_is_read_to_the_last_bit(tmp_path_factory, rows, header):
    path = tmp_path_factory.mktemp("csv") / "points.csv"
    lines = ["x,y"] * header + [f"{x!r},{y!r}" for x, y in rows]
    path.write_text("\n".join(lines) + "\n")
    problem = Problem.from_csv(path)
    assert list(zip(problem.x.tolist(), problem.y.tolist(), strict=True)) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp949", "gbk"])
def test_a_csv_file_is_read_in_the_encodings_that_spreadsheets_write(tmp_path, encoding):
    path = tmp_path / "points.csv"
    path.write_bytes("시간 时间,손실 值\n0.5,1\n1.5,2\n".encode(encoding, errors="ignore"))
    problem = Problem.from_csv(path)
    assert (problem.x.tolist(), problem.y.tolist()) == ([0.5, 1.5], [1, 2])


def test_only_an_array_that_nobody_can_change_is_not_copied():
    locked = np.arange(5.0)
    locked.setflags(write=False)
    problem = Problem(locked, np.arange(5.0))
    assert problem.x is locked
    assert problem.weighed(weights=np.ones(5)).y is problem.y
    below = np.arange(5.0)
    view = below[:]
    view.setflags(write=False)
    for other in (view, below, locked[:], locked.astype(">f8"), locked.astype("f4")):
        assert not np.shares_memory(Problem(other, locked).x, other)
    bad = np.array([1.0, np.nan])
    bad.setflags(write=False)
    with pytest.raises(DataError, match="must be finite"):
        Problem(bad, bad)
