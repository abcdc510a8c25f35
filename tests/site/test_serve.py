"""`mkdocs serve` rebuilds on an edit of a page, of a program and of a catalog, and then rests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tree(tmp_path):
    """The site's frame around two small pages."""
    for part in ("config", "overrides", "root", "assets"):
        shutil.copytree(ROOT / "docs" / part, tmp_path / "docs" / part)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    for folder in ("plugins", "sinfit"):  # mkdocs.yml watches them
        (tmp_path / folder).mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n\nWords.\n")
    stages = tmp_path / "docs/stages"
    stages.mkdir()
    (stages / "prologue.py").write_text(
        "# %% [markdown]\n# # Start\n\n# %%\n# include: ../assets/helper.py\nprint(answer)\n"
    )
    (tmp_path / "docs/assets/helper.py").write_text("answer = 42\n")
    po = tmp_path / "docs/locale/ko/index.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Language: ko\\n"\n\nmsgid "Words."\nmsgstr "글입니다."\n')
    return tmp_path


@pytest.fixture
def served(tree):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SINFIT_CACHE": str(tree / ".cache"),
        "SINFIT_PLUGINS": "none",  # no tutorial of a plugin: those are built elsewhere
        "SINFIT_DRAFT": "1",
        "NO_MKDOCS_2_WARNING": "1",
    }
    with (tree / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=tree,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(10)


def wait_for(builds, address, text, log):
    """Wait for so many builds, and look at what they made."""
    until = time.monotonic() + 60
    while time.monotonic() < until and count(log) < builds:
        time.sleep(0.1)
    time.sleep(0.5)  # the server answers after it has said so
    with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310 (our own server)
        assert text in page.read().decode(), log.read_text()[-2000:]


def count(log):
    return log.read_text().count("Documentation built")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_serving_rebuilds_on_each_kind_of_edit_and_then_rests(tree, served):
    log = tree / "log"
    wait_for(1, f"{served}/ko/", "글입니다.", log)
    edit(tree / "docs/locale/ko/index.po", "글입니다.", "다른 글입니다.")
    wait_for(2, f"{served}/ko/", "다른 글입니다.", log)
    edit(tree / "docs/assets/helper.py", "42", "6 * 7 + 1")
    wait_for(3, f"{served}/zh/stages/prologue/", "43", log)
    edit(tree / "docs/index.md", "Words.", "Other words.")
    wait_for(4, f"{served}/en/", "Other words.", log)
    time.sleep(3)
    assert count(log) == 4
