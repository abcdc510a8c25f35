"""`sinfit fit NAME`: prints as the tutorial does, writes what it is told to, ends well."""

import json
import math
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

import sinfit
from sinfit import FitResult
from sinfit.contract.models import MOST_DEGREE
from sinfit.i18n import BUILT_IN

from .conftest import SINFIT

FIELDS = [
    *("version", "fitter", "fitter_id", "success", "status", "message", "nit", "elapsed", "sse"),
    *("optimality_gap", "parameters", "coef", "steps", "learning_rate", "seed", "initial"),
    *(
        "options",
        "asked",
        "provenance",
        "batches",
        "source",
        "points",
        "interval",
        "losses",
        "extras",
    ),
]


def test_it_prints_the_losses_and_the_result_in_the_tutorials_form(run):
    done = run("fit", "numpy", "--steps", 300)
    lines = done.out.splitlines()
    result = sinfit.fit("numpy", steps=300)
    assert (done.code, done.err) == (0, "")
    assert lines[:3] == [f"{t} {float(result.losses[t])!r}" for t in (99, 199, 299)]
    assert lines[3] == f"Result: {result.equation()}"
    assert "all 300 steps were made." in done.out
    assert f"loss {result.sse:.6f}, the best polynomial of degree 3 has 8.817165" in done.out


def test_json_has_exactly_the_promised_fields(run):
    done = run("fit", "legendre", "--steps", 5, "--json")
    found = json.loads(done.out)
    result = sinfit.fit("legendre", steps=5)
    assert list(found) == FIELDS
    assert [t for t, _ in found["losses"]] == [0, 1, 2, 3, 4]
    assert [loss for _, loss in found["losses"]] == result.losses.tolist()
    assert found | {"elapsed": 0} == {"version": 1} | result.to_dict() | {"elapsed": 0}


def test_every_setting_reaches_the_fit(run):
    done = run(
        *("fit", "tensor", "--target", "cos", "--points", 50, "--steps", 40, "--seed", 3),
        *("--learning-rate", "2e-6", "--record-every", 10, "--dtype", "float64", "--json"),
        *("--device", "cpu", "--tolerance", "1e-12", "--patience", 30, "--time-limit", 60),
    )
    result = sinfit.fit(
        "tensor",
        target="cos",
        points=50,
        steps=40,
        seed=3,
        learning_rate=2e-6,
        record_every=10,
        dtype="float64",
    )
    expected = {"version": 1} | result.to_dict() | {"elapsed": 0}
    assert json.loads(done.out) | {"elapsed": 0} == expected
    start = run("fit", "numpy", "--initial", "0.5,-1,2e-1,0", "--steps", 1, "--json")
    x = np.linspace(-np.pi, np.pi, 2000)
    loss = np.square(0.5 - x + 0.2 * x**2 - np.sin(x)).sum()
    assert json.loads(start.out)["losses"][0][1] == pytest.approx(loss, rel=1e-12)


def test_a_target_is_fitted_on_another_interval(run):
    done = run("fit", "lstsq", "--target", "exp", "--interval", "-3,-1.5", "--points", 40)
    assert "data: exp, 40 points, x from -3 to -1.5" in done.out
    result = sinfit.fit("lstsq", target="exp", interval=(-3, -1.5), points=40)
    assert f"Result: {result.equation()}" in done.out
    asked = ("compare", "lstsq", "--interval", "-3,-1.5", "--target", "exp", "--points", 40)
    (compared,) = json.loads(run(*asked, "--json").out)["fits"]
    assert (compared["sse"], compared["interval"]) == (result.sse, [-3, -1.5])


def test_a_function_of_this_folder_is_a_target(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "own_wave.py").write_text("import math\ndef wave(x): return math.sin(x) ** 3\n")
    done = run("fit", "lstsq", "--target", "own_wave:wave", "--interval", "0,3")
    result = sinfit.fit("lstsq", target=lambda x: np.sin(x) ** 3, interval=(0, 3))
    assert "data: own_wave:wave, 2000 points, x from 0 to 3" in done.out
    # math and NumPy may round a sine to two neighbours
    assert f"loss {result.sse:.6f}" in done.out
    del sys.modules["own_wave"]


def test_the_help_shows_the_bounds_of_an_option(run):
    help_text, refused = run("fit", "lstsq", "--help").out, run("fit", "lstsq", "--degree", "26")
    assert f"--degree 1…{MOST_DEGREE} " in help_text
    assert f"degree must be from 1 to {MOST_DEGREE}, not 26" in refused.err


