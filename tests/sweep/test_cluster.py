"""A real Dask cluster of processes: what it computes, and what a signal to one of them does."""

import signal

import pytest
from sinfit_sweep import sweep
from sinfit_sweep.one_fit import OtherEnvironmentError
from sinfit_sweep.pools import WorkersLostError

import sinfit
from sinfit.contract.models import CUBIC
from sinfit.contract.specs import FitterSpec
from sinfit.errors import UnavailableError
from sinfit.registry.plugins import registered

from ..clusters import running
from .conftest import POSIX, lines, numbers

pytestmark = POSIX

ASKED = {"seeds": range(15), "learning_rates": [1e-7, 1e-6], "steps": 200}
NAMES = ["numpy", "tensor"]


@pytest.fixture(scope="module")
def serial():
    """The rows that one process makes, one after another."""
    return numbers(sweep(NAMES, jobs=1, **ASKED))


def after(rows, act):
    """A progress function that acts once, after so many rows."""
    told = []

    def tell(_done, _loss):
        told.append(None)
        if len(told) == rows:
            act()

    return tell


def test_a_cluster_makes_the_rows_that_one_process_makes(cluster, serial):
    found = sweep(NAMES, backend="dask", scheduler=cluster.address, **ASKED)
    assert numbers(found) == serial


def test_ctrl_c_keeps_the_rows_and_the_cluster_makes_the_rest(cluster, serial, tmp_path):
    def stop():
        raise KeyboardInterrupt

    out = tmp_path / "rows.jsonl"
    asked = {"backend": "dask", "scheduler": cluster.address, "out": out} | ASKED
    with pytest.raises(KeyboardInterrupt, match=r"interrupted\. 5 of 60 rows are in .*; the same"):
        sweep(NAMES, progress=after(5, stop), **asked)
    found = sweep(NAMES, **asked)
    assert found.new == 55
    assert numbers(found) == serial


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(victim, serial, tmp_path):
    out = tmp_path / "rows.jsonl"
    killed = victim.workers[0]
    found = sweep(
        NAMES, backend="dask", scheduler=victim.address, out=out,
        progress=after(5, killed.kill), **ASKED,
    )  # fmt: skip
    assert killed.wait(30) == -signal.SIGKILL
    assert numbers(found) == serial
    assert len({row["key"] for row in lines(out)}) == len(lines(out)) == 60


def test_a_scheduler_that_is_gone_is_a_clear_error_and_the_sweep_goes_on(victim, serial, tmp_path):
    out = tmp_path / "rows.jsonl"
    address = victim.address
    with pytest.raises(WorkersLostError) as gone:
        sweep(
            NAMES, backend="dask", scheduler=address, out=out,
            progress=after(7, victim.scheduler.kill), **ASKED,
        )  # fmt: skip
    kept = lines(out)
    assert 7 <= len(kept) < 60
    assert f"the scheduler at {address} is gone" in str(gone.value)
    assert f"{len(kept)} of 60 rows are in {out}; the same call makes the others" in str(gone.value)
    assert all(row in serial for row in numbers(kept))

    rest = sweep(NAMES, jobs=1, out=out, **ASKED)  # without a cluster
    assert rest.new == 60 - len(kept)
    assert numbers(rest) == serial
    assert lines(out)[: len(kept)] == kept


def test_no_scheduler_at_all_is_a_clear_error(monkeypatch, tmp_path):
    monkeypatch.setattr("sinfit_sweep.pools.PATIENCE", 1)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "not an address"):
        with pytest.raises(UnavailableError, match="no Dask scheduler answers at"):
            sweep("numpy", seeds=0, backend="dask", scheduler=address, out=tmp_path / "rows")


def test_a_worker_with_other_versions_is_refused(cluster, monkeypatch, tmp_path):
    monkeypatch.setattr("numpy.__version__", "0.0")
    with pytest.raises(OtherEnvironmentError, match=r"libraries of sinfit-numpy/numpy is .*'0.0'"):
        sweep(
            "numpy", seeds=0, backend="dask", scheduler=cluster.address, out=tmp_path / "rows.jsonl"
        )
    assert not lines(tmp_path / "rows.jsonl")


def test_a_worker_that_lacks_a_fitter_is_refused(cluster, install, tmp_path):
    source = """
from sinfit import CUBIC, FitterSpec, hookimpl

@hookimpl
def sinfit_fitters():
    return [FitterSpec(name="here-alone", title="Here", summary="Of a test.", steps=2, model=CUBIC,
                       fitter="sinfit_here:fit", learning_rate=1e-6, optimizer="other")]
"""
    install("sinfit-here", source)
    out = tmp_path / "rows.jsonl"
    with pytest.raises(OtherEnvironmentError, match="a worker lacks the fitter sinfit-here/here"):
        sweep("here-alone", seeds=0, backend="dask", scheduler=cluster.address, out=out)


def test_the_client_that_is_there_is_used_and_left_open(cluster):
    from distributed import Client

    with Client(cluster.address) as client:
        assert sweep("exact", seeds=range(3), steps=5, backend="dask").success
        assert client.status == "running"


def test_a_fit_that_its_workers_die_of_has_no_row_and_the_others_have(tmp_path):
    def dies(_x, y, *, initial, **_asked):
        import os
        import signal

        if initial[0] < -0.9:
            os.kill(os.getpid(), signal.SIGKILL)
        yield float(y @ y), initial
        return initial

    spec = FitterSpec(
        name="deadly", title="Deadly", summary="Of a test.", model=CUBIC, steps=10,
        learning_rate=1e-6, optimizer="other",
    )  # fmt: skip
    sinfit.register(spec, dies)
    out = tmp_path / "rows.jsonl"
    once = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    deadly = [seed for seed in range(12) if _first(seed) < -0.9]
    assert len(deadly) == 1  # there are two workers
    try:
        with (
            running(tmp_path / "cluster", **once) as victim,
            pytest.raises(WorkersLostError, match=r"which have no row: .* \d+ of 12 rows are in"),
        ):
            sweep("deadly", seeds=range(12), backend="dask", scheduler=victim.address, out=out)
    finally:
        registered.pop("deadly")
    assert len(lines(out)) >= 10  # one more at most was taken for the culprit
    assert not {row["seed"] for row in lines(out)} & {*deadly}


def _first(seed):
    from sinfit.fitting.plan import draw_start

    return draw_start(seed, 4)[0]
