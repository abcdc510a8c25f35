"""`mkdocs serve` rebuilds on an edit of a page, of a program and of a catalog, and then rests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
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
    server.kill()
    server.wait()


def shows(address, text, log):
    """Wait until a page holds a text; a busy machine may take a while to build it."""
    until = time.monotonic() + 120
    page = ""
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 (our own server)
            page = answer.read().decode()
        if text in page:
            return
        time.sleep(0.2)
    pytest.fail(f"{address} does not show {text!r}: {log.read_text()[-2000:]}")


def rests(log):
    """Whether no build follows for three seconds, before long."""
    builds = []
    while len(builds) < 10:
        builds.append(log.read_text().count("Documentation built"))
        if len(builds) > 1 and builds[-1] == builds[-2]:
            return True
        time.sleep(3)
    return False


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_serving_rebuilds_on_each_kind_of_edit_and_then_rests(tree, served):
    log = tree / "log"
    shows(f"{served}/ko/", "글입니다.", log)
    edit(tree / "docs/locale/ko/index.po", "글입니다.", "다른 글입니다.")
    shows(f"{served}/ko/", "다른 글입니다.", log)
    edit(tree / "docs/assets/helper.py", "42", "6 * 7 + 1")
    shows(f"{served}/zh/stages/prologue/", "43", log)
    edit(tree / "docs/index.md", "Words.", "Other words.")
    shows(f"{served}/en/", "Other words.", log)
    assert rests(log)
