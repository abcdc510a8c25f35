"""Load plugins one after another and register them: each is checked, and none harms the others.

What a plugin says meanwhile is caught, and noted in its report, where the process is our own: on
the command line and in `sinfit check`. A library catches nothing, as that would redirect the whole
process.
"""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import ModuleType, NoneType
from typing import Any

import pluggy

from sinfit.contract import hookspecs, specs
from sinfit.contract.records import Record
from sinfit.contract.specs import API_VERSION, FitterSpec
from sinfit.errors import PluginError, one_line, shown
from sinfit.ground.caught_output import caught
from sinfit.ground.ctrl_c import LoadingInterrupted, watching_ctrl_c
from sinfit.i18n import _, did_you_mean, sentences
from sinfit.registry.discovery import Found, listed_in, unmet
from sinfit.registry.fitters import OfferedFitter
from sinfit.registry.offers import HOST, Offer
from sinfit.registry.reports import PluginReport

RECORDS: dict[str, type[Record]] = {
    "sinfit_fitters": specs.FitterSpec,
    "sinfit_targets": specs.TargetSpec,
    "sinfit_commands": specs.CommandSpec,
    "sinfit_directives": specs.DirectiveSpec,
    "sinfit_checks": specs.CheckSpec,
    "sinfit_languages": specs.LanguageSpec,
}
"""The hooks that return records, and the class of these."""

HOOKS = frozenset(name for name in vars(hookspecs) if name.startswith("sinfit_"))
OBSERVER = "sinfit_fit_finished"
SLOW = 0.5  # seconds; a plugin that names its fitters by entry point takes milliseconds


class Loader:
    """Load one plugin after another; keep what works, report what does not.

    Attributes:
        reports: What became of each.
        offers: What they offer, by hook.
        observers: For each that watches fits a manager of its own, by `distribution:plugin`.
    """

    def __init__(self, asked: str | None = None) -> None:
        """Start with nothing.

        Args:
            asked: A distribution that is asked for by name: no allow-list keeps it out.
        """
        self.reports: list[PluginReport] = []
        self.offers: dict[str, list[Any]] = {hook: [] for hook in RECORDS}
        self.observers: dict[str, pluggy.PluginManager] = {}
        self._asked = {HOST, asked}
        self._checking = _manager()  # each stays in it for a moment: pluggy looks at all that do
        self._loaded: dict[int, tuple[str, Any]] = {}  # by identity, which lasts as it is held

    def add(self, found: Found) -> None:
        """Load a plugin; whatever it does, there is a report of it."""
        report = PluginReport(found.plugin, found.distribution, found.version)
        if found.entry_point is None:
            error = _("its entry_points.txt cannot be read")
            self.reports.append(replace(report, status="broken", error=error))
            return
        status, reason = self._before_import(found)
        if status != "ok":
            self.reports.append(replace(report, status=status, error=reason))
            return
        started, had_torch = time.perf_counter(), "torch" in sys.modules
        with watching_ctrl_c() as ctrl_c, caught() as said:
            try:
                report = self._register(found.entry_point.load(), report)
            except BaseException as error:  # SystemExit, pytest's Skipped, whatever: it is named
                report = replace(
                    report,
                    status="broken",
                    error=one_line(error),
                    traceback="".join(traceback.format_exception(error)),
                )
        if ctrl_c.came:  # whatever the plugin made of it
            text = _(
                "interrupted while plugin {plugin} was being loaded. If it hangs, "
                "`sinfit doctor --isolated` says where."
            )
            plugin = f"{report.distribution} {report.version} ({report.plugin})"
            raise LoadingInterrupted(text.format(plugin=plugin))
        seconds = time.perf_counter() - started
        notes = []
        if "torch" in sys.modules and not had_torch:
            notes.append(_("imports torch while registering; import it in the fitter instead"))
        if seconds > SLOW:
            notes.append(_("took {seconds:.1f} s to register").format(seconds=seconds))
        if said.text:
            text = " ".join(said.text[:80].split())
            notes.append(_("prints while registering: {text}").format(text=text))
        if said.warned:
            text = one_line(said.warned[0].message)
            notes.append(_("warns while registering: {text}").format(text=text))
        if report.status == "ok" and not report.hooks:
            notes.append(_("implements no hook of sinfit"))
        self.reports.append(replace(report, seconds=seconds, notes=tuple(notes)))

    def _before_import(self, found: Found) -> tuple[specs.Status, str]:
        """Decide from the environment and the metadata alone whether to import a plugin."""
        allowed = listed_in("SINFIT_PLUGINS")
        if found.names & listed_in("SINFIT_DISABLE_PLUGINS"):
            return "blocked", _("blocked by SINFIT_DISABLE_PLUGINS")
        if allowed and not found.names & allowed and found.distribution not in self._asked:
            return "blocked", _("not in the allow-list SINFIT_PLUGINS")
        for line in found.requires:
            if re.match(rf"{HOST}(?![\w.-])", line, re.IGNORECASE) and (why := unmet(line)):
                return "incompatible", why
        return "ok", ""

    def _register(self, plugin: Any, report: PluginReport) -> PluginReport:
        name = f"{report.distribution}:{report.plugin}"
        if id(plugin) in self._loaded:
            text = _("its module is that of plugin {other}")
            raise PluginError(text.format(other=self._loaded[id(plugin)][0]))
        hooks = self._hooks_of(plugin, name)
        answers = {hook: _records(hook, hooks[hook]) for hook in RECORDS if hook in hooks}
        self._loaded[id(plugin)] = name, plugin
        if OBSERVER in hooks:
            self.observers[name] = _manager()
            self.observers[name].register(plugin, name)
        problems: list[str] = []
        names, package = {}, _package_of(plugin)
        whose = report.plugin, report.distribution, report.version, package
        for hook, records in answers.items():
            kind = OfferedFitter if hook == "sinfit_fitters" else Offer
            offers = [kind(spec, *whose) for spec in _valid(records, hook, problems)]
            self.offers[hook] += offers
            names[hook] = tuple(offer.name for offer in offers)
        return replace(
            report,
            status="broken" if problems else "ok",
            error="; ".join(problems),
            offers=names,
            hooks=tuple(sorted(hooks)),
            package=package,
        )

    def _hooks_of(self, plugin: Any, name: str) -> dict[str, Callable[[], Any]]:
        """The hooks that a plugin implements, checked by pluggy.

        Raises:
            PluginError: One does not exist (pluggy's check_pending does not say whose it is), or
                lacks its decorator.
            pluggy.PluginValidationError: One takes other arguments than the hook has.
        """
        try:
            self._checking.register(plugin, name)
            found = {
                caller.name: implementation.function
                for caller in self._checking.get_hookcallers(plugin) or ()
                for implementation in caller.get_hookimpls()
            }
        finally:
            if self._checking.has_plugin(name):  # pluggy before 1.7 fails half-way
                self._checking.unregister(name=name)
        for hook in sorted(found.keys() - HOOKS):
            problem = _("there is no hook {name!r}.").format(name=hook)
            raise PluginError(sentences(problem, did_you_mean(hook, sorted(HOOKS))))
        for name in sorted(HOOKS.intersection(dir(plugin))):
            if self._checking.parse_hookimpl_opts(plugin, name) is None:
                text = _("{name} lacks the decorator @sinfit.hookimpl")
                raise PluginError(text.format(name=name))
        return found


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _records(hook: str, function: Callable[[], Any]) -> list[Any]:
    """Call one hook of one plugin and return its records."""
    answer = function()
    if isinstance(answer, (str, bytes)) or not isinstance(answer, (Iterable, NoneType)):
        text = _("{hook} must return a list of records, not {answer}")
        raise PluginError(text.format(hook=hook, answer=shown(answer)))
    return [] if answer is None else [*answer]


