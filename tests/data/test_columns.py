"""Which columns of a file are x and y: found out where that cannot be wrong, else asked for."""

import sys

import numpy as np
import pytest

import sinfit
from sinfit.errors import DataError, UnknownNameError, UsageError
from sinfit.fitting.problem import Problem

TIME, HEIGHT = [0.5, 1.5, 2.5, 4.0], [1.0, 3.0, 2.0, 0.25]
INDEXED = "\n".join(f"{i},{t},{h}" for i, (t, h) in enumerate(zip(TIME, HEIGHT, strict=True)))
PAIRS = "\n".join(f"{t};{h}" for t, h in zip(TIME, HEIGHT, strict=True))


def read(tmp_path, content, *columns, **more):
    path = tmp_path / "m.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Problem.from_csv(path, *columns, **more)


@pytest.mark.parametrize(
    ("content", "columns", "source"),
    [
        (f",time,height\n{INDEXED}", (), "m.csv (time, height)"),  # as pandas writes its index
        (f"id,time,height\n{INDEXED}", ("time", "HEIGHT"), "m.csv (time, height)"),
        (f"id,time,height\n{INDEXED}", (2, "3"), "m.csv (time, height)"),
        (INDEXED, (2, 3), "m.csv (2, 3)"),
        (f"id,y,x\n{INDEXED}", ("y", "x"), "m.csv (y, x)"),
        (PAIRS.replace("\n", ";0.1\n") + ";0.1", (), "m.csv (1, 2)"),
        ("time height\n" + PAIRS.replace(";", " "), (), "m.csv"),
    ],
)
def test_the_columns_that_are_read_are_said(tmp_path, content, columns, source):
    problem = read(tmp_path, content, *columns)
    assert (problem.x.tolist(), problem.y.tolist(), problem.source) == (TIME, HEIGHT, source)
    result = sinfit.fit("numpy", problem, learning_rate=1e-5, steps=2)
    assert result.to_dict()["source"] == source


@pytest.mark.parametrize(
    ("content", "columns", "error", "says"),
    [
        (INDEXED, (), DataError, "count the rows. Name them with --x and --y"),
        (f"id,time,height\n{INDEXED}", (), DataError, "there are: id, time, height"),
        ("0,5,1,2\n1,5,2,2\n", (), DataError, "may be decimal commas"),
        ("x,y\n0,5,1,2\n1,5,2,2\n", (), DataError, "rows have more cells than the heading"),
        ("time;height\n0,5;1\n1,5;2\n", (), DataError, "line 2: '0,5' has a decimal comma"),
        ("0,5 1,2\n0,7 2,2\n", (), DataError, "line 1: '5 1' has a decimal comma"),
        (b"\x1f\x8b\x08\x00", (), DataError, "no text with columns but gzip"),
        (b"PK\x03\x04\x14", (), DataError, "xlsx"),
        (b"\n<!DOCTYPE html>\n<p>1,2</p>", (), DataError, "but HTML"),
        (f"id,time,height\n{INDEXED}", ("time", None), UsageError, "y is missing"),
        (f"id,time,height\n{INDEXED}", ("tme", "id"), UnknownNameError, "Did you mean 'time'"),
        (f"id,time,height\n{INDEXED}", (0, 2), UnknownNameError, "unknown column '0'"),
        (f"id,time,height\n{INDEXED}", (1.5, 2), UsageError, "its number, not 1.5"),
        ("x,y\n1,2\n2," + "z" * 50_000, (), DataError, "line 3: 'z"),
    ],
)
def test_what_is_not_clear_is_asked_and_a_message_is_short(tmp_path, content, columns, error, says):
    with pytest.raises(error, match=says) as caught:
        read(tmp_path, content, *columns)
    assert len(str(caught.value)) < 600


def test_the_fast_way_and_the_careful_one_read_the_same(tmp_path):
    x = np.random.default_rng(0).standard_normal(50) * 1e-7
    rows = [f'"{a!r}", {b!r}' for a, b in zip(x.tolist(), (x**2).tolist(), strict=True)]
    fast = read(tmp_path, "x,y\r\n" + "\r\n".join(rows))
    careful = read(tmp_path, "x,y\n" + "\n# a comment\n,,\n".join(rows))
    assert fast.x.tolist() == careful.x.tolist() == x.tolist()
    assert fast.y.tolist() == careful.y.tolist()


@pytest.fixture(params=["pyarrow", "numpy"])
def reader(request, monkeypatch):
    """What makes numbers of a large file: PyArrow, or NumPy where it is not installed."""
    if request.param == "numpy":
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    return request.param


with_each_reader = pytest.mark.usefixtures("reader")


