"""The wheels of the project beside its pages, so that the downloads' pip line has them."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from sinfit.fitting.fit import fitters
from sinfit_author.children import Workers

from sinfit_site import cache
from sinfit_site.errors import TutorialError

BUILD = """
import os, sys
from hatchling.build import build_wheel  # what pip calls for each
for folder in sys.argv[2:]:
    os.chdir(folder)
    build_wheel(sys.argv[1])
"""

PIP = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
"""How a wheel of another's plugin is made: with what is installed here, and nothing fetched."""


def folders(root: Path) -> dict[str, Path]:
    """The distributions that a checkout of the project holds, by name; none in another folder.

    Returns:
        Their folders, relative to the root.
    """
    found = {}
    for path in (root / "pyproject.toml", *sorted(root.glob("plugins/*/pyproject.toml"))):
        if path.is_file():
            found[_name_in(path.read_text(encoding="utf-8"))] = path.parent.relative_to(root)
    return found if "sinfit" in found else {}


@lru_cache
def _name_in(text: str) -> str:
    """The name of the distribution that a pyproject.toml describes."""
    return str(tomllib.loads(text).get("project", {}).get("name"))


def build_wheels(root: Path, kept: Path, workers: Workers) -> list[str]:
    """Have `wheels` in the cache hold the wheels and a page that links them, for `--find-links`.

    They are the project's, and those of plugins with a page that were installed from a folder of
    this machine, for no index has them. Where there is no project there are none.

    Returns:
        What is wrong with the plugins of others: the downloads of their pages do not install.

    Raises:
        TutorialError: A wheel of the project cannot be built.
    """
    own, others = folders(root), _installed_from_folders(root)
    warnings: list[str] = []
    if not own:
        return warnings

    def make(out: Path) -> None:
        command = [
            sys.executable,
            "-c",
            BUILD,
            str(out),
            *(str(root / path) for path in own.values()),
        ]
        done = workers.run(command)
        if done.code:
            raise TutorialError(f"the wheels cannot be built: {done.err.strip()[-300:]}")
        for name, folder in others.items():
            done = workers.run([*PIP, "--wheel-dir", str(out), str(folder)])
            if done.code:
                said = (done.err.strip().splitlines() or [""])[-1][:300]
                warnings.append(f"{name}: its wheel cannot be built: {said}")
        links = "".join(
            f'<li><a href="{escape(path.name)}">{escape(path.name)}</a></li>\n'
            for path in sorted(out.glob("*.whl"))
        )
        head = '<!doctype html>\n<html lang="en">\n<title>sinfit: wheels</title>\n'
        head += "<style>body { font: 1rem/3 system-ui, sans-serif; margin: 1rem }</style>\n"
        body = f"<h1>Wheels</h1>\n<ul>\n{links}</ul>\n"
        (out / "index.html").write_text(head + body, encoding="utf-8")

    cache.folder(kept / "wheels", _key(root, others.values()), make)
    return warnings


def _installed_from_folders(root: Path) -> dict[str, Path]:
    """The folders of other people's plugins with a page, as the installer has noted them."""
    own, found = folders(root), {}
    for fitter in fitters().values():
        if fitter.spec.tutorial and fitter.distribution not in own:
            noted = metadata.distribution(fitter.distribution).read_text("direct_url.json")
            place = json.loads(noted or "{}")
            if (
                "dir_info" in place
                and Path(folder := url2pathname(urlsplit(place["url"]).path)).is_dir()
            ):
                found[fitter.distribution] = Path(folder)
    return found


def _key(root: Path, others: Iterable[Path]) -> str:
    """What the wheels are made from."""
    core = ("pyproject.toml", "README.md", "LICENSE", "sinfit", "sinfit_cli")
    own = [root / name for name in (*core, "plugins")]
    parts = [path for folder in others for path in folder.glob("[!.]*")]
    return cache.key(own, sorted(parts))
