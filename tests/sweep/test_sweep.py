"""A sweep: its grid, its rows, and that the same numbers come out however it is made."""

import json

import joblib
import numpy as np
import pytest
from sinfit_sweep import sweep
from sinfit_sweep.pools import WorkersLostError

import sinfit
from sinfit.contract.models import CUBIC
from sinfit.contract.specs import FitterSpec
from sinfit.errors import (
    DataError,
    UnavailableError,
    UnknownNameError,
    UnsuitableError,
    UsageError,
)
from sinfit.registry.plugins import registered

from .conftest import POSIX, lines, numbers

FEW = {"seeds": range(3), "learning_rates": [1e-7, 1e-6], "steps": 50}


@pytest.fixture
def register():
    """Register a fitter for one test."""

    def add(function, **more):
        spec = FitterSpec(
            name="mine", title="Mine", summary="Of a test.", model=CUBIC, steps=10,
            learning_rate=1e-6, api_version=2, **({"optimizer": "other"} | more),
        )  # fmt: skip
        return sinfit.register(spec, function)

    yield add
    registered.pop("mine", None)


def stay(_x, y, *, initial, **_asked):
    yield float(y @ y), initial
    return initial


def test_the_core_names_the_sweep():
    assert sinfit.sweep is sweep


def test_the_core_says_which_package_brings_the_sweep(monkeypatch):
    monkeypatch.setattr("sinfit.ground.entry.find_spec", lambda _name: None)
    monkeypatch.delitem(vars(sinfit), "sweep", raising=False)
    with pytest.raises(AttributeError, match="comes with sinfit-sweep: pip install sinfit-sweep"):
        sinfit.sweep  # noqa: B018 (looking it up is what is tested)
    assert not hasattr(sinfit, "sweep")


def test_a_row_holds_what_the_fit_says_and_all_that_it_depends_on():
    (row,) = sweep("tensor", seeds=3, learning_rates=2e-6, steps=70, options={"dtype": "float64"})
    result = sinfit.fit("tensor", seed=3, learning_rate=2e-6, steps=70, dtype="float64")
    assert row["sse"] == result.sse
    assert row["optimality_gap"] == result.optimality_gap
    assert row["parameters"] == dict(result.parameters)
    assert (row["status"], row["nit"], row["error"]) == ("MAX_ITER", 70, None)
    assert row["fitter"] == "sinfit-tensor/tensor"
    assert (row["dtype"], row["device"]) == ("float64", "cpu")
    assert row["libraries"].keys() == {"python", "sinfit", "numpy", "torch"}
    assert json.loads(json.dumps(row)) == row


def test_processes_make_the_rows_that_one_process_makes():
    names = ["numpy", "tensor", "dynamic"]
    assert numbers(sweep(names, jobs=2, **FEW)) == numbers(sweep(names, jobs=1, **FEW))


def test_the_order_is_that_of_the_arguments_and_each_fit_is_there_once():
    found = sweep(
        ["exact", "numpy", "exact"], seeds=[2, 0, 2], learning_rates=(1e-6, 1e-7), steps=5, jobs=1
    )
    order = [(row["fitter"], row["learning_rate"], row["seed"]) for row in found]
    assert order == [
        (name, rate, seed)
        for name in ("sinfit-exact/exact", "sinfit-numpy/numpy")
        for rate in (1e-6, 1e-7)
        for seed in (2, 0)
    ]


def test_what_is_in_the_file_is_not_made_again(tmp_path):
    out = tmp_path / "rows.jsonl"
    first = sweep("numpy", out=out, jobs=1, **FEW)
    kept = out.read_bytes()
    again = sweep("numpy", out=out, jobs=1, **FEW)
    assert (first.new, again.new) == (6, 0)
    assert again.rows == first.rows  # the seconds too: they were read
    assert out.read_bytes() == kept
    more = sweep("numpy", out=out, jobs=1, **FEW | {"seeds": range(4)})
    assert more.new == 2
    assert len({row["key"] for row in lines(out)}) == len(lines(out)) == 8