def _valid(records: list[Any], hook: str, problems: list[str]) -> list[Any]:
    """The records that can be used; what is wrong with the others is added to the problems."""
    kind, good = RECORDS[hook], dict[str, Any]()
    for record in records:
        if not isinstance(record, kind):
            text = _("{hook} returned {record}, which is no {kind}")
            problem = text.format(hook=hook, record=shown(record), kind=kind.__name__)
        elif isinstance(record, FitterSpec) and (unfit := why_unfit(record)):
            problem = unfit
        elif isinstance(record, FitterSpec) and not record.fitter:
            text = _("fitter {name!r} does not say where its function is: fitter='module:function'")
            problem = text.format(name=record.name)
        elif record.key in good:
            problem = _("{name!r} is offered twice").format(name=record.key)
        else:
            good[record.key] = record
            continue
        problems.append(problem)
    return [*good.values()]


def why_unfit(spec: FitterSpec) -> str:
    """What to say of a fitter whose contract this host does not know; empty if it does."""
    theirs = spec.api_version
    if type(theirs) is int and 1 <= theirs <= API_VERSION:
        return ""
    newer = isinstance(theirs, int) and theirs > API_VERSION
    advice = _("update sinfit") if newer else _("correct it in the spec")
    text = _(
        "fitter {name!r} has api_version {theirs}, and this sinfit knows 1 to {ours}: {advice}"
    )
    return text.format(name=spec.name, theirs=shown(theirs), ours=API_VERSION, advice=advice)


def _package_of(plugin: Any) -> str:
    """The package whose catalogs translate a plugin, be it a package, a module or an object."""
    name = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    package: str = getattr(sys.modules.get(name), "__package__", None) or name
    return package
