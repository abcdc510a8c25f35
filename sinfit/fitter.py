"""Fitter: a registered FitterSpec and whose it is; FitterCollection: all of them, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib import metadata
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement

from sinfit.ctrl_c import LoadingInterrupted, watching_ctrl_c
from sinfit.discovery import normalised
from sinfit.entry import load
from sinfit.errors import (
    AmbiguousNameError,
    FitterError,
    UnavailableError,
    UnknownNameError,
    one_line,
)
from sinfit.i18n import _, gettext_of
from sinfit.specs import FitterSpec

if TYPE_CHECKING:
    from sinfit.reporting import PluginReport
    from sinfit.result import FitResult


@dataclass(frozen=True)
class Fitter:
    """A fitter that a plugin offers.

    Attributes:
        spec: What the plugin says of it.
        plugin: The plugin's entry point name.
        distribution: The plugin's distribution.
        version: That distribution's version.
        package: The plugin's package, whose catalogs translate its titles.
    """

    spec: FitterSpec
    plugin: str
    distribution: str
    version: str
    package: str

    @property
    def name(self) -> str:
        """The short name, such as `autograd`."""
        return self.spec.name

    @property
    def id(self) -> str:
        """The name that is always unambiguous: `distribution/name`."""
        return f"{self.distribution}/{self.spec.name}"

    @property
    def title(self) -> str:
        """The title in the current language."""
        return gettext_of(self.package, self.spec.title)

    @property
    def summary(self) -> str:
        """What is new or special, in the current language."""
        return gettext_of(self.package, self.spec.summary)

    @property
    def available(self) -> bool:
        """Whether the packages that it requires are installed."""
        return not self.reason

    @cached_property
    def reason(self) -> str:
        """Why it is not available; empty if it is. Read from metadata, nothing is imported."""
        for line in self.spec.requires:
            requirement = Requirement(line)
            if requirement.marker and not requirement.marker.evaluate():
                continue
            try:
                installed = metadata.version(requirement.name)
            except metadata.PackageNotFoundError:
                return _("needs {requirement}, which is not installed").format(requirement=line)
            if not requirement.specifier.contains(installed, prereleases=True):
                return _("needs {requirement}, and {installed} is installed").format(
                    requirement=line, installed=f"{requirement.name} {installed}"
                )
        return ""

    def load(self) -> Callable[..., Any]:
        """Import and return the generator function.

        Raises:
            UnavailableError: A package that it requires is missing or too old.
            FitterError: It cannot be imported.
            LoadingInterrupted: Ctrl-C while it was imported; a KeyboardInterrupt that names it.
        """
        if self.reason:
            raise UnavailableError(
                _("fitter {name!r} {reason}. Install it with: pip install {packages}").format(
                    name=self.name,
                    reason=self.reason,
                    packages=" ".join(f'"{line}"' for line in self.spec.requires),
                )
            )
        try:
            with watching_ctrl_c() as ctrl_c:
                function: Callable[..., Any] = load(self.spec.fitter)
        except BaseException as error:  # SystemExit, a KeyboardInterrupt of its own, whatever
            if ctrl_c.came:
                raise LoadingInterrupted(
                    _("interrupted while fitter {id} was being loaded from {entry}.").format(
                        id=self.id, entry=self.spec.fitter
                    )
                ) from error
            raise FitterError(
                _("fitter {id} cannot be loaded from {entry}: {error}").format(
                    id=self.id, entry=self.spec.fitter, error=one_line(error)
                )
            ) from error
        return function

    def fit(self, x: Any = None, y: Any = None, **settings: Any) -> FitResult:
        """Fit with this fitter; takes what `sinfit.fit` takes."""
        from sinfit.fitting import fit

        return fit(self.id, x, y, **settings)


class NotInUseError(UnknownNameError):
    """The plugin of this name is installed, and broken, blocked or incompatible."""

    def __init__(self, given: str, reports: Iterable[PluginReport]) -> None:
        message = _("fitter {name!r} is not in use: {report}. See: sinfit doctor").format(
            name=given, report=" / ".join(map(str, reports))
        )
        super(UnknownNameError, self).__init__(message)  # nothing is near, it is the one
        self.given, self.nearest = given, None


class FitterCollection(Mapping[str, Fitter]):
    """Fitters by name, in their order.

    The keys are the short names, or `distribution/name` where two plugins offer one short name.
    Both forms find a fitter; a short name that two share raises `AmbiguousNameError`.
    """

    def __init__(self, fitters: list[Fitter], missing: Iterable[PluginReport] = ()) -> None:
        """Order the fitters by their specs' order, then by name.

        Args:
            fitters: The fitters.
            missing: The plugins that are installed and not in use, to be named where a name is
                unknown.
        """
        self.missing = tuple(missing)
        ordered = sorted(fitters, key=lambda f: (f.spec.order, f.name, f.distribution))
        self._by_id = {fitter.id: fitter for fitter in ordered}
        self._by_name: dict[str, list[Fitter]] = {}
        for fitter in ordered:
            self._by_name.setdefault(fitter.name, []).append(fitter)

    def why_empty(self) -> str:
        """What to say where there is no fitter at all."""
        if self.missing:
            return _("No fitter is in use; `sinfit plugins` says why.")
        return _("No fitter is installed. Install one with: pip install sinfit-numpy")

    def __getitem__(self, name: str) -> Fitter:
        """Find a fitter by its short name or by `distribution/name`.

        Raises:
            AmbiguousNameError: Two plugins offer this short name.
            UnknownNameError: There is none of this name; the nearest is offered.
        """
        if name in self._by_id:
            return self._by_id[name]
        same = self._by_name.get(name, [])
        if len(same) > 1:
            raise AmbiguousNameError(
                _("two plugins offer a fitter {name!r}: use {ids}.").format(
                    name=name, ids=" / ".join(fitter.id for fitter in same)
                )
            )
        if not same:
            raise self._unknown(str(name))
        return same[0]

    def _unknown(self, name: str) -> UnknownNameError:
        wanted = normalised(name.partition("/")[0])
        own = [
            report
            for report in self.missing
            if wanted in (normalised(report.plugin), report.distribution)
            or report.distribution == f"sinfit-{wanted}"
        ]
        if own:
            return NotInUseError(name, own)
        hint = _("`sinfit plugins` shows what is installed.")
        if self.missing:
            hint = _("Not in use: {plugins}; `sinfit plugins` says why.").format(
                plugins=", ".join(dict.fromkeys(report.distribution for report in self.missing))
            )
        return UnknownNameError(_("fitter"), name, self, hint)

    def __contains__(self, name: object) -> bool:
        return name in self._by_id or name in self._by_name

    def __iter__(self) -> Iterator[str]:
        for fitter in self._by_id.values():
            yield fitter.name if len(self._by_name[fitter.name]) == 1 else fitter.id

    def __len__(self) -> int:
        return len(self._by_id)

    def __repr__(self) -> str:
        width = max(map(len, self), default=0)
        return "\n".join(f"{name:<{width}}  {self[name].title}" for name in self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{escape(name)}</code></td><td>{escape(fitter.title)}</td>"
            f"<td>{escape(fitter.summary)}</td></tr>"
            for name, fitter in self.items()
        )
        return f"<table>{rows}</table>"
