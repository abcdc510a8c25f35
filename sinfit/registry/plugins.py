"""All plugins of this environment, found and registered once: their fitters, targets and reports.

Whatever a plugin does wrong becomes a report that names it; the other plugins work on.
"""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pluggy import PluginManager

from sinfit.contract.specs import TargetSpec
from sinfit.errors import PluginError, PluginWarning, one_line
from sinfit.ground.ctrl_c import watching_ctrl_c
from sinfit.ground.entry import LOADING
from sinfit.i18n import BUILT_IN, LANGUAGES, _, forget_catalogs
from sinfit.registry.discovery import forget, found_plugins
from sinfit.registry.fitters import FitterCollection, OfferedFitter
from sinfit.registry.loading import RECORDS, Loader
from sinfit.registry.offers import Offers
from sinfit.registry.reports import PluginReport, with_namesakes, with_notes

Answer = TypeVar("Answer")

registered: dict[str, OfferedFitter] = {}
"""The fitters that `sinfit.register` has added to this process, by name; changed under LOADING."""


@dataclass(frozen=True, eq=False)
class Registry:
    """All plugins of this environment, registered once."""

    observers: dict[str, PluginManager]
    reports: tuple[PluginReport, ...]
    fitters: FitterCollection[OfferedFitter]
    offers: dict[str, Offers[Any]]


def installed_fitters() -> FitterCollection[OfferedFitter]:
    """The fitters of the installed plugins; `sinfit.fitters` has them with what it takes to fit."""
    return registry().fitters


def targets() -> dict[str, TargetSpec]:
    """All targets of the installed plugins, by name."""
    return {name: offer.spec for name, offer in offers("sinfit_targets").items()}


def offers(hook: str, only: str | None = None) -> Offers[Any]:
    """What plugins offer by a hook, such as `sinfit_commands`.

    Args:
        hook: The hook's name.
        only: A distribution, to load no other.

    Raises:
        PluginError: That distribution's plugin is broken or not in use.
    """
    if only is None:
        return registry().offers[hook]
    loader = Loader(only)
    with LOADING:
        for found in found_plugins():
            if found.distribution == only:
                loader.add(found)
    for report in loader.reports:
        if report.status != "ok":
            raise PluginError(_("{report}. See: sinfit plugins").format(report=report))
    return Offers(RECORDS[hook].kind, loader.offers[hook])


def reports() -> tuple[PluginReport, ...]:
    """One report for each installed plugin, the broken and the blocked ones included."""
    found = registry()
    own: dict[tuple[str, str], list[OfferedFitter]] = defaultdict(list)
    for fitter in found.fitters.values():
        own[fitter.distribution, fitter.plugin].append(fitter)
    return with_namesakes(
        with_notes(report, own[report.distribution, report.plugin]) for report in found.reports
    )


def quietly(ask: Callable[[], Answer]) -> Answer:
    """Ask for reports or fitters without the warning about broken plugins."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)
        return ask()


def registry() -> Registry:
    """Discover and register all plugins; once for a process, whichever thread asks first.

    Raises:
        PluginError: A plugin is broken and SINFIT_STRICT_PLUGINS is set.
    """
    with LOADING:
        return _loaded()


@cache
def _loaded() -> Registry:
    loader = Loader()
    for found in found_plugins():
        loader.add(found)
    trouble = [report for report in loader.reports if report.status in ("broken", "incompatible")]
    if trouble:
        if os.environ.get("SINFIT_STRICT_PLUGINS", "") not in ("", "0"):
            raise PluginError("\n".join(filter(None, [str(trouble[0]), trouble[0].traceback])))
        warnings.warn(_summary(trouble), PluginWarning, stacklevel=4)
    offers: dict[str, Offers[Any]] = {
        hook: Offers(RECORDS[hook].kind, found) for hook, found in loader.offers.items()
    }
    LANGUAGES.update({code: offer.spec for code, offer in offers["sinfit_languages"].items()})
    missing = [report for report in loader.reports if report.status != "ok"]
    fitters = FitterCollection(offers["sinfit_fitters"].values(), missing)
    return Registry(loader.observers, tuple(loader.reports), fitters, offers)


def _forget() -> None:
    """Find and load the plugins anew when they are next asked for; for tests."""
    _loaded.cache_clear()
    forget()
    forget_catalogs()
    for code in LANGUAGES.keys() - {*BUILT_IN}:
        del LANGUAGES[code]


registry.cache_clear = _forget  # type: ignore[attr-defined]  # as of a cache


def notify_finished(result: Any) -> None:
    """Tell every observer of a finished fit; an observer that raises is reported, not obeyed."""
    for name, manager in registry().observers.items():
        with watching_ctrl_c() as ctrl_c:
            try:
                manager.hook.sinfit_fit_finished(result=result)
            except BaseException as error:  # whatever it does, the fit is done
                if ctrl_c.came:
                    raise
                text = _("plugin {plugin} raised {error} in sinfit_fit_finished; the fit is kept.")
                text = text.format(plugin=name, error=one_line(error))
                warnings.warn(text, PluginWarning, stacklevel=4)


def _summary(trouble: list[PluginReport]) -> str:
    first = str(trouble[0])
    if len(trouble) == 1:
        return _("a plugin does not work: {report}. See: sinfit doctor").format(report=first)
    text = _("{count} plugins do not work, the first is {report}. See: sinfit doctor")
    return text.format(count=len(trouble), report=first)
