"""Whatever ends a command ends what it has started: nothing hangs on, and nothing is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sinfit_author.children import Workers, module

psutil = pytest.importorskip("psutil", reason="comes with sinfit-site")

SINFIT = Path(sys.executable).parent / "sinfit"
SECONDS = 2  # that the end may take, plus what a busy machine adds
BUSY = 8
CHILD = "import subprocess, sys, time\n"
CHILD += "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"


def marked(mark):
    """The living processes that have a mark in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("MARK") == mark and process.status() != "zombie":
                found.append(process)
        except psutil.Error:
            pass
    return found


def until(holds, seconds):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_whatever_ends_the_doctor_ends_plugins_that_hang(install, tmp_path, name):
    for plugin in ("one", "two", "three"):
        install(f"sinfit-{plugin}", CHILD + "time.sleep(600)\n")
    site, mark = tmp_path / "site-packages", str(tmp_path)
    environment = os.environ | {"PYTHONPATH": str(site), "SINFIT_PLUGINS": "one,two,three"}
    doctor = subprocess.Popen(
        [SINFIT, "doctor", "--isolated", "--time-limit", "60"],
        env=environment | {"MARK": mark},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert until(lambda: len(marked(mark)) == 5, 60), "the doctor, two plugins, their children"
    started = time.monotonic()
    doctor.send_signal(getattr(signal, name))
    doctor.wait(60)
    assert time.monotonic() - started < SECONDS + BUSY
    assert until(lambda: not marked(mark), SECONDS + BUSY), marked(mark)


def test_a_command_leaves_nothing_behind_and_its_output_is_whole():
    with Workers(1) as workers:
        done = workers.run([sys.executable, "-c", CHILD + "print('out'); sys.exit(3)"])
        assert (done.code, done.out, done.err) == (3, "out\n", "")
        slow = workers.run(module("timeit", "-n", "1", "import time; time.sleep(600)"), limit=0.2)
    assert slow.code is None


def test_what_waits_is_not_started_once_the_block_ends(tmp_path):
    write = f"open({str(tmp_path / 'second')!r}, 'w')"
    with Workers(1) as workers:
        workers.submit(workers.run, [sys.executable, "-c", "import time; time.sleep(600)"])
        waits = workers.submit(workers.run, [sys.executable, "-c", write])
        time.sleep(0.2)
        workers.end()
    assert waits.cancelled()
    assert not (tmp_path / "second").exists()
