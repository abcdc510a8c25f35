"""Find, check and register plugins: one PluginReport for each, and the fitters they offer.

Whatever a plugin does wrong becomes a report that names it; the other plugins work on.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from importlib import metadata
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from packaging.requirements import InvalidRequirement, Requirement

from sinfit import hookspecs
from sinfit.errors import PluginError, PluginWarning, one_line, shown
from sinfit.fitter import Fitter, FitterCollection
from sinfit.i18n import _, sentences
from sinfit.specs import API_VERSION, FitterSpec, Status, TargetSpec

Answer = TypeVar("Answer")
Record = TypeVar("Record", FitterSpec, TargetSpec)

GROUP = "sinfit"
SLOW = 0.5  # seconds; a plugin that names its fitters by entry point takes milliseconds


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
    return tuple(
        replace(report, notes=(*report.notes, *_notes(report, found.fitters)))
        for report in found.reports
    )


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
    loader.reports += _unreadable()
    trouble = [report for report in loader.reports if report.status in ("broken", "incompatible")]
    if trouble:
        if os.environ.get("SINFIT_STRICT_PLUGINS", "") not in ("", "0"):
            raise PluginError("\n".join(filter(None, [str(trouble[0]), trouble[0].traceback])))
        warnings.warn(_summary(trouble), PluginWarning, stacklevel=3)
    return Registry(
        loader.manager, tuple(loader.reports), FitterCollection(loader.fitters), loader.targets
    )


def entry_points() -> list[metadata.EntryPoint]:
    """The entry points of group `sinfit`, each distribution once, in a fixed order.

    Reads metadata only; not a line of a plugin runs.
    """
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


def distribution_name(entry_point: metadata.EntryPoint) -> str:
    """The normalised name of the distribution that declares an entry point."""
    name = entry_point.dist.metadata.get("Name") if entry_point.dist else None
    return normalised(name or "unknown")


def distribution_version(entry_point: metadata.EntryPoint) -> str:
    """The version of the distribution that declares an entry point; empty if it says none."""
    return (entry_point.dist.metadata.get("Version") if entry_point.dist else None) or ""


def normalised(name: str) -> str:
    """A name as distributions' names are compared: `Sinfit_X` and `sinfit.x` are `sinfit-x`."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _points_of(dist: metadata.Distribution) -> list[metadata.EntryPoint] | None:
    """The entry points of one distribution in our group; None if they cannot be read."""
    try:
        return list(dist.entry_points.select(group=GROUP))
    except Exception:  # whatever importlib.metadata makes of it
        return None


def _unreadable() -> list[PluginReport]:
    """A report for each distribution whose entry points in our group cannot be read."""
    try:
        metadata.entry_points(group=GROUP)
    except Exception:
        return [
            PluginReport(
                *(name := normalised(dist.metadata.get("Name") or "unknown"), name),
                dist.metadata.get("Version") or "",
                status="broken",
                error=_("its entry_points.txt cannot be read"),
            )
            for dist in metadata.distributions()
            if _points_of(dist) is None and f"[{GROUP}]" in (dist.read_text("entry_points.txt") or "")
        ]
    return []


def notify_finished(result: Any) -> None:
    """Tell every observer of a finished fit; an observer that raises is reported, not obeyed."""
    manager = registry().manager
    for implementation in manager.hook.sinfit_fit_finished.get_hookimpls():
        plugin = implementation.plugin
        try:
            _only(manager, plugin, "sinfit_fit_finished")(result=result)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever it does, the fit is done
            warnings.warn(
                _("plugin {plugin} raised {error} in sinfit_fit_finished; the fit is kept.").format(
                    plugin=manager.get_name(plugin), error=one_line(error)
                ),
                PluginWarning,
                stacklevel=4,
            )


