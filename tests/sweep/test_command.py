"""`sinfit sweep`."""

import json

import pytest

from .conftest import lines


def test_it_makes_rows_and_prints_a_line_for_each_fitter_target_and_rate(run, tmp_path):
    out, parquet, plot = (tmp_path / name for name in ("rows.jsonl", "rows.parquet", "sweep.svg"))
    done = run(
        "sweep", "numpy", "tensor", "--seeds", "0:3", "--learning-rates", "1e-7,1e-6",
        "--targets", "sin,cos", "--steps", 20, "--jobs", 1, "--out", out,
        "--parquet", parquet, "--plot", plot, "--dtype", "float64",
    )  # fmt: skip
    assert done.code == 0
    assert done.out.count("sinfit-numpy/numpy") == done.out.count("sinfit-tensor/tensor") == 4
    assert "24 fits made, 0 rows were there" in done.out
    assert len(lines(out)) == 24
    assert parquet.read_bytes()[:4] == b"PAR1"
    assert plot.read_text("utf-8").startswith("<?xml")

    again = run(
        "sweep", "numpy", "tensor", "--seeds", "0,1,2", "--learning-rates", "1e-6,1e-7",
        "--targets", "cos", "--steps", 20, "--out", out, "--dtype", "float64",
    )  # fmt: skip
    assert "0 fits made, 12 rows were there" in again.out


def test_json_is_all_rows_and_nothing_else(run):
    done = run("sweep", "exact", "--seeds", "5", "--json", "--steps", 10)
    (row,) = json.loads(done.out)["rows"]
    assert (row["seed"], row["steps"], row["error"]) == (5, 10, None)


def test_a_file_is_a_target(run, tmp_path):
    path = tmp_path / "measured.csv"
    path.write_text("x,y\n" + "".join(f"{k / 10},{k * k / 100}\n" for k in range(9)), "utf-8")
    done = run("sweep", "lstsq", "--seeds", 0, "--targets", f"{path},sin", "--json")
    assert [row["points"] for row in json.loads(done.out)["rows"]] == [9, 2000]


def test_a_fit_that_fails_is_told_and_exits_with_1(run, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("x,y\n0,0\n1,1\n", "utf-8")
    done = run("sweep", "lstsq", "--seeds", 0, "--targets", path)
    assert done.code == 1
    assert "too few points" in done.err
    assert "--retry-failed" not in done.err  # without --out there is nothing to go on with
    asked = (
        "sweep",
        "lstsq",
        "--seeds",
        "0:2",
        "--targets",
        path,
        "--out",
        tmp_path / "rows.jsonl",
    )
    assert "2 fits failed; --retry-failed makes them again" in run(*asked).err
    assert "0 fits made, 2 rows were there" in run(*asked).out
    assert "2 fits made, 0 rows were there" in run(*asked, "--retry-failed").out


def test_an_automatic_rate_stands_among_others(run):
    done = run(
        "sweep", "numpy", "--seeds", 0, "--learning-rates", "auto,1e-7", "--steps", 2, "--json"
    )
    rates = [row["learning_rate"] for row in json.loads(done.out)["rows"]]
    assert rates == [pytest.approx(3.20215e-6, rel=1e-6), 1e-7]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--seeds", "0:3:0"], "--seeds must be such as 0:200, not '0:3:0'"),
        (["--seeds", "0:1,5"], "--seeds must be such as 0:200, not '0:1,5'"),
        (["--seeds", "a"], "--seeds must be numbers joined by commas, not 'a'"),
        (["--seeds", "3:3"], "seeds must be numbers, at least one"),
        (["--learning-rates", "auto,fast"], "must be numbers joined by commas, not 'auto,fast'"),
        (["--learning-rates", "1e-6;1e-7"], "--learning-rates must be numbers joined by commas"),
        (["--targets", "sinn"], "Did you mean 'sin'?"),
        (["--scheduler", "tcp://127.0.0.1:1"], "goes with the back end dask"),
        (["--out", "."], "cannot write .: it is no plain file"),
        (["--parquet", "no/folder/rows.parquet"], "there is no folder"),
    ],
    ids=str,
)
def test_wrong_use_is_one_line_and_exits_with_2(run, arguments, says):
    done = run("sweep", "numpy", *arguments)
    assert done.code == 2
    assert says in done.err
    assert done.err.count("\n") <= 3


def test_it_speaks_korean_and_chinese(run):
    assert "새로 근사한 것 1개" in run("sweep", "exact", "--seeds", 0, "--lang", "ko").out
    assert "新完成 1 次拟合" in run("sweep", "exact", "--seeds", 0, "--lang", "zh").out
