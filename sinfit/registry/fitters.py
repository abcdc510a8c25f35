"""OfferedFitter: a fitter that can be loaded, whosever it is; FitterCollection: all, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from sinfit.contract.specs import FitterSpec
from sinfit.errors import UnavailableError, UnknownNameError
from sinfit.i18n import _, unknown
from sinfit.registry.discovery import normalised, unmet
from sinfit.registry.offers import Offer, Offers

if TYPE_CHECKING:
    from sinfit.registry.reports import PluginReport


@dataclass(frozen=True)
class OfferedFitter(Offer[FitterSpec]):
    """A fitter that a plugin offers, and what keeps it from being loaded.

    Attributes:
        function: What `load` returns, of a fitter that `register` was given; else None.
    """

    function: Callable[..., Any] | None = None

    @property
    def title(self) -> str:
        """The title in the current language."""
        return self.text("title")

    @property
    def summary(self) -> str:
        """What is new or special, in the current language."""
        return self.text("summary")

    @property
    def available(self) -> bool:
        """Whether the packages that it requires are installed."""
        return not self.reason

    @cached_property
    def reason(self) -> str:
        """Why it is not available; empty if it is. Read from metadata, nothing is imported."""
        return next(filter(None, map(unmet, self.spec.requires)), "")

    def load(self, field: str = "fitter") -> Any:
        """Import and return the generator function.

        Raises:
            UnavailableError: A package that it requires is missing or too old.
            FitterError: It cannot be imported.
            LoadingInterrupted: Ctrl-C while it was imported.
        """
        if self.reason:
            text = _("fitter {name!r} {reason}. Install it with: pip install {packages}")
            packages = " ".join(f'"{line}"' for line in self.spec.requires)
            text = text.format(name=self.name, reason=self.reason, packages=packages)
            raise UnavailableError(text)
        return super().load(field) if self.function is None else self.function


AnyFitter = TypeVar("AnyFitter", bound=OfferedFitter)


class NotInUseError(UnknownNameError):
    """The plugin of this name is installed, and broken, blocked or incompatible."""

    def __init__(self, given: str, reports: Iterable[PluginReport]) -> None:
        text = _("fitter {name!r} is not in use: {report}. See: sinfit doctor")
        message = text.format(name=given, report=" / ".join(map(str, reports)))
        super().__init__(message, given)  # nothing is near, it is the one


class FitterCollection(Offers[AnyFitter]):
    """Fitters by name; what is said of a name that none has knows the plugins not in use."""

    def __init__(self, fitters: Iterable[AnyFitter], missing: Iterable[PluginReport] = ()) -> None:
        """Take the fitters, and the reports of the plugins that are installed and not in use."""
        super().__init__(FitterSpec.kind, fitters)
        self.missing = tuple(missing)

    def why_empty(self) -> str:
        """What to say where there is no fitter at all."""
        if self.missing:
            return _("No fitter is in use; `sinfit plugins` says why.")
        return _("No fitter is installed. Install one with: pip install sinfit-numpy")

    def unknown(self, name: str) -> UnknownNameError:
        """What to say of a name that nobody offers, or whose plugin is not in use."""
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
            plugins = ", ".join(dict.fromkeys(report.distribution for report in self.missing))
            hint = _("Not in use: {plugins}; `sinfit plugins` says why.").format(plugins=plugins)
        return unknown(_("fitter"), name, self, hint)

    def __repr__(self) -> str:
        width = max(map(len, self), default=0)
        return "\n".join(f"{name:<{width}}  {self[name].title}" for name in self)

    def _repr_html_(self) -> str:
        from html import escape  # in notebooks alone

        rows = "".join(
            f"<tr><td><code>{escape(name)}</code></td><td>{escape(fitter.title)}</td>"
            f"<td>{escape(fitter.summary)}</td></tr>"
            for name, fitter in self.items()
        )
        return f"<table>{rows}</table>"