class Loader:
    """Register one plugin after another; keep what works, report what does not."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager(hookspecs.PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self.reports: list[PluginReport] = []
        self.fitters: list[Fitter] = []
        self.targets: dict[str, TargetSpec] = {}

    def add(self, entry_point: metadata.EntryPoint) -> None:
        report = PluginReport(
            entry_point.name,
            distribution_name(entry_point),
            distribution_version(entry_point),
        )
        status, reason = _before_import(entry_point, report)
        if status != "ok":
            self.reports.append(replace(report, status=status, error=reason))
            return
        started, had_torch, printed = time.perf_counter(), "torch" in sys.modules, io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
                warnings.catch_warnings(record=True) as warned,
            ):
                plugin = entry_point.load()
                report = self._register(plugin, report)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit, pytest's Skipped, whatever: it is named
            report = replace(
                report,
                status="broken",
                error=one_line(error),
                traceback="".join(traceback.format_exception(error)),
            )
        seconds = time.perf_counter() - started
        notes = []
        if "torch" in sys.modules and not had_torch:
            notes.append(_("imports torch while registering; import it in the fitter instead"))
        if seconds > SLOW:
            notes.append(_("took {seconds:.1f} s to register").format(seconds=seconds))
        if printed.getvalue():
            text = " ".join(printed.getvalue()[:80].split())
            notes.append(_("prints while registering: {text}").format(text=text))
        if warned:
            text = one_line(warned[0].message)
            notes.append(_("warns while registering: {text}").format(text=text))
        if report.status == "ok" and not report.hooks:
            notes.append(_("implements no hook of sinfit"))
        self.reports.append(replace(report, seconds=seconds, notes=tuple(notes)))

    def _register(self, plugin: Any, report: PluginReport) -> PluginReport:
        name = f"{report.distribution}:{report.plugin}"
        if self.manager.is_registered(plugin):
            raise PluginError(
                _("its module is that of plugin {other}").format(
                    other=self.manager.get_name(plugin)
                )
            )
        _check_hook_names(self.manager, plugin)
        try:
            self.manager.register(plugin, name=name)
            fitters = _records(self.manager, plugin, "sinfit_fitters")
            targets = _records(self.manager, plugin, "sinfit_targets")
        except BaseException:
            if self.manager.get_plugin(name) is plugin:  # pluggy before 1.7 fails half-way
                self.manager.unregister(plugin)
            raise
        problems: list[str] = []
        package = _package_of(plugin)
        offered = [
            Fitter(spec, report.plugin, report.distribution, report.version, package)
            for spec in _valid(fitters, FitterSpec, "sinfit_fitters", problems)
        ]
        found = {
            spec.name: spec for spec in _valid(targets, TargetSpec, "sinfit_targets", problems)
        }
        for taken in found.keys() & self.targets.keys():
            problems.append(_("target {name!r} is taken already").format(name=taken))
            del found[taken]
        self.fitters += offered
        self.targets.update(found)
        hooks = [caller.name for caller in self.manager.get_hookcallers(plugin) or []]
        return replace(
            report,
            status="broken" if problems else "ok",
            error="; ".join(problems),
            fitters=tuple(fitter.name for fitter in offered),
            targets=tuple(found),
            hooks=tuple(sorted(hooks)),
        )


def _package_of(plugin: Any) -> str:
    """The package whose catalogs translate a plugin, be it a package, a module or an object."""
    name = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    package: str = getattr(sys.modules.get(name), "__package__", None) or name
    return package


def _before_import(entry_point: metadata.EntryPoint, report: PluginReport) -> tuple[Status, str]:
    """Decide from the environment and the metadata alone whether to import a plugin."""
    names = {normalised(report.plugin), report.distribution}
    allowed = _listed("SINFIT_PLUGINS")
    if names & _listed("SINFIT_DISABLE_PLUGINS"):
        return "blocked", _("blocked by SINFIT_DISABLE_PLUGINS")
    if allowed and not names & allowed and report.distribution != "sinfit":
        return "blocked", _("not in the allow-list SINFIT_PLUGINS")
    here = metadata.version("sinfit")
    for line in (entry_point.dist.requires if entry_point.dist else None) or []:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue  # the installer's business
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        if requirement.name.lower() == "sinfit" and not requirement.specifier.contains(
            here, prereleases=True
        ):
            return "incompatible", _("needs {requirement}, and this is sinfit {version}").format(
                requirement=f"sinfit{requirement.specifier}", version=here
            )
    return "ok", ""


def _listed(variable: str) -> set[str]:
    names = map(normalised, os.environ.get(variable, "").split(","))
    return {name for name in names if name}


def _check_hook_names(manager: pluggy.PluginManager, plugin: Any) -> None:
    """Refuse hooks that do not exist; pluggy's check_pending does not say whose they are."""
    known = sorted(name for name in vars(hookspecs) if name.startswith("sinfit_"))
    for name in dir(plugin):
        decorated = manager.parse_hookimpl_opts(plugin, name) is not None
        if decorated and name not in known:
            nearest = get_close_matches(name, known, n=1)
            raise PluginError(
                sentences(
                    _("there is no hook {name!r}.").format(name=name),
                    _("Did you mean {name!r}?").format(name=nearest[0]) if nearest else "",
                )
            )
        if name in known and not decorated:
            raise PluginError(_("{name} lacks the decorator @sinfit.hookimpl").format(name=name))