def test_what_a_fitter_does_not_use_is_not_offered_and_not_refused(run):
    offered = run("fit", "lstsq", "--help").out
    unused = ("steps", "learning-rate", "seed", "initial", "tolerance", "patience", "record-every")
    for name in unused:
        assert f"--{name} " not in offered, name
        assert f"--{name} " in run("fit", "exact", "--help").out
    assert "Defaults" not in offered
    given = run("fit", "lstsq", "--learning-rate", "1e-3", "--seed", 4, "--steps", 7)
    assert given.out.splitlines()[:2] == run("fit", "lstsq").out.splitlines()[:2]


def test_what_auto_was_is_told(run):
    done = run("fit", "tensor", "--learning-rate", "auto", "--device", "auto", "--steps", 3)
    assert "\ndevice='cpu' (auto), learning_rate=3.20215e-06 (auto)\n" in done.out


def test_recorded_steps_are_the_printed_ones(run):
    every_50 = run("fit", "numpy", "--steps", 300, "--record-every", 50).out.splitlines()
    assert [line.split()[0] for line in every_50[:3]] == ["99", "199", "299"]
    # 120 is the next multiple of 60 from 100
    every_60 = run("fit", "numpy", "--steps", 300, "--record-every", 60).out.splitlines()
    assert [line.split()[0] for line in every_60[:3]] == ["119", "239", "Result:"]
    own = run("fit", "numpy", "--steps", 30, "--print-every", 10).out.splitlines()
    assert [line.split()[0] for line in own[:4]] == ["9", "19", "29", "Result:"]
    wrong = run("fit", "numpy", "--record-every", 60, "--print-every", 100)
    assert wrong.code == 2
    assert "--print-every 100 must be a multiple of --record-every 60" in wrong.err


@pytest.mark.parametrize(
    "content",
    [
        "x,y\n{rows}",
        "{rows}",
        "\ufeffx;y\n{rows}",
        "time\theight\n{rows}",
    ],
    ids=["comma", "no header", "byte order mark, semicolon", "tab"],
)
def test_a_csv_file_is_fitted_whatever_its_dialect(run, tmp_path, content):
    x = np.linspace(-3, 3, 20)
    delimiter = ";" if ";" in content else "\t" if "\t" in content else ","
    pairs = zip(x.tolist(), np.sin(x).tolist(), strict=True)
    rows = "\n".join(f"{a!r}{delimiter}{b!r}" for a, b in pairs)
    path = tmp_path / "points.csv"
    path.write_text(content.format(rows=rows), "utf-8")
    found = json.loads(run("fit", "numpy", "--target", path, "--steps", 30, "--json").out)
    assert found["sse"] == sinfit.fit("numpy", x, np.sin(x), steps=30).sse


