"""The command line in hostile surroundings: one line says what is wrong, and nothing hangs."""

import json
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from rich.cells import cell_len

import sinfit
from sinfit import FitResult
from sinfit_cli.output import print_table
from sinfit_cli.root import main

from .conftest import SINFIT

PAIRS = "\n".join(
    f"{x!r},{y!r}" for x, y in zip(np.linspace(-3, 3, 9).tolist(), range(9), strict=True)
)


def started(environment, *arguments):
    return subprocess.Popen(
        [SINFIT, *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_sigterm_saves_the_best_until_then_as_ctrl_c_does(tmp_path, environment):
    path = tmp_path / "r.json"
    process = started(environment, "fit", "numpy", "--steps", 50_000_000, "--save", path)
    try:
        assert process.stdout.readline().startswith("99 ")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == (1, "")
    assert "interrupted at step" in out
    assert FitResult.load(path).status == "INTERRUPTED"


def test_a_fit_ends_at_once_and_quietly_when_nobody_reads_on(environment):
    process = started(environment, "fit", "numpy", "--steps", 50_000_000)
    try:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 0  # all the steps would take an hour
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.stderr.close()


def test_a_file_is_known_by_being_there_and_by_a_dash(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").write_text(PAIRS)
    (tmp_path / "sin").write_text(PAIRS)
    expected = "data: data, 9 points"
    assert expected in run("fit", "numpy", "--target", "data", "--steps", 1).out
    for name in ("-", "/dev/stdin"):
        done = subprocess.run(
            [SINFIT, "fit", "numpy", "--target", name, "--steps", "1", "--json"],
            input=PAIRS.encode(),
            capture_output=True,
        )
        assert json.loads(done.stdout)["sse"] == pytest.approx(
            sinfit.fit("numpy", sinfit.Problem.from_csv("data"), steps=1).sse, rel=1e-12
        )
    named = run("fit", "numpy", "--target", "sin", "--steps", 1)
    assert "data: sin, 2000 points" in named.out
    assert "'sin' is a target and a file" in named.err
    assert "data: sin, 9 points" in run("fit", "numpy", "--target", "./sin", "--steps", 1).out
    assert "unknown target 'tests'" in run("fit", "numpy", "--target", "tests").err


def test_columns_are_named_and_said(run, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(
        "id,time,height\n" + "\n".join(f"{i},{pair}" for i, pair in enumerate(PAIRS.split("\n")))
    )
    unclear = run("fit", "numpy", "--target", path)
    assert unclear.code == 2
    assert "Name them with --x and --y" in unclear.err
    done = run("fit", "numpy", "--target", path, "--x", "time", "--y", 3, "--steps", 1, "--json")
    assert json.loads(done.out)["source"] == "m.csv (time, height)"
    assert "--x goes with a file" in run("fit", "numpy", "--x", "time", "--y", "b").err


def test_numbers_of_a_files_columns_are_numbers_in_json(run, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("x;y;name;gap\n0,5;1;a;nan\n2;3;b;1\n")
    done = run("columns", path, "--decimal", ",", "--json")
    columns = json.loads(done.out)["columns"]
    assert [column["number"] for column in columns] == [1, 2, 3, 4]
    assert [column["first"] for column in columns] == [0.5, 1, "a", "nan"]
    assert "0,5" in run("columns", path, "--decimal", ",").out


def test_an_error_that_nobody_foresaw_is_one_line_and_exit_status_3(run, monkeypatch):
    def breaks(*_, **__):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(sinfit.fitting.fit, "fit", breaks)
    done = run("fit", "numpy")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: unexpected ZeroDivisionError: a bug.")
    assert done.err.count("\n") == 1
    assert "Traceback" in run("fit", "numpy", "--debug").err


@pytest.mark.parametrize(
    ("surroundings", "arguments", "code", "says"),
    [
        ({"MPLBACKEND": "nope"}, ["--plot", "c.png"], 1, "error: matplotlib cannot be used"),
        ({"PYTHONWARNINGS": "error"}, ["--learning-rate", "1"], 1, "error: learning_rate 1 is"),
    ],
)
def test_hostile_surroundings_are_one_line(fresh, surroundings, arguments, code, says):
    done = fresh("fit", "numpy", "--steps", 5, *arguments, **surroundings)
    assert done.code == code
    assert done.err.startswith(says)
    assert done.err.count("\n") == 1


def test_a_closed_standard_error_costs_no_result(environment):
    command = f"exec {SINFIT} fit numpy --steps 3 --json 2>&-"
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, json.loads(done.stdout)["nit"]) == (0, 3)


def test_letters_that_the_c_locale_lacks_are_escaped(environment):
    there = {**environment, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [SINFIT, "list", "--lang", "zh"], env=there, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert r"\u" in done.stdout


def test_a_closed_standard_input_is_one_line(environment):
    command = f"exec {SINFIT} replay - --stage numpy <&-"
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (
        2,
        "error: cannot read -: the standard input is closed.\n",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit", "x" * 100_000],
        ["fit", "numpy", "--target", "x" * 100_000],
        ["fit", "numpy", "--initial", "x" * 100_000],
        ["fit", "numpy", "--steps", "x" * 100_000],
        ["fit", "numpy", "x" * 100_000],
        ["fit", "numpy", "--" + "x" * 100_000],
        ["fit", "numpy", "--save", "x" * 100_000],
        ["show", "x" * 100_000],
        ["x" * 100_000],
    ],
    ids=lambda arguments: " ".join(arguments)[:30],
)
def test_what_was_given_is_cut_in_messages(run, arguments):
    done = run(*arguments)
    assert done.code == 2
    assert len(done.err) < 1000


def test_an_abbreviated_option_is_recognised(run):
    assert "Did you mean '--learning-rate'?" in run("fit", "numpy", "--lr", "1").err
    with pytest.raises(sinfit.SinfitError, match="Did you mean 'learning_rate'"):
        sinfit.fit("numpy", lr=1)


def test_a_narrow_table_is_read_line_by_line(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    print_table(("fitter", "title", "loss"), [("numpy", "NumPy, by hand", "9.084903" * 4)])
    lines = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()
    assert lines == ["fitter: numpy", "title: NumPy, by hand", "loss: " + "9.084903" * 4, ""]


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_table_fits_the_terminal_and_loses_no_word(monkeypatch, capsys, run, language, width):
    wide = run("list", "--lang", language).out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    with pytest.raises(SystemExit):
        main(["list", "--lang", language])
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert max(map(cell_len, shown.splitlines())) <= width
    letters = [sorted(re.sub(r"[\s─]", "", text)) for text in (wide, shown)]
    assert letters[0] == letters[1]


def test_nothing_is_minus_zero(run):
    out = run("compare", "lstsq", "--json").out + run("compare", "lstsq", "exact").out
    assert "-0.000000" not in out


def test_a_time_limit_holds_with_many_points(environment):
    begun = time.perf_counter()
    process = started(
        environment, "fit", "numpy", "--points", 3_000_000, "--time-limit", 0.1, "--json"
    )
    out, err = process.communicate(timeout=60)
    assert json.loads(out)["status"] == "TIME_LIMIT", err
    assert json.loads(out)["nit"] == 0
    assert time.perf_counter() - begun < 30  # 2000 steps would take minutes