def _records(manager: pluggy.PluginManager, plugin: Any, hook: str) -> list[Any]:
    """Call one hook of one plugin and return its records."""
    records = []
    for answer in _only(manager, plugin, hook)():
        if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
            raise PluginError(
                _("{hook} must return a list of records, not {answer}").format(
                    hook=hook, answer=shown(answer)
                )
            )
        records += list(answer)
    return records


def _only(manager: pluggy.PluginManager, plugin: Any, hook: str) -> Any:
    others = [other for other in manager.get_plugins() if other is not plugin]
    return manager.subset_hook_caller(hook, remove_plugins=others)


def _valid(records: list[Any], kind: type[Record], hook: str, problems: list[str]) -> list[Record]:
    good: list[Record] = []
    for record in records:
        if not isinstance(record, kind):
            problems.append(
                _("{hook} returned {record}, which is no {kind}").format(
                    hook=hook, record=shown(record), kind=kind.__name__
                )
            )
        elif isinstance(record, FitterSpec) and record.api_version != API_VERSION:
            problems.append(
                _("fitter {name!r} has api_version {theirs}, and this sinfit has {ours}").format(
                    name=record.name, theirs=record.api_version, ours=API_VERSION
                )
            )
        elif record.name in {other.name for other in good}:
            problems.append(_("{name!r} is offered twice").format(name=record.name))
        else:
            good.append(record)
    return good


def _notes(report: PluginReport, fitters: FitterCollection) -> list[str]:
    """What can only be said of a plugin beside the others and beside the installed packages."""
    notes = []
    for fitter in fitters.values():
        if (fitter.distribution, fitter.plugin) != (report.distribution, report.plugin):
            continue
        if fitter.name not in fitters.unambiguous:
            others = [each.id for each in fitters.named(fitter.name) if each is not fitter]
            notes.append(
                _("the short name {name!r} is also that of {others}; use {id}").format(
                    name=fitter.name, others=", ".join(others), id=fitter.id
                )
            )
        if fitter.reason:
            notes.append(
                _("fitter {name!r} {reason}").format(name=fitter.name, reason=fitter.reason)
            )
    places = _places(report.distribution)
    if len(places) > 1:
        notes.append(
            _("{distribution} is installed {count} times, the first counts: {places}").format(
                distribution=report.distribution, count=len(places), places=", ".join(places)
            )
        )
    return notes


def _places(distribution: str) -> list[str]:
    """Where a distribution's metadata are, each folder once however it stands on sys.path."""
    found = {
        os.path.realpath(str(path)): f"{dist.metadata.get('Version')} ({path})"
        for dist in metadata.distributions(name=distribution)
        if (path := getattr(dist, "_path", None)) is not None
    }
    return list(found.values())


def _summary(trouble: list[PluginReport]) -> str:
    first = str(trouble[0])
    if len(trouble) == 1:
        return _("a plugin does not work: {report}. See: sinfit doctor").format(report=first)
    return _("{count} plugins do not work, the first is {report}. See: sinfit doctor").format(
        count=len(trouble), report=first
    )