@pytest.mark.parametrize(
    "other",
    [
        {"steps": 51}, {"points": 500}, {"targets": "cos"}, {"options": {"dtype": "float64"}},
        {"method": "exact"}, {"seeds": range(9, 12)}, {"learning_rates": [3e-7, 3e-6]},
    ],
    ids=lambda other: next(iter(other)),
)  # fmt: skip
def test_a_row_of_other_settings_is_another_row(tmp_path, other):
    out = tmp_path / "rows.jsonl"
    sweep("tensor", out=out, jobs=1, **FEW)
    assert sweep("tensor", out=out, jobs=1, **FEW | other).new == 6


PROGRAM = '''
"""A plugin of one module."""
from sinfit import CUBIC, FitterSpec, hookimpl

@hookimpl
def sinfit_fitters():
    return [FitterSpec(name="edited", title="Edited", summary="Of a test.", steps=2, model=CUBIC,
                       fitter="sinfit_edited:fit", learning_rate=1e-6, optimizer="other")]

def fit(x, y, *, initial, steps, learning_rate):
    yield 1.0, initial  # COMMENT
    return initial
'''


@pytest.mark.parametrize(
    ("old", "new", "made"),
    [("# COMMENT", "# another", 0), ("of one module", "of a module", 0), ("1.0", "2.0", 1)],
)
def test_a_changed_program_makes_new_rows_and_a_changed_comment_does_not(
    install, tmp_path, old, new, made
):
    from sinfit_sweep.program import _of_a_package

    out = tmp_path / "rows.jsonl"
    site = install("sinfit-edited", PROGRAM)
    _of_a_package.cache_clear()
    assert sweep("edited", seeds=0, out=out).new == 1
    (site / "sinfit_edited.py").write_text(PROGRAM.replace(old, new), "utf-8")
    _of_a_package.cache_clear()
    assert sweep("edited", seeds=0, out=out).new == made


def test_other_versions_make_new_rows(monkeypatch, tmp_path):
    out = tmp_path / "rows.jsonl"
    sweep("exact", seeds=0, out=out)
    monkeypatch.setattr(np, "__version__", "0.0")
    assert sweep("exact", seeds=0, out=out).new == 1


def test_own_data_are_a_target(tmp_path):
    x = np.linspace(-1, 1, 30)
    data = [sinfit.Problem(x, x**2), sinfit.Problem(x, x**3)]
    out = tmp_path / "rows.jsonl"
    found = sweep("lstsq", targets=[*data, "sin"], seeds=0, out=out, jobs=2)
    assert [row["points"] for row in found] == [30, 30, 2000]
    assert found[0]["parameters"]["c"] == pytest.approx(1, abs=1e-12)  # rounding alone
    assert found[1]["parameters"]["d"] == pytest.approx(1, abs=1e-12)
    assert sweep("lstsq", targets=data, seeds=0, out=out).new == 0


def test_a_fit_that_fails_is_a_row_with_its_error_and_the_others_go_on(register, tmp_path):
    def fails(_x, _y, *, initial, **_asked):
        if initial[0] < 0:
            raise ValueError("below 0")
        yield 1.0, initial
        return initial

    register(fails)
    found = sweep("mine", seeds=range(8), jobs=2, out=tmp_path / "rows.jsonl")
    failed = [row for row in found if row["error"]]
    assert 0 < len(failed) < 8
    assert not found.success
    assert "ValueError: below 0" in failed[0]["error"]
    assert (failed[0]["status"], failed[0]["sse"], failed[0]["success"]) == ("ERROR", None, False)


