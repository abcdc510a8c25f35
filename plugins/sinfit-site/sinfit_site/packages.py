"""The packages that the site is made from: the core, and the plugins that are installed."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

CORE = "sinfit"
SITE = __name__.rpartition(".")[0]


def origin(package: str) -> Path | None:
    """The file of a module, or a package's `__init__.py`, found without importing it."""
    found = find_spec(package)
    return Path(found.origin) if found and found.origin else None


def folder(package: str) -> Path | None:
    """The folder of a package, or that a module lies in."""
    found = origin(package)
    return found.parent if found else None


def sources(package: str, suffixes: Collection[str] = (".py",)) -> list[Path]:
    """The files of a package, or of a plugin that is one module; of one that is gone, none."""
    path = origin(package)
    if path is None or path.name != "__init__.py":
        return [path] if path else []
    return sorted(each for each in path.parent.rglob("*") if each.suffix in suffixes)


def everything(suffixes: Collection[str], *, stages: bool = True) -> list[Path]:
    """The files of the core, of what makes the site and of all plugins.

    Args:
        suffixes: Of which kinds.
        stages: Whether plugins with a tutorial are among them.
    """
    found = (CORE, SITE, *plugins(stages=stages))
    return [path for each in found for path in sources(each, suffixes)]


def plugins(*, stages: bool = True) -> list[str]:
    """The packages of the plugins that are at work, the core's own left out.

    Args:
        stages: Whether plugins with a tutorial are among them.
    """
    from sinfit.registry.plugins import registry

    found = registry()
    at_work = {report.package for report in found.reports}
    if not stages:
        at_work -= {each.package for each in found.fitters.values() if each.spec.tutorial}
    return sorted({name.partition(".")[0] for name in at_work} - {CORE, ""})
