"""Files are written whole or not at all, and nothing beside them is touched."""

import os
import stat
import threading

import pytest

from sinfit.errors import UsageError
from sinfit.ground.files import write_file


def test_a_file_is_written_and_nothing_is_left_beside_it(tmp_path):
    write_file(tmp_path / "r.json", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]
    assert (tmp_path / "r.json").read_bytes() == b"new"


def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path):
    (tmp_path / "usual").write_bytes(b"")
    write_file(tmp_path / "new", b"new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "usual").chmod(0o640)
    write_file(tmp_path / "usual", b"new")
    assert stat.S_IMODE((tmp_path / "usual").stat().st_mode) == 0o640


def test_a_link_stays_a_link_to_what_is_written(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_pipe_stays_a_pipe_and_gets_the_content(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_file(pipe, b"through it")
    reader.join(20)
    assert read == [b"through it"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_users_own_part_file_is_not_touched(tmp_path):
    (tmp_path / "r.json.part").write_bytes(b"mine")
    write_file(tmp_path / "r.json", b"new")
    assert (tmp_path / "r.json.part").read_bytes() == b"mine"


def test_what_cannot_be_moved_leaves_the_old_file_whole(tmp_path, monkeypatch):
    (tmp_path / "r.json").write_bytes(b"old")

    def fails(*_paths):
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(UsageError, match=r"cannot write .*r\.json: no room"):
        write_file(tmp_path / "r.json", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", ".", "no/such/folder/r.json"])
def test_an_impossible_name_is_a_clear_error(tmp_path, name):
    with pytest.raises(UsageError, match="cannot write"):
        write_file(os.path.join(tmp_path, name), b"new")
    assert list(tmp_path.iterdir()) == []