def test_a_fit_that_failed_is_made_again_where_that_is_asked_for(register, tmp_path):
    there = tmp_path / "there"

    def fails_at_first(_x, y, *, initial, **_asked):
        if initial[0] < 0 and not there.exists():
            raise MemoryError("none is left")
        yield float(y @ y), initial
        return initial

    register(fails_at_first)
    asked = {"seeds": range(8), "jobs": 1, "out": tmp_path / "rows.jsonl"}
    first = sweep("mine", **asked)
    there.touch()
    kept = sweep("mine", **asked)
    assert (kept.new, kept.success, [*kept]) == (0, False, [*first])
    told = []
    mended = sweep("mine", **asked, retry_failed=True, progress=lambda done, _: told.append(done))
    failed = [row["seed"] for row in first if row["error"] is not None]
    assert (mended.new, mended.success) == (len(failed), True)
    assert told == [*range(8 - len(failed) + 1, 9)]
    assert len(lines(asked["out"])) == 8 + len(failed)  # the file only grows
    # the row without an error is the one that counts, whichever stands first
    assert [*sweep("mine", **asked)] == [*sweep("mine", **asked, retry_failed=True)] == [*mended]


def test_an_automatic_rate_is_that_of_a_fit_and_known_by_its_number(tmp_path):
    x = np.linspace(-1, 1, 40)
    own, out = sinfit.Problem(x, np.exp(x)), tmp_path / "rows.jsonl"
    found = sweep(
        ["numpy", "exact"], learning_rates="auto", targets=["sin", own], seeds=1, steps=9, out=out
    )
    for row, data in zip(found, [{}, {"data": own}] * 2, strict=True):
        fitted = sinfit.fit(row["fitter"], **data, learning_rate="auto", seed=1, steps=9)
        assert (row["learning_rate"], row["sse"]) == (fitted.learning_rate, fitted.sse)
    rate = found[0]["learning_rate"]
    by_number = {"learning_rates": rate, "seeds": 1, "steps": 9, "out": out}
    assert sweep("numpy", **by_number).new == 0
    both = sweep("numpy", **by_number | {"learning_rates": [1e-7, "auto"]})
    assert ([row["learning_rate"] for row in both], both.new) == ([1e-7, rate], 1)


def test_an_automatic_device_is_in_the_row_by_its_name(monkeypatch):
    monkeypatch.setattr("sinfit.contract.torch_options.devices_here", lambda: ["cpu", "cpu:0"])
    (row,) = sweep("tensor", options={"device": "auto"}, seeds=0, steps=2)
    assert (row["device"], row["options"]["device"], row["error"]) == ("cpu:0", "cpu:0", None)


def test_a_requirement_of_another_system_is_no_version_of_a_row(register):
    register(stay, requires=('nothing-like-it>=2; sys_platform == "amiga"',))
    (row,) = sweep("mine", seeds=0, jobs=1)
    assert sorted(row["libraries"]) == ["numpy", "python", "sinfit"]
    assert row["error"] is None


def test_a_fit_that_diverges_is_a_finding_without_a_warning():
    found = sweep("numpy", seeds=range(2), learning_rates=1e-5, jobs=1)
    assert {row["status"] for row in found} == {"DIVERGED"}
    assert found.success


def test_a_fitter_of_this_process_travels(register):
    register(stay)
    found = sweep("mine", seeds=range(4), jobs=2)
    assert [row["fitter"] for row in found] == ["here/mine"] * 4
    assert found.success


@POSIX
def test_a_process_that_dies_costs_no_row(register, tmp_path):
    mark = tmp_path / "died"

    def dies_once(_x, y, *, initial, **_asked):
        import os
        import signal

        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        yield float(y @ y), initial
        return initial

    register(dies_once)
    out = tmp_path / "rows.jsonl"
    assert sweep("mine", seeds=range(12), jobs=2, out=out).new == 12
    assert mark.exists()
    assert len({row["key"] for row in lines(out)}) == len(lines(out)) == 12


