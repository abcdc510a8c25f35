"""Where the sources of the pages can be read and edited, and when each was last changed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

BRANCH = "main"
NOTEBOOKS = "notebooks"
"""The branch with the site's notebooks, for Colab; .github/workflows/site.yml keeps it."""

GITHUB = "https://github.com/"
COLAB = "https://colab.research.google.com/github/"


@dataclass(frozen=True)
class Repository:
    """The project's repository.

    Attributes:
        root: The checkout.
        url: Its address, without a slash at its end, or empty.
        days: The day of the last change of each file, such as `2026-11-29`, by relative path.
    """

    root: Path = Path()
    url: str = ""
    days: Mapping[str, str] = field(default_factory=dict)

    def edit(self, path: Path) -> str:
        """Where a file is edited; empty if it is none of the repository's."""
        return f"{self.url}/edit/{BRANCH}/{name}" if self.url and (name := self._name(path)) else ""

    def colab(self, notebook: str) -> str:
        """Where a notebook of the site is opened and run; empty if that can read no such place."""
        if not self.url.startswith(GITHUB):
            return ""
        return f"{COLAB}{self.url.removeprefix(GITHUB)}/blob/{NOTEBOOKS}/{notebook}"

    def changed(self, paths: Iterable[Path]) -> str:
        """The last day on which one of the files was changed; empty if it is not known."""
        return max((self.days.get(self._name(path), "") for path in paths), default="")

    def _name(self, path: Path) -> str:
        path = path.absolute()
        inside = path.is_relative_to(self.root.absolute()) and path.is_file()
        return path.relative_to(self.root.absolute()).as_posix() if inside else ""


def repository(root: Path, url: str, *, dated: bool = True) -> Repository:
    """The repository of a checkout.

    Args:
        root: The checkout.
        url: Where it is on the web, or empty.
        dated: Whether git is asked for the day of each file's last change.
    """
    return Repository(root, url.rstrip("/"), _days(root) if dated else {})


def _days(root: Path) -> dict[str, str]:
    """The day of the last commit of each file; nothing without git or its history."""
    command = ["git", "-C", str(root), "log", "--format=:%cs", "--name-only", "--relative"]
    try:
        done = subprocess.run(  # noqa: S603 (our own command)
            command, capture_output=True, text=True, encoding="utf-8", check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return {}
    days: dict[str, str] = {}
    day = ""
    for line in done.stdout.splitlines():
        if line.startswith(":"):
            day = line[1:]
        elif line:
            days.setdefault(line, day)
    return days
