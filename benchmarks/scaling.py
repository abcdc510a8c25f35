"""What a fit costs against points and steps, and the memory at its peak.

Each measurement is a process of its own, so that one's memory is not another's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

POINTS = (10**3, 10**4, 10**5, 10**6, 10**7)
STEPS = (10**2, 10**3, 10**4, 10**5)

CHILD = """
import json, resource, sys, time
import sinfit
fitter, points, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sinfit.fit(fitter, points=1000, steps=2, learning_rate=1e-12)
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
sinfit.fit(fitter, points=points, steps=steps, learning_rate=1e-12)
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
print(json.dumps([seconds, (peak - base) * unit]))
"""


def rows() -> Iterator[dict[str, object]]:
    """Seconds and memory over points at 5 steps, and over steps at 1000 points.

    The ratio is the cost of a point and step against that of the smallest case of its series.
    """
    for fitter in ("numpy", "tensor"):
        for series in (
            [(points, 5) for points in POINTS],
            [(1000, steps) for steps in STEPS],
        ):
            first = None
            for points, steps in series:
                seconds, memory = _measure(fitter, points, steps)
                each = seconds / (points * steps)
                first = first or each
                yield {
                    "fitter": fitter,
                    "points": points,
                    "steps": steps,
                    "seconds": seconds,
                    "peak_bytes": memory,
                    "ratio_per_point_and_step": each / first,
                }


def _measure(fitter: str, points: int, steps: int) -> tuple[float, int]:
    done = subprocess.run(  # noqa: S603 (our own child)
        [sys.executable, "-c", CHILD, fitter, str(points), str(steps)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, memory = json.loads(done.stdout)
    return seconds, memory