@POSIX
def test_processes_that_always_die_are_an_error_and_the_rows_stay(register, tmp_path):
    def dies(_x, y, *, initial, **_asked):
        import os
        import signal

        if initial[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        yield float(y @ y), initial
        return initial

    register(dies)
    out = tmp_path / "rows.jsonl"
    with pytest.raises(WorkersLostError, match=r"the processes die .* rows are in .*rows\.jsonl"):
        sweep("mine", seeds=range(12), jobs=2, out=out)
    assert all(row["error"] is None for row in lines(out))


def test_numbers_do_not_depend_on_the_threads_of_the_caller():
    """100,000 points are shared among PyTorch's threads, which add them in another order."""
    import torch

    asked = {"seeds": 0, "points": 100_000, "steps": 60, "learning_rates": 2e-8}
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = sweep("tensor", **asked)
        torch.set_num_threads(4)
        four = sweep("tensor", **asked)
        assert torch.get_num_threads() == 4
    finally:
        torch.set_num_threads(threads)
    assert numbers(one) == numbers(four)


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"fitters": "numpi"}, UnknownNameError, "numpy"),
        ({"targets": "sinn"}, UnknownNameError, "sin"),
        ({"method": "exakt"}, UnknownNameError, "exact"),
        ({"backend": "dusk"}, UnknownNameError, "dask"),
        ({"seeds": "0:3"}, UsageError, "seeds must be numbers, at least one, not '0:3'"),
        ({"seeds": []}, UsageError, "seeds must be numbers, at least one, not"),
        ({"seeds": [-1]}, UsageError, "seed must be from 0"),
        ({"learning_rates": [0]}, UsageError, "learning_rate must be above 0"),
        ({"learning_rates": "fast"}, UsageError, "must be a finite number, not 'fast'"),
        (
            {"fitters": ["numpy", "optim"], "learning_rates": "auto"},
            UnsuitableError,
            "no safe learning rate is known for fitter sinfit-optim/optim",
        ),
        ({"jobs": 0}, UsageError, "jobs must be from 1"),
        ({"jobs": 2, "backend": "dask"}, UsageError, "the number of jobs is the cluster's"),
        ({"scheduler": "tcp://127.0.0.1:1"}, UsageError, "goes with the back end dask"),
        ({"backend": "dask"}, UsageError, "needs the scheduler's address, such as tcp://"),
        ({"options": {"dtyp": "float64"}}, UnknownNameError, "dtyp"),
        ({"fitters": []}, UsageError, "at least one fitter"),
        ({"seeds": range(10**9)}, UsageError, "at most 10000000 fits"),
        ({"steps": 0}, UsageError, "steps must be from 1"),
        ({"progress": print, "points": 1}, UsageError, "points must be from 2"),
    ],
    ids=str,
)
def test_wrong_use_is_refused_before_a_fit_and_before_a_file_is_made(tmp_path, asked, error, says):
    out = tmp_path / "rows.jsonl"
    with pytest.raises(error, match=says):
        sweep(asked.pop("fitters", "numpy"), out=out, **{"seeds": range(3)} | asked)
    assert not out.exists() or not out.read_bytes()


def test_a_missing_package_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnavailableError, match="sinfit-sweep\\[dask\\]"):
        sweep("numpy", seeds=0, backend="dask", scheduler="tcp://127.0.0.1:1")
    with pytest.raises(UnavailableError, match="sinfit-sweep\\[parquet\\]"):
        sweep("exact", seeds=0).to_parquet("never.parquet")


def test_exact_answers_are_those_of_the_loop():
    rates = [1e-7, 1e-6, 3.5e-6]
    asked = {"seeds": range(5), "learning_rates": rates, "jobs": 1, "steps": 301}
    loop = sweep("numpy", **asked)
    exact = sweep("numpy", method="exact", **asked)
    for one, other in zip(loop, exact, strict=True):
        assert other["method"] == "exact"
        assert other["sse"] == pytest.approx(one["sse"], rel=1e-10)  # 300 roundings of 1e-16 each
        for name, value in one["parameters"].items():
            assert other["parameters"][name] == pytest.approx(value, rel=1e-8, abs=1e-10)
        assert (one["status"], one["nit"]) == (other["status"], other["nit"])


