"""How long the site takes: from nothing, with nothing changed, and from saving a file to its page.

On a copy of the project with a cache of its own, so that the real one stays as it is. Alone:
`python benchmarks/site_build.py`, with `SINFIT_CACHE` naming a cache to begin with, or none.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from statistics import median

import psutil
from measure import seconds

ROOT = Path(__file__).parents[1]
AIMS = {"cold": 45.0, "warm": 8.0, "after one PO edit": 5.0}  # seconds, on two quiet cores
TIMES = 2  # for what is short
STAGE = "plugins/sinfit-numpy/sinfit_numpy"
EDITS = {  # what is saved: the file, a part of it and another, the page that shows it, the aim
    "a page's PO file": (
        *("docs/locale/ko/install.po", "여덟 스테이지 가운데", "스테이지 여덟 가운데"),
        *("ko/install/", 3.0),
    ),
    "a stage's PO file": (
        *(f"{STAGE}/locale/ko.po", "갱신합니다.", "새로 씁니다."),
        *("ko/stages/numpy/", 3.0),
    ),
    "a title in a PO file": (
        *(f"{STAGE}/locale/ko.po", "NumPy로 직접", "NumPy로 손수"),
        *("ko/stages/numpy/", 3.0),
    ),
    "a page's prose": (
        *("docs/install.md", "wherever NumPy does", "where NumPy does"),
        *("en/install/", 5.0),
    ),
    "a stage's prose": (
        *(f"{STAGE}/tutorial.py", "One number says", "A number says"),
        *("en/stages/numpy/", 5.0),
    ),
    "a comment of a fitter": (
        *(f"{STAGE}/fitter.py", "Update: a small step", "Update: a little step"),
        *("en/stages/numpy/", 5.0),
    ),
}


def rows() -> Iterator[dict[str, object]]:
    """Seconds of each kind of build and of each kind of edit, and their ratio to a cold build."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        _copy(root)
        po = root / "docs" / "locale" / "ko" / "install.po"

        def build() -> None:
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
            subprocess.run(  # noqa: S603 (our own command, as the others here)
                command, cwd=root, env=_around(root), check=True, stdout=subprocess.DEVNULL
            )

        def edit_and_build() -> None:
            text = po.read_text(encoding="utf-8")
            po.write_text(text.replace("합니다.", "합니다!", 1), encoding="utf-8")
            build()

        cold = seconds(build)
        warm = median(seconds(build) for _ in range(TIMES))
        edited = median(seconds(edit_and_build) for _ in range(TIMES))
        for name, took in (("cold", cold), ("warm", warm), ("after one PO edit", edited)):
            yield _row(name, took, AIMS[name], cold)
        for name, took, _ in _served(root):
            yield _row(f"serve: {name}", took, EDITS[name][4], cold)


def _row(name: str, took: float, aim: float, cold: float) -> dict[str, object]:
    ratio = took / cold
    return {"build": name, "seconds": took, "ratio_to_cold": ratio, "aim_seconds": aim,
            "met": took <= aim}  # fmt: skip


def _copy(root: Path) -> None:
    """The project's own files, those that git does not know yet among them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    if given := os.environ.get("SINFIT_CACHE"):
        shutil.copytree(given, root / ".cache" / "sinfit")


def _around(root: Path) -> dict[str, str]:
    """The environment in which the copy's packages go before the installed ones."""
    folders = [root, *sorted(root.glob("plugins/sinfit-*"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    environment.pop("SINFIT_CACHE", None)
    return environment


def _served(root: Path) -> Iterator[tuple[str, float, float]]:
    """Serve the copy, save each kind of edit, and time until the page shows it.

    Yields:
        What is saved, the seconds, and those of a processor, which a busy machine does not stretch.
    """
    with _server(root) as (server, address):
        for name, (file, one, other, page, _) in EDITS.items():
            path, times, url = root / file, [], f"{address}/{page}"
            before = sum(server.cpu_times()[:4])
            for old, new in zip(cycle((one, other)), cycle((other, one)), strict=False):
                text = path.read_text(encoding="utf-8")
                if old not in text:
                    raise ValueError(f"{file} has no {old!r} any more: choose another edit")
                path.write_text(text.replace(old, new, 1), encoding="utf-8")
                words = new.strip(".")
                times.append(seconds(lambda words=words, url=url: _wait(url, words, server)))
                time.sleep(1)  # a reader looks
                if len(times) == 2 * TIMES:
                    break
            spent = sum(server.cpu_times()[:4]) - before
            yield name, median(times), spent / len(times)


@contextmanager
def _server(root: Path) -> Iterator[tuple[psutil.Popen, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address]
    with (root / "log").open("w") as log:
        server = psutil.Popen(command, cwd=root, env=_around(root), stdout=log, stderr=log)
    try:
        _wait(f"http://{address}/en/", "</html>", server)
        time.sleep(2)  # it begins to watch
        yield server, f"http://{address}"
    finally:
        server.terminate()
        server.wait()


def _wait(url: str, text: str, server: psutil.Popen) -> None:
    """Wait until a page shows a text."""
    until = time.monotonic() + 900
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url) as answer:  # noqa: S310 (our own server)
            if text in answer.read().decode():
                return
        time.sleep(0.05)
    raise TimeoutError(f"{url} does not show {text!r}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        _copy(root)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        for name, took, spent in _served(root):
            print(f"{name}: {took:.1f} s of {EDITS[name][4]:g}, {spent:.1f} s of a processor")
