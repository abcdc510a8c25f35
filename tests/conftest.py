"""What all tests share: English messages, and a place to install made-up plugins."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sinfit.i18n import use_language
from sinfit.plugins import registry

ROOT = Path(__file__).parents[1]


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
