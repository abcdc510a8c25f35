"""Find plugins by their metadata: entry points in the group `sinfit`, and whose they are.

Not a line of a plugin runs here. What is installed is read once: `forget()` reads it again.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from sinfit.ground.requirements import read_requirement
from sinfit.i18n import _

GROUP = "sinfit"
HEADER = re.compile(r"(Name|Version|Requires-Dist):[ \t]*(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A plugin that is installed.

    Attributes:
        plugin: The entry point's name.
        distribution: The normalised name of the distribution that declares it.
        version: That distribution's version; empty if it says none.
        requires: What that distribution requires, in its own words.
        entry_point: The entry point; None if the distribution's `entry_points.txt` is no such file.
    """

    plugin: str
    distribution: str
    version: str
    requires: tuple[str, ...] = ()
    entry_point: metadata.EntryPoint | None = None

    @property
    def names(self) -> set[str]:
        """The names by which the environment variables may call it."""
        return {normalised(self.plugin), self.distribution}


@cache
def found_plugins() -> tuple[Found, ...]:
    """The plugins that are installed, each once, in a fixed order."""
    found: dict[tuple[str, str], Found] = {}
    for distributions in _installed().values():
        dist = distributions[0]  # the first on sys.path is the one that an import would find
        try:
            text = dist.read_text("entry_points.txt") or ""
            points = [*dist.entry_points.select(group=GROUP)] if f"[{GROUP}]" in text else []
        except Exception:  # whatever importlib.metadata makes of it: it hides no other
            owner = _head(dist)
            found[owner[0], ""] = Found(owner[0], *owner)
            continue
        for point in points:
            owner = _head(dist)
            found.setdefault((owner[0], point.name), Found(point.name, *owner, point))
    return tuple(found[key] for key in sorted(found))


@cache
def _installed() -> dict[str, list[metadata.Distribution]]:
    """All distributions by their normalised names, those of one name in the order of sys.path."""
    found: dict[str, list[metadata.Distribution]] = {}
    for dist in metadata.distributions():
        # as importlib.metadata itself tells them apart: from the folder's name, unread
        name = normalised(getattr(dist, "_normalized_name", None) or _head(dist)[0])
        found.setdefault(name, []).append(dist)
    return found


def _head(dist: metadata.Distribution) -> tuple[str, str, tuple[str, ...]]:
    """Name, version and requirements; `dist.metadata` parses the README with them, each time."""
    said: dict[str, list[str]] = {"name": [], "version": [], "requires-dist": []}
    with suppress(Exception):  # it is not there, or not UTF-8
        text = dist.read_text("METADATA") or dist.read_text("PKG-INFO") or ""
        for line in text.partition("\n\n")[0].splitlines():
            if header := HEADER.fullmatch(line):
                said[header[1].lower()].append(header[2].strip())
    name = "".join(said["name"][:1]) or getattr(dist, "_normalized_name", "") or "unknown"
    return normalised(name), "".join(said["version"][:1]), tuple(said["requires-dist"])


def normalised(name: str) -> str:
    """A name as the names of distributions are compared.

    Examples:
        >>> normalised("Sinfit_X") == normalised("sinfit.x") == "sinfit-x"
        True
    """
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def listed_in(variable: str) -> set[str]:
    """The names that an environment variable lists, as the names of distributions are compared."""
    return {*map(normalised, os.environ.get(variable, "").split(","))} - {""}


def places(distribution: str) -> list[str]:
    """Where a distribution is installed: version and folder, in the order of sys.path."""
    found: dict[str, str] = {}
    for dist in _installed().get(distribution, []):
        path = getattr(dist, "_path", None)  # another finder's distributions have no folder
        if path is not None:
            # one folder may stand on sys.path twice, by a link say
            found.setdefault(os.path.realpath(path), f"{_head(dist)[1]} ({path.parent})")
    return list(found.values())


def unmet(line: str) -> str:
    """Why a requirement such as `torch>=2.2` is not met here; empty if it is, or not meant here."""
    try:
        name, enough = read_requirement(line)
    except ValueError:
        return ""  # the installer's business
    if not name:
        return ""
    installed = _version(normalised(name))
    if installed is None:
        return _("needs {requirement}, which is not installed").format(requirement=line)
    if enough(installed):
        return ""
    text = _("needs {requirement}, and {installed} is installed")
    return text.format(requirement=line, installed=f"{name} {installed}")


@cache
def _version(distribution: str) -> str | None:
    found = _installed().get(distribution)
    return _head(found[0])[1] if found else None


def forget() -> None:
    """Read anew what is installed when it is next asked for."""
    for cached in (found_plugins, _installed, _version):
        cached.cache_clear()
