"""All plugins of this environment, found and registered once: their fitters, targets and reports.

Whatever a plugin does wrong becomes a report that names it; the other plugins work on.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import pluggy

from sinfit.ctrl_c import watching_ctrl_c
from sinfit.discovery import entry_points, normalised, said, unreadable
from sinfit.errors import PluginError, PluginWarning, one_line
from sinfit.fitter import FitterCollection
from sinfit.i18n import _
from sinfit.registering import Loader, only
from sinfit.reporting import PluginReport, with_namesakes, with_notes
from sinfit.specs import TargetSpec

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Registry:
    """All plugins of this environment, registered once."""

    manager: pluggy.PluginManager
    reports: tuple[PluginReport, ...]
    fitters: FitterCollection
    targets: dict[str, TargetSpec]


def fitters() -> FitterCollection:
    """All fitters of the installed plugins, by name.

    Returns:
        A mapping from names to `Fitter`; `distribution/name` finds each of them as well.
    """
    return registry().fitters


def targets() -> dict[str, TargetSpec]:
    """All targets of the installed plugins, by name."""
    return dict(registry().targets)


def reports() -> tuple[PluginReport, ...]:
    """One report for each installed plugin, the broken and the blocked ones included."""
    found = registry()
    return with_namesakes([with_notes(report, found.fitters) for report in found.reports])


def quietly(ask: Callable[[], Answer]) -> Answer:
    """Ask for reports or fitters without the warning about broken plugins."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)
        return ask()


@lru_cache(maxsize=1)
def registry() -> Registry:
    """Discover and register all plugins; once for a process.

    Raises:
        PluginError: A plugin is broken and SINFIT_STRICT_PLUGINS is set.
    """
    loader = Loader()
    for entry_point in entry_points():
        loader.add(entry_point)
    for dist in unreadable():
        name = normalised(said(dist, "Name") or "unknown")
        error = _("its entry_points.txt cannot be read")
        loader.reports.append(PluginReport(name, name, said(dist, "Version"), "broken", error))
    trouble = [report for report in loader.reports if report.status in ("broken", "incompatible")]
    if trouble:
        if os.environ.get("SINFIT_STRICT_PLUGINS", "") not in ("", "0"):
            raise PluginError("\n".join(filter(None, [str(trouble[0]), trouble[0].traceback])))
        warnings.warn(_summary(trouble), PluginWarning, stacklevel=3)
    missing = [report for report in loader.reports if report.status != "ok"]
    fitters = FitterCollection(loader.fitters, missing)
    return Registry(loader.manager, tuple(loader.reports), fitters, loader.targets)


def notify_finished(result: Any) -> None:
    """Tell every observer of a finished fit; an observer that raises is reported, not obeyed."""
    manager = registry().manager
    for implementation in manager.hook.sinfit_fit_finished.get_hookimpls():
        plugin = implementation.plugin
        try:
            with watching_ctrl_c() as ctrl_c:
                only(manager, plugin, "sinfit_fit_finished")(result=result)
        except BaseException as error:  # whatever it does, the fit is done
            if ctrl_c.came:
                raise
            warnings.warn(
                _("plugin {plugin} raised {error} in sinfit_fit_finished; the fit is kept.").format(
                    plugin=manager.get_name(plugin), error=one_line(error)
                ),
                PluginWarning,
                stacklevel=4,
            )


def _summary(trouble: list[PluginReport]) -> str:
    first = str(trouble[0])
    if len(trouble) == 1:
        return _("a plugin does not work: {report}. See: sinfit doctor").format(report=first)
    return _("{count} plugins do not work, the first is {report}. See: sinfit doctor").format(
        count=len(trouble), report=first
    )
