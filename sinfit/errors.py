"""Every error that sinfit raises on purpose, under one base class.

Each names who, what was given, what was expected and what to do. The command line prints the
message alone; `--debug` adds the traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import Repr
from typing import Any

LONGEST = 300  # letters of a foreign error in one of our messages; its traceback keeps them all
LONGEST_PATH = 200  # letters of a path
LONGEST_NAME = 80  # letters of a name, a cell or a value that is shown in a message


class SinfitError(Exception):
    """The base of all errors of sinfit."""

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels to another process: as what it says, whatever it was made of."""
        return _again, (type(self), self.args, self.__dict__)


class UsageError(SinfitError, ValueError):
    """Something that was given cannot be used: a number, a name, an array, a file."""


class UnknownNameError(UsageError, KeyError):
    """No fitter, target or option has this name; `sinfit.i18n.unknown` makes one.

    Attributes:
        given: The name.
        nearest: The name that was most likely meant, if any is near.
    """

    def __init__(self, message: str, given: str = "", nearest: str | None = None) -> None:
        super().__init__(message)
        self.given, self.nearest = given, nearest

    def __str__(self) -> str:  # KeyError would show the repr
        return str(self.args[0])


class AmbiguousNameError(UsageError):
    """Two plugins offer this short name; `distribution/name` tells them apart."""


class DataError(UsageError):
    """x and y, or the file they come from, cannot be fitted."""


class DeviceError(UsageError):
    """A device or data type that this machine or this build of PyTorch does not have."""


class UnsuitableError(UsageError):
    """A fitter was given what others take and it cannot: weights, or an automatic learning rate."""


class UnavailableError(SinfitError):
    """A fitter or a feature needs a package that is not installed."""


class PluginError(SinfitError):
    """A plugin cannot be used; raised instead of reported when SINFIT_STRICT_PLUGINS is set."""


class FitterError(SinfitError):
    """A fitter broke its contract or raised in the middle of a fit.

    Attributes:
        result: The best finite `FitResult` until then, or None if there was none.
    """

    def __init__(self, message: str, result: Any = None) -> None:
        super().__init__(message)
        self.result = result


class PluginWarning(UserWarning):
    """A plugin is broken, incompatible or suspicious; the others work on."""


class StabilityWarning(UserWarning):
    """The learning rate is above the stability limit of plain gradient descent."""


def _again(kind: type[SinfitError], said: tuple[Any, ...], held: dict[str, Any]) -> SinfitError:
    error = kind.__new__(kind, *said)
    error.__dict__.update(held)
    return error


class OptimalityWarning(UserWarning):
    """The fit stopped so far from the optimum that its standard errors say little."""


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The name that was most likely meant: the one abbreviated so, or the most similar.

    Examples:
        >>> nearest("lr", ["tolerance", "learning_rate"])
        'learning_rate'
        >>> nearest("autogard", ["autograd", "numpy"])
        'autograd'
    """
    if not given or len(given) > LONGEST_NAME:  # comparing would take long, and find nothing
        return None
    from difflib import get_close_matches

    known = [*known]
    for name in known:
        words = name.replace("_", "-").split("-")
        if len(words) > 1 and given == "".join(word[:1] for word in words):
            return name
    return next(iter(get_close_matches(given, known, n=1, cutoff=0.5)), None)


def cut(text: str, most: int = LONGEST_NAME) -> str:
    """A text of at most so many letters; the last is … where it was longer."""
    return text if len(text) <= most else text[: most - 1] + "…"


def cut_path(path: object) -> str:
    """A path, or an open file's, whole unless it is endless: its end is what tells files apart."""
    text = str(getattr(path, "name", path) if hasattr(path, "read") else path)
    return text if len(text) <= LONGEST_PATH else "…" + text[1 - LONGEST_PATH :]


def one_line(error: object) -> str:
    """A foreign exception in one line, whatever it is: its class and what it says."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # an exception may fail even at saying what is wrong
        text = "?"
    return cut(f"{type(error).__name__}: {text}" if text else type(error).__name__, LONGEST)


def shown(value: Any) -> str:
    """A foreign value's repr in one short line, even if it is huge or its repr raises.

    Examples:
        >>> shown({"name": "good"})
        "{'name': 'good'}"
        >>> shown(10**5000)
        '<int>'
    """
    short = Repr()
    short.maxstring = short.maxother = LONGEST_NAME
    try:
        text = short.repr(value)
    except Exception:  # reprlib goes by a class's name, which may be that of another
        text = f"<{type(value).__name__}>"
    return cut(" ".join(text.split("\n")), 2 * LONGEST_NAME)
