"""A sweep that is ended by a signal, at any moment, goes on as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from joblib.externals.loky.process_executor import _ThreadWakeup
from sinfit_sweep import sweep
from sinfit_sweep.sweeping import SweepInterrupted

from ..conftest import SINFIT
from .conftest import POSIX, lines, numbers

pytestmark = POSIX

NAMES = ["numpy", "tensor"]
ASKED = {"seeds": range(40), "learning_rates": [1e-7, 1e-6], "steps": 150}
GIVEN = ["--seeds", "0:40", "--learning-rates", "1e-7,1e-6", "--steps", "150"]
FITS = 160


def start(environment, out, *more):
    """Start `sinfit sweep` as the leader of a process group, as a terminal does."""
    return subprocess.Popen(
        [SINFIT, "sweep", *NAMES, *GIVEN, "--out", out, *more],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_rows(process, out, least):
    until = time.monotonic() + 60
    while not out.exists() or out.read_bytes().count(b"\n") < least:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["int", "term"])
def test_ctrl_c_and_sigterm_keep_the_rows_and_say_how_to_go_on(environment, tmp_path, sent, jobs):
    out = tmp_path / "rows.jsonl"
    process = start(environment, out, "--jobs", jobs)
    wait_for_rows(process, out, 3)
    os.killpg(process.pid, sent)  # a terminal tells the workers too
    _printed, said = process.communicate(timeout=60)
    kept = lines(out)
    assert process.returncode == 1
    assert 3 <= len(kept) < FITS
    assert (
        f"error: interrupted. {len(kept)} of {FITS} rows are in {out}; the same call makes the "
        "others."
    ) in said
    assert "Traceback" not in said
    assert all(row["status"] == "MAX_ITER" for row in kept)
    found = sweep(NAMES, out=out, **ASKED)
    assert found.new == FITS - len(kept)
    assert lines(out)[: len(kept)] == kept


@pytest.mark.long  # joblib lets a process wait half a minute for a word of goodbye
def test_the_processes_of_a_killed_sweep_end_by_themselves(environment, tmp_path):
    out = tmp_path / "rows.jsonl"
    program = (
        "from sinfit_sweep import pools, sweep\n"
        "pools.IDLE = 1\n"
        f"sweep('numpy', seeds=range(200), steps=5000, out={str(out)!r}, jobs=2)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], env=environment)
    wait_for_rows(process, out, 2)
    left = psutil.Process(process.pid).children(recursive=True)
    assert len(left) >= 2
    process.kill()
    process.wait()
    _gone, alive = psutil.wait_procs(left, timeout=60)  # 1 s, and the half minute
    for each in alive:
        each.kill()
    assert alive == []


def test_ctrl_c_while_a_fit_is_handed_over_ends_the_processes_in_silence(monkeypatch):
    def interrupted(waker):
        if threading.current_thread() is not threading.main_thread():
            return wakeup(waker)
        monkeypatch.setattr(_ThreadWakeup, "wakeup", wakeup)
        raise KeyboardInterrupt

    def from_now_on(done, _loss):
        if done:
            monkeypatch.setattr(_ThreadWakeup, "wakeup", interrupted)

    wakeup, said = _ThreadWakeup.wakeup, []
    monkeypatch.setattr(threading, "excepthook", said.append)
    with pytest.raises(SweepInterrupted):
        sweep(NAMES, jobs=2, progress=from_now_on, **ASKED)
    assert said == []


def test_the_processes_end_with_the_sweep_however_long_their_fits_are(environment, tmp_path):
    out = tmp_path / "rows.jsonl"
    process = start(environment, out, "--jobs", "2", "--steps", "100000000")
    parent, until = psutil.Process(process.pid), time.monotonic() + 60
    while len(workers := _busy(parent)) < 2:
        assert time.monotonic() < until
        time.sleep(0.1)
    process.terminate()  # the one process, as `kill` does
    _printed, said = process.communicate(timeout=30)
    assert f"0 of {FITS} rows are in {out}" in said
    psutil.wait_procs(workers, timeout=10)
    assert not any(worker.is_running() for worker in workers)


def _busy(parent):
    """The children that have begun to compute."""
    return [child for child in parent.children() if child.cpu_times().user > 1]


@pytest.mark.long
def test_killed_twenty_times_at_random_moments_the_table_is_the_same(environment, tmp_path):
    out = tmp_path / "rows.jsonl"
    serial = numbers(sweep(NAMES, jobs=1, **ASKED))
    moments = random.Random(0)  # noqa: S311 (no secret)
    for turn in range(20):
        if out.exists() and out.read_bytes().count(b"\n") > FITS - 20:
            out.unlink()  # nearly done: begin anew
        there = out.read_bytes().count(b"\n") if out.exists() else 0
        process = start(environment, out, "--jobs", str(1 + turn % 2))
        if turn % 4:  # in the middle of the rows; else perhaps before there is one
            wait_for_rows(process, out, there + 1)
        time.sleep(moments.uniform(0, 0.4))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    assert 0 < len(lines(out)) < FITS
    found = sweep(NAMES, out=out, **ASKED)
    assert numbers(found) == serial
    assert len({row["key"] for row in lines(out)}) == len(lines(out)) == FITS
