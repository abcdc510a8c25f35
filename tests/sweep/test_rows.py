"""The file of rows: whole rows and nothing else, whatever happens to it or to its writer."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sinfit_sweep import sweep
from sinfit_sweep.rows import RowFile

from sinfit.errors import DataError, UsageError

from .conftest import POSIX, lines

NO_FULL_DISK = pytest.mark.skipif(not Path("/dev/full").exists(), reason="none at hand")
FEW = {"seeds": range(6), "steps": 20, "jobs": 1}


@pytest.fixture
def out(tmp_path):
    """A file with the six rows of `FEW`."""
    path = tmp_path / "rows.jsonl"
    sweep("numpy", out=path, **FEW)
    return path


def test_a_half_written_last_line_is_made_again_wherever_it_ends(out):
    whole = out.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for end in (last + 1, last + 5, last + 300, len(whole) - 1):
        out.write_bytes(whole[:end])
        found = sweep("numpy", out=out, **FEW)
        assert found.new == 1
        assert len({row["key"] for row in lines(out)}) == len(lines(out)) == 6


def test_a_half_written_first_line_is_made_again(out):
    first = out.read_bytes()[:5]
    out.write_bytes(first)
    assert sweep("numpy", out=out, **FEW).new == 6
    assert len(lines(out)) == 6


def test_a_last_line_of_zeros_as_after_a_power_cut_is_cut_off(out):
    whole = out.read_bytes()
    out.write_bytes(whole + bytes(500))
    assert sweep("numpy", out=out, **FEW).new == 0
    assert out.read_bytes() == whole


@pytest.mark.parametrize("line", ["nonsense", "[1, 2]", '"key"', '{"keys": 1}', "null"])
def test_a_wrong_line_in_the_middle_is_named_and_nothing_is_changed(out, line):
    content = out.read_text("utf-8").splitlines()
    content[2] = line
    out.write_text("\n".join(content), "utf-8")
    before = out.read_bytes()
    with pytest.raises(DataError, match="line 3 is no row"):
        sweep("numpy", out=out, **FEW)
    assert out.read_bytes() == before


def test_rows_of_other_sweeps_stay_and_are_not_in_the_table(out):
    found = sweep("numpy", out=out, **FEW | {"steps": 30})
    assert (len(found), len(lines(out))) == (6, 12)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        pytest.param("/dev/full", "it is no plain file", marks=NO_FULL_DISK),
        ("no/folder/rows.jsonl", "No such file"),
        (".", "it is no plain file"),
        ("nul\0.jsonl", "null"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_a_fit(tmp_path, monkeypatch, place, says):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sinfit_sweep.one_fit.sinfit.fit", None)  # no fit is made
    with pytest.raises(UsageError, match=f"cannot write .*{says}"):
        sweep("numpy", out=place, **FEW)


FULL = """
import json, resource, signal, sys
from sinfit_sweep import sweep
path, most = sys.argv[1], int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    sweep("numpy", seeds=range(6), steps=20, jobs=1, method=sys.argv[3], out=path)
except Exception as error:
    print(type(error).__name__, error)
"""


@POSIX
@pytest.mark.parametrize("method", ["loop", "exact"])
def test_a_full_disk_is_an_error_with_whole_rows_only_and_the_sweep_goes_on(
    out, environment, method
):
    size = out.stat().st_size // 6
    out.unlink()
    most = 3 * size + size // 2  # the system writes half of the fourth row, then refuses
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(out), str(most), method],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = 3 if method == "loop" else 0  # the exact ones are written together
    assert done.stdout.startswith("UsageError cannot write")
    assert f"rows.jsonl: File too large. {rows} of 6 rows are in" in done.stdout
    assert len(lines(out)) == rows
    assert sweep("numpy", out=out, **FEW | {"method": method}).new == 6 - rows
    assert len(lines(out)) == 6


def test_a_disk_that_is_full_at_once_keeps_what_was_there(out, monkeypatch):
    whole = out.read_bytes()

    def full(_file, _data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sinfit_sweep.rows.os.write", full)
    with pytest.raises(UsageError, match=r"No space left on device\. 6 of 7 rows are in"):
        sweep("numpy", out=out, **FEW | {"seeds": range(7)})
    assert out.read_bytes() == whole


@POSIX
def test_a_second_sweep_on_the_same_file_is_refused(out):
    with RowFile(out, ()), pytest.raises(UsageError, match="another sweep is writing to it"):
        sweep("numpy", out=out, **FEW)
    assert sweep("numpy", out=out, **FEW).new == 0


def test_a_file_that_may_not_be_written_is_refused(out, monkeypatch):
    def denied(*_given):  # root, as whom tests may run, is never denied
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sinfit_sweep.rows.os.open", denied)
    with pytest.raises(UsageError, match=r"cannot write .*: Permission denied"):
        sweep("numpy", out=out, **FEW)


def test_a_row_is_strict_json(out):
    def refuse(text):
        raise AssertionError(text)

    sweep("numpy", out=out, seeds=range(3), learning_rates=1e3, steps=500, jobs=1)
    for line in out.read_text("utf-8").splitlines():
        json.loads(line, parse_constant=refuse)
