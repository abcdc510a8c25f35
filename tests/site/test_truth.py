"""What is published is what the sources say now, whatever became of the builds before."""

import os
import signal
import subprocess
import sys
import time

import pytest

from ..author.test_children import BUSY, SECONDS, marked, until


@pytest.fixture
def build(tree):
    """Start `mkdocs build` of a small site."""
    environment = os.environ | {
        "SINFIT_CACHE": str(tree / ".cache"),
        "SINFIT_PLUGINS": "none",  # no tutorial of a plugin: those are built elsewhere
        "NO_MKDOCS_2_WARNING": "1",
        "MARK": str(tree),
    }

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "build", "--quiet", *arguments],
            cwd=tree,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def said(process):
    out, _ = process.communicate(timeout=300)
    return process.returncode, out


# three builds of three languages, for it is their order that was wrong
def test_a_failed_build_leaves_nothing_that_the_next_one_publishes(tree, build):
    index, page = tree / "docs/index.md", tree / "site/ko/index.html"
    good = index.read_text()
    code, out = said(build())
    assert code == 0, out
    published = page.read_bytes()
    index.write_text(good + "\nA lie with [no anchor](#nowhere).\n")
    code, out = said(build())
    assert code == 1
    assert "ko: index.html: dead anchor #nowhere" in out
    assert "Traceback" not in out
    index.write_text(good)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("edited")
    code, out = said(build())
    assert code == 0, out
    assert page.read_bytes() == published


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_all_of_a_build_and_is_told(tree, build, name):
    cells = "".join(f"# %%\nimport time\ntime.sleep({600 + n})\n\n" for n in range(2))
    for page in ("prologue", "epilogue", "more", "most"):
        (tree / f"docs/stages/{page}.py").write_text(f"# %% [markdown]\n# # T\n\n{cells}")
    process = build()

    # three at a time, and where kernels are forked, the process that they are forked from
    kind, count = ("fork_server", 4) if sys.platform == "linux" else ("ipykernel_launcher", 3)

    def kernels():
        return [p for p in marked(str(tree)) if kind in " ".join(p.cmdline())]

    assert until(lambda: len(kernels()) == count, 120)
    time.sleep(1)
    started = time.monotonic()
    process.send_signal(getattr(signal, name))
    code, out = said(process)
    assert time.monotonic() - started < SECONDS + BUSY
    assert code == 1
    assert "interrupted: what had been started is ended" in out
    assert until(lambda: not marked(str(tree)), SECONDS), marked(str(tree))


@pytest.mark.parametrize("of", ["site", ".cache"])
def test_what_cannot_be_written_is_told_in_a_sentence(tree, build, of):
    (tree / of).write_text("a file where a folder must be")
    code, out = said(build())
    assert code == 1
    assert "the site cannot be written: " in out
    assert f"{tree / of}" in out
    assert "Traceback" not in out
