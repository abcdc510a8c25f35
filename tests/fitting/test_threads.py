"""The first use of sinfit, in many threads at once, leaves the process as it was."""

import json
import os
import subprocess
import sys

import pytest

PLUGIN = """
import os
import warnings

import sinfit

print("loaded")
os.write(1, b"loaded\\n")
warnings.warn("loaded")


@sinfit.hookimpl
def sinfit_fitters():
    print("asked")
    return []
"""

# what a process looks like before and after; `use` is what its threads do
PROGRAM = """
import asyncio, json, os, random, signal, sys, threading, warnings
import numpy

TORCH = False  # is loaded by the program

# threads change places as often as they can: what can go wrong does so soon
sys.setswitchinterval(1e-6)


def process():
    torch = sys.modules.get("torch") if TORCH else None
    return {
        "torch": torch and torch.get_rng_state().tolist(),
        "streams": [sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__],
        "descriptors": [os.fstat(number)[:3] for number in (0, 1, 2)],
        "warnings": [warnings.showwarning, warnings._showwarnmsg_impl],
        "random": random.getstate(),
        "numpy": repr(numpy.random.get_state()),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
    }


def use(name):
    import sinfit

    return sinfit.fit(name, steps=20, points=100).sse


def in_threads(name):
    found, barrier = [], threading.Barrier(8)

    def run():
        barrier.wait()
        found.append(use(name))

    threads = [threading.Thread(target=run) for _turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def in_asyncio(name):
    async def all_of_them():
        return await asyncio.gather(*(asyncio.to_thread(use, name) for _turn in range(8)))

    return asyncio.run(all_of_them())


def once(way, name):
    before = process()
    found = way(name)
    changed = [name for name, value in process().items() if value != before[name]]
    assert not changed, changed
    assert len(found) == 8 and len({*found}) == 1, found
"""

MANY = """
for turn in range(20):
    if os.fork() == 0:  # before sinfit is imported: each child is its first user
        try:
            once((in_threads, in_asyncio)[turn % 2], "numpy")
        except BaseException as error:
            sys.stderr.write(f"{error!r}\\n")
            os._exit(1)
        sys.stdout.write("as before\\n")
        sys.stdout.flush()
        os._exit(0)
codes = [os.wait()[1] for _turn in range(20)]
print(json.dumps(codes))
"""


def run(program, site):
    environment = os.environ | {"PYTHONPATH": str(site), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + program], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a fresh process each would take long")
def test_eight_threads_that_use_it_first_leave_the_process_as_it_was_twenty_times(install):
    done = run(MANY, install("sinfit-talks", PLUGIN))
    assert json.loads(done.stdout.splitlines()[-1]) == [0] * 20, done.stderr
    # each plugin is loaded once, and its words are where the process's own are
    said = [done.stdout.count(word) for word in ("loaded", "asked", "as before")]
    assert said == [40, 20, 20]


@pytest.mark.parametrize(
    "program",
    ["once(in_threads, 'autograd')", "import torch; TORCH = True; once(in_asyncio, 'nn')"],
    ids=["with torch", "after torch"],
)
def test_a_fitter_on_torch_is_loaded_by_eight_threads_at_once(install, program):
    run(program, install("sinfit-talks", PLUGIN))