def test_exact_answers_diverge_as_the_loop_does():
    asked = {"seeds": range(3), "learning_rates": [3.6e-6, 4e-6, 1e-4], "jobs": 1, "steps": 700}
    for one, other in zip(
        sweep("numpy", **asked), sweep("numpy", method="exact", **asked), strict=True
    ):
        assert (other["status"], other["nit"]) == (one["status"], one["nit"])
        assert other["sse"] == pytest.approx(one["sse"], rel=1e-8)


def test_exact_is_for_what_has_a_closed_form_and_the_others_are_made():
    found = sweep(["numpy", "optim", "dynamic"], seeds=0, method="exact", steps=5, jobs=1)
    assert [row["method"] for row in found] == ["exact", "loop", "loop"]


def test_exact_answers_of_impossible_data_are_rows_with_errors():
    data = sinfit.Problem([0.0, 1.0], [0.0, 1.0])
    for method in ("exact", "loop"):
        (row,) = sweep("numpy", seeds=0, targets=data, method=method)
        assert "too few points" in row["error"]


def test_the_table_becomes_frames_and_files(tmp_path):
    import pandas
    from pyarrow import parquet

    found = sweep(["numpy", "tensor"], jobs=1, **FEW)
    frame = found.to_frame()
    assert frame["sse"].tolist() == [row["sse"] for row in found]
    assert frame["parameters.a"].tolist() == [row["parameters"]["a"] for row in found]
    assert {"options.dtype", "libraries.numpy", "seed", "error"} <= {*frame.columns}
    found.to_parquet(tmp_path / "rows.parquet")
    read = parquet.read_table(tmp_path / "rows.parquet")
    assert read["sse"].to_pylist() == frame["sse"].tolist()
    pandas.testing.assert_frame_equal(read.to_pandas(), frame, check_dtype=False)


def test_the_summary_counts_and_the_picture_draws_what_is_there():
    found = sweep("numpy", seeds=range(3), learning_rates=[1e-6, 1e-5], jobs=1, steps=700)
    stable, unstable = found.summary()
    losses = sorted(row["sse"] for row in found[:3])
    assert (stable.least, stable.median, stable.most) == tuple(losses)
    assert (unstable.fits, unstable.diverged, unstable.median) == (3, 3, None)
    over_rates, over_seeds = found.plot().axes
    dots = [line for line in over_rates.lines if line.get_marker() == "."]
    assert sorted(dots[0].get_ydata()) == losses
    assert [*over_seeds.lines[0].get_xdata()] == [0, 1, 2]
    assert "numpy" in repr(found)
    assert sweep("numpy", seeds=0, learning_rates=1e-2, steps=700).plot().axes  # nothing to draw


def test_the_progress_is_told_fit_by_fit():
    told = []
    found = sweep("numpy", jobs=1, progress=lambda done, loss: told.append((done, loss)), **FEW)
    assert told == [(i + 1, row["sse"]) for i, row in enumerate(found)]


def test_options_go_to_the_fitters_that_have_them():
    found = sweep(["numpy", "tensor"], seeds=0, steps=5, options={"dtype": "float64"}, jobs=1)
    assert [row["options"].get("dtype") for row in found] == [None, "float64"]


@pytest.mark.parametrize("content", ["x,y\n1,2\n3,4", "notes without an end of line", "\n"])
def test_a_foreign_file_is_left_as_it_is(tmp_path, content):
    out = tmp_path / "measured.csv"
    out.write_text(content, "utf-8")
    with pytest.raises(DataError, match="is no file of a sweep: line 1 is no row"):
        sweep("numpy", seeds=0, out=out)
    assert out.read_text("utf-8") == content


def test_joblib_works_on_in_a_process_that_has_swept(tmp_path):
    sweep("numpy", seeds=range(4), steps=2, points=20, out=tmp_path / "rows.jsonl", jobs=2)
    assert joblib.Parallel(n_jobs=2)(joblib.delayed(abs)(number) for number in (-1, -2)) == [1, 2]
