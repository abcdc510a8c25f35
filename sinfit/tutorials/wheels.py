"""The wheels of the project beside its pages, so that the downloads' pip line has them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tomllib
from html import escape
from pathlib import Path

from sinfit.tutorials.source import TutorialError

BUILD = """
import os, sys
from hatchling.build import build_wheel  # what pip calls for each
for folder in sys.argv[2:]:
    os.chdir(folder)
    build_wheel(sys.argv[1])
"""


def folders(root: Path) -> dict[str, Path]:
    """The distributions that a checkout of the project holds, by name; none in another folder.

    Returns:
        Their folders, relative to the root.
    """
    found = {}
    for path in (root / "pyproject.toml", *sorted(root.glob("plugins/*/pyproject.toml"))):
        if path.is_file():
            project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
            found[str(project.get("name"))] = path.parent.relative_to(root)
    return found if "sinfit" in found else {}


def build_wheels(root: Path, cache: Path) -> Path | None:
    """Build the wheels, unless they are built already.

    Returns:
        A folder with the wheels and a page that links them, as `pip --find-links` reads it; None
        where there is nothing to build.

    Raises:
        TutorialError: A wheel cannot be built.
    """
    sources = folders(root)
    if not sources:
        return None
    out, digest = cache / "wheels", _digest(root)
    mark = out / ".key"
    if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
        return out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    command = [
        sys.executable,
        "-c",
        BUILD,
        str(out),
        *(str(root / path) for path in sources.values()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
    if done.returncode:
        raise TutorialError(f"the wheels cannot be built: {done.stderr.strip()[-300:]}")
    links = "".join(
        f'<li><a href="{escape(path.name)}">{escape(path.name)}</a></li>\n'
        for path in sorted(out.glob("*.whl"))
    )
    page = f'<!doctype html>\n<html lang="en">\n<title>sinfit: wheels</title>\n<ul>\n{links}</ul>\n'
    (out / "index.html").write_text(page, encoding="utf-8")
    mark.write_text(digest, encoding="utf-8")
    return out


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    own = (root / name for name in ("pyproject.toml", "README.md", "LICENSE"))
    for path in sorted([*own, *root.glob("sinfit/**/*"), *root.glob("plugins/**/*")]):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
