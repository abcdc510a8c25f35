"""What all tests share: English messages, and a place to install made-up plugins."""

import importlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from sinfit.i18n import use_language
from sinfit.registry.plugins import registry
from sinfit_cli.root import main

from .clusters import running

ROOT = Path(__file__).parents[1]

if "PYTEST_XDIST_WORKER" in os.environ:
    # a worker for each processor: two threads in each would wait for each other by counting
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure() -> None:
    """Let what tests start be interrupted, though a script with `&` had it ignore Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long, unless it is asked for."""
    if not os.environ.get("SINFIT_LONG_TESTS"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    for item in items:
        if isinstance(item, pytest.DoctestItem):  # the examples print numbers
            item.add_marker("numbers")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Messages are English unless a test asks for another language."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("SINFIT_PLUGINS", "SINFIT_DISABLE_PLUGINS", "SINFIT_STRICT_PLUGINS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    use_language(None)
    yield
    use_language(None)


Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a distribution of one module, as pip would, where only this test sees it.

    install("sinfit-mine", "…source…") writes sinfit_mine.py and its metadata and returns the
    folder, to be put on the PYTHONPATH of a fresh process.
    """
    site = tmp_path / "site-packages"
    site.mkdir()
    modules: list[str] = []

    def add(
        distribution: str,
        source: str,
        *,
        plugin: str = "",
        module: str = "",
        version: str = "1.0",
        requires: tuple[str, ...] = (),
    ) -> Path:
        module = module or distribution.replace("-", "_")
        modules.append(module)
        (site / f"{module}.py").write_text(source, "utf-8")
        info = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {distribution}", f"Version: {version}"]
        lines += [f"Requires-Dist: {line}" for line in requires]
        (info / "METADATA").write_text("\n".join(lines) + "\n", "utf-8")
        name = plugin or distribution.removeprefix("sinfit-")
        (info / "entry_points.txt").write_text(f"[sinfit]\n{name} = {module}\n", "utf-8")
        importlib.invalidate_caches()
        registry.cache_clear()
        return site

    monkeypatch.syspath_prepend(site)
    yield add
    for module in modules:
        sys.modules.pop(module, None)
    registry.cache_clear()


def link(site: Path, requirement: str, linked: set[str]) -> None:
    """Link a package of this computer, and what it depends on, into another environment's folder.

    What is in `linked` is there already; the project's own packages are left out.
    """
    wanted = Requirement(requirement)
    name = re.sub(r"[-_.]+", "-", wanted.name).lower()
    unused = wanted.marker and not wanted.marker.evaluate({"extra": ""})
    if unused or name in linked or name.startswith("sinfit"):
        return
    linked.add(name)
    dist = metadata.distribution(name)
    for top in {file.parts[0] for file in dist.files or ()} - {"..", "__pycache__"}:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(dist.locate_file(top))))
    for line in dist.requires or ():
        link(site, line, linked)


SINFIT = Path(sys.executable).parent / "sinfit"


@dataclass
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys, monkeypatch):
    """Run `sinfit …` in this process."""
    import warnings

    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # main replaces it

    def call(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(stopped.value.code or 0, captured.out, captured.err)

    return call


@pytest.fixture
def environment():
    """A clean environment for fresh processes, English."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("LANGUAGE", "LC_ALL", "LC_MESSAGES")
    } | {"LANG": "C.UTF-8"}


@pytest.fixture
def fresh(environment, tmp_path):
    """Run `sinfit …` in a process of its own."""

    def call(*arguments, **more):
        done = subprocess.run(
            [SINFIT, *map(str, arguments)],
            env=environment | more,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def python(environment, tmp_path):
    """Run a Python program in a process of its own; returns what it printed."""

    def call(program, **more):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment | more,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster that the tests of a file share, and leave as it is."""
    with running(tmp_path_factory.mktemp("cluster") / "cluster") as found:
        yield found


@pytest.fixture
def victim(tmp_path):
    """A cluster of one test, which may do to it what it likes."""
    with running(tmp_path / "cluster") as found:
        yield found
