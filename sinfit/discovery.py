"""Find plugins by their metadata: entry points in the group `sinfit`, and whose they are.

Not a line of a plugin runs here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from importlib import metadata

GROUP = "sinfit"


def entry_points() -> list[metadata.EntryPoint]:
    """The entry points of group `sinfit`, each distribution once, in a fixed order."""
    found: Iterable[metadata.EntryPoint]
    try:
        found = metadata.entry_points(group=GROUP)
    except Exception:  # one distribution's entry_points.txt is no such file: leave that one out
        found = [point for dist in metadata.distributions() for point in _points_of(dist) or ()]
    seen: dict[tuple[str, str], metadata.EntryPoint] = {}
    for entry_point in found:
        # the first on sys.path is the one that an import would find
        seen.setdefault((distribution_name(entry_point), entry_point.name), entry_point)
    return [seen[key] for key in sorted(seen)]


def unreadable() -> list[metadata.Distribution]:
    """The distributions whose entry points in the group cannot be read."""
    try:
        metadata.entry_points(group=GROUP)
    except Exception:  # only then look at each
        return [
            dist
            for dist in metadata.distributions()
            if f"[{GROUP}]" in (dist.read_text("entry_points.txt") or "")
            and _points_of(dist) is None
        ]
    return []


def _points_of(dist: metadata.Distribution) -> list[metadata.EntryPoint] | None:
    try:
        return list(dist.entry_points.select(group=GROUP))
    except Exception:  # whatever importlib.metadata makes of it
        return None


def distribution_name(entry_point: metadata.EntryPoint) -> str:
    """The normalised name of the distribution that declares an entry point."""
    return normalised(said(entry_point.dist, "Name") or "unknown")


def distribution_version(entry_point: metadata.EntryPoint) -> str:
    """The version of the distribution that declares an entry point; empty if it says none."""
    return said(entry_point.dist, "Version")


def said(dist: metadata.Distribution | None, field: str) -> str:
    """What a distribution's metadata say under a heading; empty if nothing."""
    return dist.metadata[field] or "" if dist and field in dist.metadata else ""


def normalised(name: str) -> str:
    """A name as the names of distributions are compared.

    Examples:
        >>> normalised("Sinfit_X") == normalised("sinfit.x") == "sinfit-x"
        True
    """
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def listed_in(variable: str) -> set[str]:
    """The names that an environment variable lists, as the names of distributions are compared."""
    names = map(normalised, os.environ.get(variable, "").split(","))
    return {name for name in names if name}


def names_of(entry_point: metadata.EntryPoint) -> set[str]:
    """The names by which the environment variables may call a plugin."""
    return {normalised(entry_point.name), distribution_name(entry_point)}


def places(distribution: str) -> list[str]:
    """Where a distribution is installed: version and folder, in the order of sys.path."""
    found: dict[str, str] = {}
    for dist in metadata.distributions(name=distribution):
        path = getattr(dist, "_path", None)  # another finder's distributions have no folder
        if path is not None:
            # one folder may stand on sys.path twice, by a link say
            place = f"{said(dist, 'Version')} ({path.parent})"
            found.setdefault(os.path.realpath(path), place)
    return list(found.values())
