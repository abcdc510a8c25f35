"""Reading a file has an end: devices, pipes and huge files included."""

import os
import threading

import pytest

from sinfit.errors import DataError
from sinfit.ground import files
from sinfit.ground.files import read_file

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files")


def test_a_device_without_end_and_a_huge_file_are_refused(tmp_path):
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(files.MOST_BYTES + 1)  # a hole: it takes no room
    for path, most in (("/dev/zero", 1 << 22), (huge, files.MOST_BYTES)):
        with pytest.raises(DataError, match=f"too large: at most {most >> 20} MiB"):
            read_file(path, most)


def test_the_last_byte_that_may_be_read_is_read_and_no_other(tmp_path):
    for size in (1000, 1001):
        pipe = tmp_path / f"pipe{size}"  # of a pipe nobody says the size before
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(b"1" * size,))
        writer.start()
        if size == 1000:
            assert read_file(pipe, 1000) == b"1" * 1000
        else:
            with pytest.raises(DataError, match="too large"):
                read_file(pipe, 1000)
        writer.join()


def test_a_pipe_is_read_whole_and_not_waited_for_without_end(tmp_path, monkeypatch):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Timer(0.2, lambda: pipe.write_bytes(b"1,2\n" * 100_000))
    writer.start()
    assert read_file(pipe) == b"1,2\n" * 100_000
    writer.join()
    monkeypatch.setattr(files, "PATIENCE", 0.1)
    with pytest.raises(DataError, match="nobody writes to this pipe"):
        read_file(pipe)


@pytest.mark.parametrize("path", ["a\0b", "x" * 10_000, 3, None, ".", "missing"])
def test_what_cannot_be_read_is_one_short_error(path):
    with pytest.raises(DataError, match="cannot read") as caught:
        read_file(path)
    assert len(str(caught.value)) < 300
