"""PluginReport: what became of a plugin, and what can be said of it beside the others."""

from __future__ import annotations

from ast import PyCF_ONLY_AST
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from sinfit.contract.specs import FitterSpec, Status
from sinfit.errors import one_line
from sinfit.i18n import _, broken_catalogs
from sinfit.registry.discovery import places, unmet
from sinfit.registry.offers import HOST, Offer


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
        offers: The names of what it offers, by hook.
        hooks: The names of the hooks it implements.
        package: The package that it is, or that its module lies in; empty if it is not at work.
    """

    plugin: str
    distribution: str
    version: str
    status: Status = "ok"
    error: str = ""
    notes: tuple[str, ...] = ()
    traceback: str = field(default="", repr=False)
    seconds: float = 0.0
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hooks: tuple[str, ...] = ()
    package: str = ""

    def __str__(self) -> str:
        return f"{self.distribution} {self.version} ({self.plugin}): {self.error or self.status}"


def with_notes(report: PluginReport, fitters: Sequence[Offer[FitterSpec]]) -> PluginReport:
    """Add what can only be said of a plugin, with its fitters, beside the installed packages."""
    return replace(report, notes=(*report.notes, *_remarks(report, fitters)))


def with_namesakes(found: Iterable[PluginReport]) -> tuple[PluginReport, ...]:
    """Add what can only be said of plugins side by side: who else offers one of its names."""
    found = [*found]
    offering: dict[tuple[str, str], list[PluginReport]] = defaultdict(list)
    for report in found:
        for offer in _offered(report):
            offering[offer].append(report)
    return tuple(
        replace(report, notes=(*report.notes, *_namesakes(report, offering))) for report in found
    )


def _offered(report: PluginReport) -> Iterator[tuple[str, str]]:
    return ((hook, name) for hook, names in report.offers.items() for name in names)


def _namesakes(
    report: PluginReport, offering: Mapping[tuple[str, str], Sequence[PluginReport]]
) -> Iterator[str]:
    for offer in _offered(report):
        owners = {each.distribution for each in offering[offer]}
        if len(offering[offer]) > 1 and HOST in owners:
            if report.distribution != HOST:
                text = _("the short name {name!r} is sinfit's own; use {id}")
                yield text.format(name=offer[1], id=f"{report.distribution}/{offer[1]}")
        elif len(offering[offer]) > 1:
            name, others = offer[1], (each for each in offering[offer] if each is not report)
            yield _("the short name {name!r} is also that of {others}; use {id}").format(
                name=name,
                others=", ".join(f"{each.distribution}/{name}" for each in others),
                id=f"{report.distribution}/{name}",
            )


def _remarks(report: PluginReport, fitters: Sequence[Offer[FitterSpec]]) -> Iterator[str]:
    for fitter in fitters:
        for reason in filter(None, map(unmet, fitter.spec.requires)):
            yield _("fitter {name!r} {reason}").format(name=fitter.name, reason=reason)
    if report.package:
        yield from broken_catalogs(report.package)
    for fitter in fitters:
        if fitter.spec.tutorial and (why := _wrong_with(fitter)):
            text = _("its tutorial {file} cannot be read: {why}")
            yield text.format(file=fitter.spec.tutorial, why=why)
    if len(found := places(report.distribution)) > 1:
        yield _("{distribution} is installed {count} times, the first counts: {places}").format(
            distribution=report.distribution, count=len(found), places=", ".join(found)
        )


def _wrong_with(fitter: Offer[FitterSpec]) -> str:
    """Why a tutorial has no page; empty if that takes a run to say."""
    try:
        found = find_spec(fitter.package)
        path = Path(str(found and found.origin)).parent / str(fitter.spec.tutorial)
        compile(path.read_text("utf-8"), path.name, "exec", PyCF_ONLY_AST)
    except SyntaxError as error:
        return _("line {line}: {error}").format(line=error.lineno, error=error.msg)
    except Exception as error:  # it is not there, or not UTF-8
        return one_line(error)
    return ""
