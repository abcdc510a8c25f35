"""However many points are condensed, the memory at the peak of a process stays the same."""

import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="Windows tells no peak")

CHILD = """
import resource, sys
import numpy as np
import sinfit

kind, folder, points = sys.argv[1], sys.argv[2], int(sys.argv[3])
x = np.linspace(-3, 3, 10**5)


def chunks(count):
    for start in range(0, count, len(x)):
        yield x + start / count, np.sin(x)


def write(count):
    if kind == "mapped":
        with open(f"{folder}/x", "wb") as xs, open(f"{folder}/y", "wb") as ys:
            for each_x, each_y in chunks(count):
                each_x.tofile(xs), each_y.tofile(ys)
    elif kind == "parquet":  # in one row group
        import pyarrow as pa
        from pyarrow import parquet
        columns = [np.concatenate(each) for each in zip(*chunks(count))]
        table = pa.table(columns, names=["x", "y"])
        parquet.write_table(table, f"{folder}/points.parquet", row_group_size=count)


def condensed(count):
    if kind == "iterator":
        return sinfit.condense(chunks(count))
    if kind == "parquet":
        return sinfit.condense(f"{folder}/points.parquet")
    mapped = (np.memmap(f"{folder}/{name}", np.float64, "r") for name in "xy")
    return sinfit.fit("lstsq", *mapped).problem


def peak():
    if sys.platform == "linux":  # its ru_maxrss is that of the process that started this one too
        status = open("/proc/self/status").read()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if len(sys.argv) > 4:
    write(points)
else:
    assert condensed(points).count == points
    print(peak())
"""


def peak(kind, folder, points):
    """The most bytes that a process held at once, which reads so many points."""
    asked = [sys.executable, "-c", CHILD, kind, str(folder), str(points)]
    subprocess.run([*asked, "write"], check=True)
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.parametrize("kind", ["iterator", "mapped", "parquet"])
def test_forty_times_the_points_need_no_more_memory(kind, tmp_path):
    few, many = (peak(kind, tmp_path, points) for points in (10**5, 4 * 10**6))
    # the points are 64 MB; what comes and goes with the allocator and the decoder is less than 16
    assert many - few < 16e6


@pytest.mark.long
@pytest.mark.parametrize("kind", ["iterator", "mapped"])
def test_a_hundred_million_points_need_less_than_500_megabytes(kind, tmp_path):
    assert peak(kind, tmp_path, 10**8) < 500e6
