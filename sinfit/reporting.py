"""PluginReport: what became of a plugin, and what can be said of it beside the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from sinfit.discovery import entry_points, listed_in, names_of, places
from sinfit.fitter import FitterCollection
from sinfit.i18n import _, sentences
from sinfit.specs import Status


@dataclass(frozen=True)
class PluginReport:
    """What became of one plugin.

    Attributes:
        plugin: The entry point's name.
        distribution: The distribution that declares it.
        version: That distribution's version.
        status: `ok`, `broken`, `blocked` or `incompatible`.
        error: What is wrong, in one line; empty if nothing is.
        notes: What is suspicious though it works: slow, printing, installed twice, a name that
            another has, a fitter whose packages are missing.
        traceback: The full traceback, where there was one.
        seconds: How long importing and registering took.
        fitters: The names of the fitters it registered.
        targets: The names of the targets it registered.
        hooks: The names of the hooks it implements.
    """

    plugin: str
    distribution: str
    version: str
    status: Status = "ok"
    error: str = ""
    notes: tuple[str, ...] = ()
    traceback: str = field(default="", repr=False)
    seconds: float = 0.0
    fitters: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether there is nothing to say: it works as it should, or it is blocked on purpose."""
        return self.status in ("ok", "blocked") and not self.notes

    def __str__(self) -> str:
        return f"{self.distribution} {self.version} ({self.plugin}): {self.error or self.status}"


def with_notes(report: PluginReport, fitters: FitterCollection) -> PluginReport:
    """Add what can only be said of a plugin beside the installed packages."""
    more = (*_unavailable(report, fitters), *_installed_twice(report))
    return replace(report, notes=(*report.notes, *more))


def with_namesakes(found: Sequence[PluginReport]) -> tuple[PluginReport, ...]:
    """Add what can only be said of plugins side by side: who else offers a fitter's name."""
    return tuple(
        replace(report, notes=(*report.notes, *_namesakes(report, found))) for report in found
    )


def named_in_vain() -> Iterator[str]:
    """Say which names in the environment variables are those of no installed plugin."""
    known = {name for entry_point in entry_points() for name in names_of(entry_point)}
    for variable in ("SINFIT_PLUGINS", "SINFIT_DISABLE_PLUGINS"):
        for name in sorted(listed_in(variable) - known):
            nearest = get_close_matches(name, sorted(known), n=1)
            yield sentences(
                _("{variable} names {name!r}, and no installed plugin is called so.").format(
                    variable=variable, name=name
                ),
                _("Did you mean {name!r}?").format(name=nearest[0]) if nearest else "",
            )


def _namesakes(report: PluginReport, found: Sequence[PluginReport]) -> Iterator[str]:
    for name in report.fitters:
        others = [each for each in found if each is not report and name in each.fitters]
        if others:
            yield _("the short name {name!r} is also that of {others}; use {id}").format(
                name=name,
                others=", ".join(f"{each.distribution}/{name}" for each in others),
                id=f"{report.distribution}/{name}",
            )


def _unavailable(report: PluginReport, fitters: FitterCollection) -> Iterator[str]:
    for fitter in fitters.values():
        own = (fitter.distribution, fitter.plugin) == (report.distribution, report.plugin)
        if own and fitter.reason:
            yield _("fitter {name!r} {reason}").format(name=fitter.name, reason=fitter.reason)


def _installed_twice(report: PluginReport) -> Iterator[str]:
    found = places(report.distribution)
    if len(found) > 1:
        yield _("{distribution} is installed {count} times, the first counts: {places}").format(
            distribution=report.distribution, count=len(found), places=", ".join(found)
        )
