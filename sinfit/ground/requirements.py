"""Requirement lines such as `torch>=2.2`, as installers read them."""

from __future__ import annotations

import re
from collections.abc import Callable

# what most lines are, read at once: to import packaging takes longer than to register all plugins
PLAIN = re.compile(r"([a-z0-9](?:[\w.-]*[a-z0-9])?)(?: *>= *(\d+(?:\.\d+)*))?", re.ASCII | re.I)
RELEASE = re.compile(r"(\d+(?:\.\d+)*)(?:\+[\w.]+)?", re.ASCII)


def read_requirement(line: str) -> tuple[str, Callable[[str], bool]]:
    """Name the distribution that a line requires, and test a version of it.

    Returns:
        The name, empty if the line's marker means another environment; and whether an installed
        version is enough.

    Raises:
        ValueError: It is no requirement.
    """
    if not (plain := PLAIN.fullmatch(line)):
        return _packaged(line)

    def enough(installed: str) -> bool:
        if release := RELEASE.fullmatch(installed):
            return _numbers(release[1]) >= _numbers(plain[2] or "0")
        return _packaged(line)[1](installed)  # a pre-release, say

    return plain[1], enough


def _numbers(version: str) -> list[int]:
    """The numbers of a release, as 2.2.0 is 2.2."""
    return [*map(int, re.sub(r"(\.0+)+$", "", version).split("."))]


def _packaged(line: str) -> tuple[str, Callable[[str], bool]]:
    from packaging.requirements import Requirement

    requirement = Requirement(line)
    meant = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    enough = requirement.specifier.contains
    return requirement.name if meant else "", lambda installed: enough(installed, prereleases=True)