@pytest.mark.parametrize(
    ("ending", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_the_picture_and_the_result_are_written(run, tmp_path, ending, magic):
    picture, saved = tmp_path / f"curves.{ending}", tmp_path / "result.json"
    done = run(
        *("fit", "tensor", "--points", 1000, "--steps", 50, "--plot", picture, "--save", saved)
    )
    assert done.code == 0
    assert picture.read_bytes().startswith(magic)
    assert f"written: {picture}" in done.out
    assert f"written: {saved}" in done.out
    result = FitResult.load(saved)
    assert (result.nit, len(result.problem)) == (50, 1000)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([picture.name, saved.name])


BAD = {
    "unknown fitter": (["fit", "autogard"], "unknown fitter 'autogard'. Did you mean 'autograd'?"),
    "no fitter": (["fit"], "fit needs a fitter's name, one of: numpy"),
    "unknown command": (["fti"], "unknown command 'fti'. Did you mean 'fit'?"),
    "unknown option": (["fit", "numpy", "--stepz", "5"], "No such option"),
    "an option of others": (["fit", "numpy", "--device", "cpu"], "No such option"),
    "unknown language": (["list", "--lang", "fr"], "'fr' is not one of"),
    "unknown target": (["fit", "numpy", "--target", "sinn"], "Did you mean 'sin'?"),
    "too few points": (["fit", "numpy", "--points", "3"], "needs at least 4 different x"),
    "one point": (["fit", "numpy", "--points", "1"], "points must be from 2 to"),
    "too many points": (["fit", "numpy", "--points", "1000000000000"], "points must be from 2 to"),
    "negative steps": (["fit", "numpy", "--steps", "-5"], "steps must be from 1 to"),
    "no steps": (["fit", "numpy", "--steps", "0"], "steps must be from 1 to"),
    "absurd steps": (["fit", "numpy", "--steps", "9999999999"], "steps must be from 1 to"),
    "steps in words": (["fit", "numpy", "--steps", "many"], "'many' is not a valid integer"),
    "negative rate": (["fit", "numpy", "--learning-rate", "-1"], "learning_rate must be above 0"),
    "absurd rate": (["fit", "numpy", "--learning-rate", "1e9"], "must be at most 1000"),
    "rate that is NaN": (["fit", "numpy", "--learning-rate", "nan"], "must be a finite number"),
    "negative seed": (["fit", "numpy", "--seed", "-1"], "seed must be from 0"),
    "start too short": (["fit", "numpy", "--initial", "1,2"], "4 numbers (a, b, c, d), not 2"),
    "start in words": (["fit", "numpy", "--initial", "a,b,c,d"], "--initial must be numbers"),
    "start that is NaN": (["fit", "numpy", "--initial", "1,2,3,nan"], "initial must be finite"),
    "record never": (["fit", "numpy", "--record-every", "0"], "record_every must be from 1"),
    "print never": (["fit", "numpy", "--print-every", "0"], "print-every"),
    "no time": (["fit", "numpy", "--time-limit", "0"], "time_limit must be above 0"),
    "no patience": (["fit", "numpy", "--patience", "0"], "patience must be from 1"),
    "unknown device": (["fit", "tensor", "--device", "warp"], "device 'warp' is not available"),
    "missing device": (["fit", "tensor", "--device", "cuda:99"], "PyTorch sees here: cpu"),
    "unknown dtype": (["fit", "tensor", "--dtype", "float16"], "'float16' is not one of"),
    "missing file": (["fit", "numpy", "--target", "none.csv"], "cannot read none.csv"),
    "points of a file": (
        ["fit", "numpy", "--target", "none.csv", "--points", "9"],
        "--points goes with a target's name",
    ),
    "interval of a file": (
        ["fit", "numpy", "--target", "none.csv", "--interval", "0,1"],
        "--interval goes with a target's name",
    ),
    "interval in words": (
        ["fit", "numpy", "--interval", "0,x"],
        "--interval must be numbers joined by commas, not '0,x'",
    ),
    "interval backwards": (
        ["compare", "numpy", "--interval", "1,0"],
        "interval must be (low, high) with low < high, both finite, not [1.0, 0.0]",
    ),
    "half an interval": (["fit", "numpy", "--interval", "-1"], "both finite, not [-1.0]"),
    "a function without an interval": (
        ["fit", "numpy", "--target", "numpy:tanh"],
        "a function needs an interval: --target numpy:tanh --interval LOW,HIGH.",
    ),
    "a function that is not there": (
        ["fit", "numpy", "--target", "numpy:tanhh", "--interval", "0,1"],
        "target 'numpy:tanhh' cannot be computed: AttributeError",
    ),
    "a function that raises": (
        ["fit", "numpy", "--target", "math:sqrt", "--interval", "-1,1"],
        "target 'math:sqrt' cannot be computed: ValueError: ",
    ),
    "a function of more": (
        ["compare", "numpy", "--target", "numpy:linspace", "--interval", "0,1"],
        "target 'numpy:linspace' cannot be computed: TypeError: linspace() missing 1",
    ),
    "no function": (
        ["fit", "numpy", "--target", "math:pi", "--interval", "0,1"],
        "target 'math:pi' is no function, but 3.14159",
    ),
    "no folder to save in": (["fit", "numpy", "--save", "no/r.json"], "there is no folder"),
    "a folder to save as": (["fit", "numpy", "--save", "."], "it is a folder"),
    "no folder to draw in": (["fit", "numpy", "--plot", "no/c.png"], "there is no folder"),
    "no picture format": (
        ["fit", "numpy", "--steps", "1", "--plot", "curves.xyz"],
        "cannot write curves.xyz",
    ),
    "comparing the unknown": (["compare", "numpi"], "Did you mean 'numpy'?"),
    "comparing with an option of none": (["compare", "numpy", "--dtype", "float64"], "dtype"),
}


@pytest.mark.parametrize("case", list(BAD))
def test_wrong_use_is_one_clear_error_and_exit_status_2(run, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    arguments, says = BAD[case]
    done = run(*arguments)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("x,y\n1,2\n2,nan\n3,4\n5,6\n", "line 3: 'nan' is not a finite number"),
        ("x,y\n1,2\n2\n3,4\n5,6\n", "line 3: '' is not a finite number"),
        ("x,y\n1,2\n2,two\n3,4\n5,6\n", "line 3: 'two' is not a finite number"),
        ("x\n1\n2\n3\n4\n", "must have two columns"),
        ("x,y\n1,2\n2,3\n", "needs at least 4 different x, and there are 2"),
        ("x,y\n", "needs at least 4 different x, and there are 0"),
        ("", "is empty"),
    ],
)
def test_a_bad_csv_file_is_one_clear_error_and_exit_status_2(run, tmp_path, content, says):
    path = tmp_path / "bad.csv"
    path.write_text(content)
    done = run("fit", "numpy", "--target", path)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert "Traceback" not in done.err


def test_debug_shows_the_traceback_before_the_error(run):
    done = run("fit", "nmupy", "--debug")
    assert done.code == 2
    assert "Traceback (most recent call last)" in done.err
    assert done.err.splitlines()[-1].startswith("error: unknown fitter 'nmupy'")


def test_errors_are_translated(run):
    said = {run("fit", "nmupy", "--lang", language).err for language in BUILT_IN}
    assert len(said) == 3
    assert all("'nmupy'" in text for text in said)


@pytest.mark.filterwarnings("default::sinfit.errors.StabilityWarning")
def test_divergence_is_warned_of_saved_and_exit_status_1(run, tmp_path):
    path = tmp_path / "r.json"
    done = run("fit", "numpy", "--learning-rate", "4e-6", "--save", path, "--json")
    found = json.loads(done.out)
    assert done.code == 1
    assert done.err.startswith(
        "warning: learning_rate 4e-06 is above the stability limit 3.558e-06"
    )
    assert (found["success"], found["status"]) == (False, "DIVERGED")
    assert math.isfinite(found["sse"])
    saved = FitResult.load(path)
    assert (saved.status, dict(saved.parameters)) == ("DIVERGED", found["parameters"])
    finite = saved.losses[np.isfinite(saved.losses)]
    assert saved.sse == pytest.approx(finite.min(), rel=1e-12)


def test_a_time_limit_saves_the_best_until_then_and_exit_status_is_1(run, tmp_path):
    path = tmp_path / "r.json"
    done = run(
        *("fit", "numpy", "--steps", 50_000_000, "--record-every", 1000),
        *("--time-limit", 0.3, "--save", path, "--plot", tmp_path / "c.png"),
    )
    assert done.code == 1
    assert "the time limit of 0.3 s is over" in done.out
    saved = FitResult.load(path)
    assert (saved.success, saved.status) == (False, "TIME_LIMIT")
    assert saved.elapsed > 0  # the limit counts the preparation too
    assert 0 < saved.nit < 50_000_000
    assert saved.sse == pytest.approx(saved.losses.min(), rel=1e-12)
    assert (tmp_path / "c.png").exists()


@pytest.mark.parametrize("name", ["numpy", "autograd"])
def test_a_real_ctrl_c_in_the_middle_saves_the_best_until_then(tmp_path, environment, name):
    path = tmp_path / "r.json"
    process = subprocess.Popen(
        [
            *(SINFIT, "fit", name, "--steps", "50000000", "--record-every", "100"),
            *("--save", path, "--progress"),
        ],
        env=environment | {"COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout.readline().startswith("99 ")  # losses come while the fit runs
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "interrupted at step" in out
    saved = FitResult.load(path)
    assert (saved.success, saved.status) == (False, "INTERRUPTED")
    assert 0 < saved.nit < 50_000_000
    assert all(map(math.isfinite, saved.parameters.values()))
    # float32 losses are within 1e-6 of the float64 sum of squares
    assert saved.sse == pytest.approx(saved.losses.min(), rel=1e-4)


def test_a_result_is_saved_even_if_nobody_reads_the_losses(tmp_path, environment):
    path = tmp_path / "r.json"
    process = subprocess.Popen(
        [SINFIT, "fit", "numpy", "--print-every", "1", "--save", path],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(60)
    assert FitResult.load(path).nit == 2000


def test_the_losses_come_once_and_with_a_bar_as_without(run):
    plain = run("fit", "numpy", "--steps", "500", "--no-progress")
    barred = run("fit", "numpy", "--steps", "500", "--progress")
    lines = [line for line in plain.out.splitlines() if re.match(r"\d+ \d", line)]
    assert [int(line.split()[0]) for line in lines] == [99, 199, 299, 399, 499]
    assert lines == [line for line in barred.out.splitlines() if re.match(r"\d+ \d", line)]


def test_a_fitter_that_breaks_saves_what_it_had_and_exit_status_is_1(run, install, tmp_path):
    install(
        "sinfit-frail",
        "from sinfit import CUBIC, FitterSpec, hookimpl\n"
        "@hookimpl\ndef sinfit_fitters():\n"
        "    return [FitterSpec(name='frail', title='F', summary='S.', model=CUBIC, steps=5,\n"
        "                       fitter='sinfit_frail:fit', learning_rate=1e-6)]\n"
        "def fit(x, y, **_):\n"
        "    print('a fitter that prints')\n"
        "    yield 5.0, (1, 2, 3, 4)\n"
        "    raise ArithmeticError('oh no')\n",
    )
    path = tmp_path / "r.json"
    done = run("fit", "frail", "--save", path, "--json")
    assert done.code == 1
    assert json.loads(done.out)["error"]["kind"] == "FitterError"  # what it printed is on stderr
    assert "a fitter that prints" in done.err
    assert "fitter sinfit-frail/frail raised ArithmeticError: oh no" in done.err
    assert "Traceback" not in done.err
    assert tuple(FitResult.load(path).parameters.values()) == (1, 2, 3, 4)
    assert "ArithmeticError" in run("fit", "frail", "--debug").err


def test_help_shows_the_fitters_own_options_and_the_shared_ones(run):
    done = run("fit", "autograd", "--help")
    assert done.code == 0
    for text in ("--device", "--dtype", "--steps", "--save", "--plot", "--json", "--lang"):
        assert text in done.out
    assert "Tensors and autograd" in done.out
    assert "2000 steps, learning rate 1e-06" in done.out
    assert "--device" not in run("fit", "numpy", "--help").out
    names = run("fit", "--help").out
    assert all(f"  {name} " in names for name in sinfit.fitters())


@pytest.mark.parametrize(
    ("option", "path", "says"),
    [
        ("--plot", "a", "its ending must be one of .png, .svg, .pdf"),
        ("--plot", "pic.txt", "its ending must be one of"),
        ("--plot", "-", "this needs a file"),
        ("--save", "-", "this needs a file"),
        ("--save", "a\0b", "null byte"),
        ("--save", "x" * 300, "name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_the_fit(
    run, tmp_path, monkeypatch, option, path, says
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sinfit.fitting.fit, "fit", None)  # nothing may run
    done = run("fit", "numpy", option, path)
    assert done.code == 2
    assert says in done.err.lower()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("as_json", [True, False])
def test_a_file_that_fails_at_the_end_does_not_swallow_the_result(
    run, tmp_path, monkeypatch, as_json
):
    def fails(*_paths):
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", fails)
    done = run("fit", "numpy", "--steps", 100, "--save", tmp_path / "r.json", *["--json"] * as_json)
    assert done.code == 2
    assert "no room" in done.err
    assert (json.loads(done.out)["nit"] == 100) if as_json else ("Result: y =" in done.out)


def test_weights_and_sigma_are_columns_of_the_file(run, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("x;y;error\n" + "\n".join(f"{i},5;{i * i};{1 + i % 3}" for i in range(12)))
    told = ("fit", "lstsq", "--target", path, "--decimal", ",", "--sigma", "error")
    done = run(*told, "--absolute-sigma", "--json")
    weighted = json.loads(done.out)
    assert weighted["source"] == "m.csv (x, y, error)"
    x, i = np.arange(12) + 0.5, np.arange(12)
    result = sinfit.fit("lstsq", x, i**2, sigma=1 + i % 3)
    assert weighted["sse"] == pytest.approx(
        result.sse, abs=1e-12
    )  # a perfect fit, but for rounding
    assert "--sigma goes with a file" in run("fit", "lstsq", "--sigma", "error").err
    assert "takes no weights" in run("fit", "numpy", *told[2:]).err
    shown = run("columns", path, "--decimal", ",")
    assert [line.split() for line in shown.out.splitlines() if "error" in line] == [
        ["3", "error", "1"]
    ]


def test_an_automatic_learning_rate(run):
    done = run("fit", "numpy", "--learning-rate", "auto", "--steps", 2, "--json")
    expected = sinfit.fit("numpy", learning_rate="auto", steps=2)
    assert json.loads(done.out)["sse"] == expected.sse
    assert "'fast' is not a valid float" in run("fit", "numpy", "--learning-rate", "fast").err
