"""Every error that sinfit raises on purpose, under one base class.

Each names who, what was given, what was expected and what to do. The command line prints the
message alone; `--debug` adds the traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from reprlib import Repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sinfit.result import FitResult


LONGEST = 300  # letters of a foreign error in one of our messages; its traceback keeps them all


class SinfitError(Exception):
    """The base of all errors of sinfit."""


class UsageError(SinfitError, ValueError):
    """Something that was given cannot be used: a number, a name, an array, a file."""


class UnknownNameError(UsageError, KeyError):
    """No fitter, target or option has this name; the message offers the nearest."""

    def __init__(self, kind: str, given: str, known: Iterable[str], hint: str = "") -> None:
        from sinfit.i18n import _, sentences

        known = sorted(known)
        nearest = get_close_matches(given, known, n=1, cutoff=0.5)
        message = sentences(
            _("unknown {kind} {given!r}.").format(kind=kind, given=given),
            _("Did you mean {name!r}?").format(name=nearest[0]) if nearest else "",
            _("There are: {names}.").format(names=", ".join(known) or "-"),
            hint,
        )
        super().__init__(message)
        self.given = given
        self.nearest = nearest[0] if nearest else None

    def __str__(self) -> str:  # KeyError would show the repr
        return str(self.args[0])


class AmbiguousNameError(UsageError):
    """Two plugins offer this short name; `distribution/name` tells them apart."""


class DataError(UsageError):
    """x and y, or the file they come from, cannot be fitted."""


class DeviceError(UsageError):
    """A device or data type that this machine or this build of PyTorch does not have."""


class UnavailableError(SinfitError):
    """A fitter or a feature needs a package that is not installed."""


class PluginError(SinfitError):
    """A plugin cannot be used; raised instead of reported when SINFIT_STRICT_PLUGINS is set."""


class FitterError(SinfitError):
    """A fitter broke its contract or raised in the middle of a fit.

    Attributes:
        result: The best finite result until then, or None if there was none.
    """

    def __init__(self, message: str, result: FitResult | None = None) -> None:
        super().__init__(message)
        self.result = result


class PluginWarning(UserWarning):
    """A plugin is broken, incompatible or suspicious; the others work on."""


class StabilityWarning(UserWarning):
    """The learning rate is above the stability limit of plain gradient descent."""


def one_line(error: object) -> str:
    """A foreign exception in one line, whatever it is: its class and what it says.

    Examples:
        >>> one_line(ValueError("this is   long"))
        'ValueError: this is long'
    """
    try:
        text = " ".join(str(error).split())
    except Exception:  # an exception may fail even at saying what is wrong
        text = "?"
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def shown(value: Any) -> str:
    """A foreign value's repr, short, even if it is huge or its repr raises.

    Examples:
        >>> shown({"name": "good"})
        "{'name': 'good'}"
    """
    short = Repr()
    short.maxstring = short.maxother = 80
    return short.repr(value)
