"""Points by the hundred million: what condensing them costs, and the memory at its peak.

Each measurement is a process of its own, and its peak is that of the whole process: Python, NumPy
and sinfit included.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory

POINTS = (10**7, 10**8)
MOST_BYTES = 500 * 10**6

CHILD = """
import json, resource, sys, time
import numpy as np
import sinfit

kind, folder, points = sys.argv[1], sys.argv[2], int(sys.argv[3])
size = 10**6
x = np.linspace(-np.pi, np.pi, size)

def chunks():
    draws = np.random.default_rng(0)
    for _ in range(points // size):
        yield x, np.sin(x) + 0.1 * draws.standard_normal(size)

if kind == "write":
    with open(folder + "/x", "wb") as xs, open(folder + "/y", "wb") as ys:
        for x, y in chunks():
            x.tofile(xs)
            y.tofile(ys)
started = time.perf_counter()
if kind == "an iterator of chunks":
    result = sinfit.fit("lstsq", chunks())
elif kind == "arrays mapped from files":
    mapped = (np.memmap(folder + "/" + name, np.float64, "r") for name in "xy")
    result = sinfit.fit("lstsq", *mapped)
seconds = time.perf_counter() - started
if kind != "write":
    assert result.problem.count == points
    assert abs(result.rmse - 0.119) < 0.001  # the noise, and what a cubic leaves of sin
if sys.platform == "linux":  # its ru_maxrss is that of the process that started this one too
    peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, peak]))
"""


def rows(points: tuple[int, ...] = POINTS) -> Iterator[dict[str, object]]:
    """Seconds and peak memory of each way for points to come, and whether the aim is met."""
    for count in points:
        with TemporaryDirectory() as folder:  # 1.6 GB for the most points
            _measure("write", folder, count)
            for kind in ("an iterator of chunks", "arrays mapped from files"):
                seconds, peak = _measure(kind, folder, count)
                yield {
                    "kind": kind,
                    "points": count,
                    "seconds": seconds,
                    "peak_bytes": peak,
                    "aim_bytes": MOST_BYTES,
                    "met": peak <= MOST_BYTES,
                }


def _measure(kind: str, folder: str, points: int) -> tuple[float, int]:
    done = subprocess.run(  # noqa: S603 (our own child)
        [sys.executable, "-c", CHILD, kind, folder, str(points)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = json.loads(done.stdout)
    return seconds, peak
