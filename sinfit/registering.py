"""Load plugins one after another and register them: each is checked, and none harms the others."""

from __future__ import annotations

import sys
import time
import traceback
import warnings
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from importlib import metadata
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from packaging.requirements import InvalidRequirement, Requirement

from sinfit import hookspecs
from sinfit.ctrl_c import LoadingInterrupted, watching_ctrl_c
from sinfit.discovery import distribution_name, distribution_version, listed_in, names_of
from sinfit.errors import PluginError, one_line, shown
from sinfit.fitter import Fitter
from sinfit.i18n import _, sentences
from sinfit.printing import caught_output
from sinfit.reporting import PluginReport
from sinfit.specs import API_VERSION, FitterSpec, Status, TargetSpec

Record = TypeVar("Record", FitterSpec, TargetSpec)

SLOW = 0.5  # seconds; a plugin that names its fitters by entry point takes milliseconds


class Loader:
    """Register one plugin after another; keep what works, report what does not."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager(hookspecs.PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self.reports: list[PluginReport] = []
        self.fitters: list[Fitter] = []
        self.targets: dict[str, TargetSpec] = {}

    def add(self, entry_point: metadata.EntryPoint) -> None:
        """Load a plugin and register it; whatever it does, there is a report of it."""
        report = PluginReport(
            entry_point.name,
            distribution_name(entry_point),
            distribution_version(entry_point),
        )
        status, reason = _before_import(entry_point, report)
        if status != "ok":
            self.reports.append(replace(report, status=status, error=reason))
            return
        started, had_torch = time.perf_counter(), "torch" in sys.modules
        with (
            watching_ctrl_c() as ctrl_c,
            caught_output() as printed,
            warnings.catch_warnings(record=True) as warned,
        ):
            try:
                plugin = entry_point.load()
                report = self._register(plugin, report)
            except BaseException as error:  # SystemExit, pytest's Skipped, whatever: it is named
                report = replace(
                    report,
                    status="broken",
                    error=one_line(error),
                    traceback="".join(traceback.format_exception(error)),
                )
        if ctrl_c.came:  # whatever the plugin made of it
            who = f"{report.distribution} {report.version} ({report.plugin})"
            raise LoadingInterrupted(
                _(
                    "interrupted while plugin {plugin} was being loaded. If it hangs, "
                    "`sinfit doctor --isolated` says where."
                ).format(plugin=who)
            )
        seconds = time.perf_counter() - started
        notes = []
        if "torch" in sys.modules and not had_torch:
            notes.append(_("imports torch while registering; import it in the fitter instead"))
        if seconds > SLOW:
            notes.append(_("took {seconds:.1f} s to register").format(seconds=seconds))
        if printed.text:
            text = " ".join(printed.text[:80].split())
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


def _before_import(entry_point: metadata.EntryPoint, report: PluginReport) -> tuple[Status, str]:
    """Decide from the environment and the metadata alone whether to import a plugin."""
    names, allowed = names_of(entry_point), listed_in("SINFIT_PLUGINS")
    if names & listed_in("SINFIT_DISABLE_PLUGINS"):
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
    for answer in only(manager, plugin, hook)():
        if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
            raise PluginError(
                _("{hook} must return a list of records, not {answer}").format(
                    hook=hook, answer=shown(answer)
                )
            )
        records += list(answer)
    return records


def only(manager: pluggy.PluginManager, plugin: Any, hook: str) -> Any:
    """A hook as one plugin implements it, so that what comes of it is that plugin's."""
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


def _package_of(plugin: Any) -> str:
    """The package whose catalogs translate a plugin, be it a package, a module or an object."""
    name = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    package: str = getattr(sys.modules.get(name), "__package__", None) or name
    return package
