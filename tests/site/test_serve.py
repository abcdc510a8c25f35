"""`mkdocs serve` shows each edit and what is wrong with it, and rests when nothing changes."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from html import unescape

import pytest


@contextmanager
def serving(tree, **more):
    """Serve a tree; yields the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SINFIT_CACHE": str(tree / ".cache"),
        "SINFIT_PLUGINS": "none",  # no tutorial of a plugin: those are built elsewhere
        "NO_MKDOCS_2_WARNING": "1",
        **more,
    }
    command = [sys.executable, "-m", "mkdocs", "serve", "--strict", "--dev-addr"]
    with (tree / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, f"127.0.0.1:{port}"], cwd=tree, env=environment, stdout=log, stderr=log
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def served(tree):
    with serving(tree) as address:
        yield address


def shows(address, text, log, *, no=None):
    """Wait until a page holds a text, and not the other; a busy machine may take a while."""
    until = time.monotonic() + 120
    page = ""
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 (our own server)
            page = answer.read().decode()
        if text in unescape(page) and not (no and no in unescape(page)):
            return page
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
    assert log.read_text().count("ran stages/prologue") == 1
    edit(tree / "docs/stages/prologue.py", "# # Start", "# # Start\n#\n# A remark.")
    page = shows(f"{served}/en/stages/prologue/", "A remark.", log)
    assert "42" in page
    edit(tree / "docs/stages/prologue.py", "print(answer)", "print(answer)  # a comment")
    shows(f"{served}/zh/stages/prologue/notebook/", "a comment", log)
    assert log.read_text().count("ran stages/prologue") == 1, "the program is the same"
    edit(tree / "docs/assets/helper.py", "42", "6 * 7 + 1001")
    shows(f"{served}/zh/stages/prologue/", "1043", log)
    assert log.read_text().count("ran stages/prologue") == 2
    edit(tree / "docs/index.md", "Words.", "Other words.")
    shows(f"{served}/en/", "Other words.", log)
    assert rests(log)


def test_a_wrong_translation_is_shown_and_marked_and_its_file_is_named(tree, served):
    log, po = tree / "log", tree / "docs/locale/ko/index.po"
    shows(f"{served}/ko/", "글입니다.", log)
    edit(po, "글입니다.", "우리의 글.")
    page = shows(f"{served}/ko/", "우리의 글.", log)
    assert 'class="sf-wrong" title="' in page
    assert "ko/index.po" in log.read_text()
    assert "'우리' is not used" in unescape(page)
    edit(po, "우리의 글.", "글 $x$ <script>alert(1)</script> [x](/none/).")
    page = shows(f"{served}/ko/", "글 $x$", log)
    assert "<script>alert" not in page, "what could do harm is spelled out"
    assert "/none/" in page
    assert "sf-maths" not in page
    edit(po, 'msgid "Words."', 'msgid "Words.')
    shows(f"{served}/ko/", "index.po", log, no="글 $x$")
    edit(po, 'msgid "Words.', 'msgid "Words."')
    edit(po, "글 $x$ <script>alert(1)</script> [x](/none/).", "다른 글입니다.")
    page = shows(f"{served}/ko/", "다른 글입니다.", log)
    assert "sf-wrong" not in page


@pytest.mark.long
def test_the_catalogs_of_a_language_pack_are_watched_wherever_they_are(tree, tmp_path_factory):
    pack = tmp_path_factory.mktemp("elsewhere") / "sinfit-es"
    command = (sys.executable, "-m", "sinfit", "tutorials", "add-language", "es", "--out", pack)
    subprocess.run(command, cwd=tree, check=True, capture_output=True)
    (pack / "sinfit_es-1.0.dist-info").mkdir()
    (pack / "sinfit_es-1.0.dist-info/METADATA").write_text("Name: sinfit-es\nVersion: 1.0\n")
    (pack / "sinfit_es-1.0.dist-info/entry_points.txt").write_text("[sinfit]\nes = sinfit_es\n")
    chosen = {"SINFIT_LANGUAGES": "es", "SINFIT_PLUGINS": "sinfit-es", "PYTHONPATH": str(pack)}
    with serving(tree, **chosen) as served:
        shows(f"{served}/es/", "Words.", tree / "log")
        edit(
            pack / "sinfit_es/locale/docs/index.po",
            '"Words."\nmsgstr ""',
            '"Words."\nmsgstr "Palabras."',
        )
        shows(f"{served}/es/", "Palabras.", tree / "log")


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("docs/assets/helper.py", "answer = 42", "answer = = 42", "docs/assets/helper.py:1: "),
        ("docs/stages/prologue.py", "print(answer)", "print(1)\nx = = 1", "prologue.py:7: "),
        ("docs/stages/prologue.py", "print(answer)", "1 / 0", "prologue.py:4: stages/prologue: "),
        ("docs/index.md", "Words.", "Words [x](/none/).", "docs/index.md:3: the link '/none/'"),
        ("docs/index.md", "# Home", "---\ntitle: [\n---\n# Home", "docs/index.md:2: the front"),
        ("docs/config/site.yml", "site_name: sinfit", "site_name: [", "en: "),
    ],
)
def test_an_error_is_shown_with_its_file_and_line_and_the_server_goes_on(
    tree, served, file, old, new, said
):
    log = tree / "log"
    shows(f"{served}/en/", "Words.", log)
    edit(tree / file, old, new)
    page = shows(f"{served}/en/stages/prologue/", said, log)
    assert 'role="alert"' in page
    assert "42" in page, "it is the page of before"
    edit(tree / file, new, old)
    edit(tree / "docs/index.md", "Words.", "Other words.")
    page = shows(f"{served}/en/", "Other words.", log)
    assert 'role="alert"' not in page


@pytest.mark.long
def test_it_begins_with_a_site_that_cannot_be_built(tree, request):
    edit(tree / "docs/assets/helper.py", "answer = 42", "answer = = 42")
    served = request.getfixturevalue("served")
    shows(f"{served}/ko/", "helper.py:1: ", tree / "log")
    edit(tree / "docs/assets/helper.py", "answer = = 42", "answer = 1043")
    shows(f"{served}/ko/stages/prologue/", "1043", tree / "log")