@with_each_reader
def test_a_large_file_is_read_to_the_last_bit_with_and_without_pyarrow(tmp_path):
    x = (
        np.random.default_rng(1).standard_normal((40_000, 2))
        * 10.0 ** np.arange(-200, 200, 0.01)[:, None]
    )
    rows = "\n".join(f"{i},{a!r};{b!r}".replace(",", ";") for i, (a, b) in enumerate(x.tolist()))
    problem = read(tmp_path, f"id;u;v\n{rows}\n", "v", "u")
    assert problem.x.tolist() == x[:, 1].tolist()
    assert problem.y.tolist() == x[:, 0].tolist()
    comma = read(tmp_path, f"id;u;v\n{rows}\n".replace(".", ","), "v", "u", decimal=",")
    assert comma == problem


@with_each_reader
@pytest.mark.parametrize(
    "wrong", ["1,2,3", "1", "1,", "1,x", "1,1e999", "1,nan", ",1", "1,2\n\n1,2 3"]
)
def test_a_wrong_row_at_the_end_of_a_large_file_is_named(tmp_path, wrong):
    good = "\n".join(f"{i}.5,{i}" for i in range(100_000))
    if wrong == "1,2,3":  # more cells than there are columns are left out, as ever
        assert len(read(tmp_path, f"{good}\n{wrong}")) == 100_001
        return
    line = 100_003 if "\n" in wrong else 100_001
    with pytest.raises(DataError, match=f"line {line}: "):
        read(tmp_path, f"{good}\n{wrong}\n")


LARGE = "\n".join(f"{i}.5,{i},{2 * i}" for i in range(100_000))


@pytest.mark.parametrize(
    ("content", "columns", "source"),
    [
        (f"x,y,z\n{LARGE}".encode(), (), "m.csv"),
        (f"\ufeff# cm\n\nx,y,z\n{LARGE}\n".replace("\n", "\r\n").encode(), (), "m.csv"),
        (f"시각,거리,z\n{LARGE}".encode("cp949"), (1, 2), "m.csv ("),
        (f"시각,거리,z\n{LARGE}".encode(), ("시각", "거리"), "m.csv (시각, 거리)"),
        (LARGE.encode(), (1, 2), "m.csv (1, 2)"),
        ("\t".join(LARGE.split(",")).encode(), (1, "2"), "m.csv (1, 2)"),
    ],
    ids=["plain", "windows", "cp949", "utf-8", "no heading", "tabs"],
)
def test_pyarrow_takes_a_large_file_from_the_disk(tmp_path, monkeypatch, content, columns, source):
    monkeypatch.setattr("sinfit_data.columns.read_file", None)  # which would hold all of it
    problem = read(tmp_path, content, *columns)
    assert problem.source.startswith(source)
    assert problem.y.tolist() == list(range(100_000))
    assert (problem.x - problem.y).tolist() == [0.5] * 100_000


@with_each_reader
@pytest.mark.parametrize("after", ["\n\n", "\n# the end\n", '\n"7.5",7,0\n', "\n # 7,7,0\n"])
def test_a_large_file_with_an_odd_end_is_read_with_care(tmp_path, after):
    problem = read(tmp_path, f"x,y,z\n{LARGE}{after}", 2, 3)
    assert len(problem) == 100_000 + ("7.5" in after)
    assert problem.y[:100_000].tolist() == list(range(0, 200_000, 2))


@with_each_reader
@pytest.mark.parametrize("before", ["# a long comment\n" * 2000, "# " + "a" * 2**21 + "\n"])
def test_a_large_file_with_an_odd_beginning_is_read_whole(tmp_path, before):
    assert read(tmp_path, f"{before}{LARGE}", 1, 2).y.tolist() == list(range(100_000))
    utf_16 = f"x,y,z\n{LARGE}".encode("utf-16")
    assert read(tmp_path, utf_16, 1, 2).y.tolist() == list(range(100_000))


@with_each_reader
def test_rows_that_make_up_for_each_other_are_not_shifted(tmp_path):
    good = "\n".join(f"{i}.5,{i}" for i in range(100_000))
    with pytest.raises(DataError, match="line 100002: '' is not"):
        read(tmp_path, f"{good}\n1,2,3\n4\n")


def test_a_decimal_comma_is_read_where_it_is_said(tmp_path):
    assert read(tmp_path, "t;v\n0,5;1\n1,5;2,25", decimal=",").y.tolist() == [1, 2.25]
    assert read(tmp_path, "0,5 1,25\n1,5 2", decimal=",").x.tolist() == [0.5, 1.5]
    with pytest.raises(DataError, match=r"line 2: '0\.5' is not a finite number"):
        read(tmp_path, "t;v\n0.5;1\n1,5;2", decimal=",")
    with pytest.raises(UsageError, match="decimal must be"):
        read(tmp_path, "1,2", decimal=";")
