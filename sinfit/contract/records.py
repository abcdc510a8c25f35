"""Record: what all that a plugin offers has in common; and what each of its fields must be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import fields
from numbers import Real
from typing import Any, ClassVar

from sinfit.contract.models import Model
from sinfit.errors import UsageError, shown
from sinfit.ground.requirements import read_requirement

NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
ENTRY_POINT = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
EVERY_FIT = (
    *("target", "points", "steps", "learning_rate", "seed", "initial", "callbacks"),
    *("tolerance", "patience", "time_limit", "record_every", "progress", "options"),
    *("x", "interval", "weights", "sigma", "absolute_sigma", "model"),
)
"""What every fit takes by keyword."""
TAKEN = frozenset(
    {"name", "data", "y", "rng", *EVERY_FIT, "print_every", "plot", "save", "lang", "debug", "json"}
)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and value == value  # no NaN


def _pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(_number, value))


def _requirement(line: Any) -> bool:
    try:
        return bool(read_requirement(line))
    except (ValueError, TypeError):
        return False


Rule = tuple[str, Callable[[Any], bool]]


def _like(words: str, pattern: re.Pattern[str]) -> Rule:
    return words, lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _or_none(words: str, test: Callable[[Any], bool]) -> Rule:
    return f"{words} or None", lambda value: value is None or test(value)


def _all(words: str, kinds: Any, test: Callable[[Any], bool]) -> Rule:
    return words, lambda value: isinstance(value, kinds) and all(map(test, value))


TEXT = ("a text", _text)
ENTRY = _like("'module:attribute'", ENTRY_POINT)
TRUTH = ("True or False", lambda value: isinstance(value, bool))
COUNT = ("a whole number above 0", lambda v: isinstance(v, int) and _number(v) and v > 0)
MUST_BE: dict[str, Rule] = {
    "name": _like("lower-case words joined by - or _", NAME),
    **dict.fromkeys(("title", "summary", "help", "optimizer", "target"), TEXT),
    **dict.fromkeys(("function", "command", "render", "check"), ENTRY),
    "fitter": (ENTRY[0], lambda value: value == "" or ENTRY[1](value)),
    **dict.fromkeys(("start", "resolve", "model_of"), _or_none(*ENTRY)),
    "model": ("a Model", lambda value: isinstance(value, Model)),
    **dict.fromkeys(("steps", "print_every"), COUNT),
    "learning_rate": ("a number above 0", lambda value: _number(value) and value > 0),
    "order": ("a number", _number),
    **dict.fromkeys(("batches", "draws", "linear", "weighted"), TRUTH),
    "initial": _or_none(*_all("numbers", (tuple, list), _number)),
    "options": _all(
        "a tuple of Options",
        tuple,
        lambda value: isinstance(value, Record) and value.kind == "option",
    ),
    "requires": _all("a tuple of requirements such as 'torch>=2.2'", tuple, _requirement),
    "unused": _all("a tuple of names that every fit takes", tuple, lambda n: n in EVERY_FIT),
    "tutorial": _or_none("a file's name", _text),
    "interval": (
        "(low, high) with low < high, both finite",
        lambda value: _pair(value) and -math.inf < value[0] < value[1] < math.inf,
    ),
    "bounds": _or_none("(low, high)", _pair),
    "choices": _or_none(*_all("a tuple of texts", tuple, _text)),
    "type": ("int, float, str or bool", lambda v: any(v is k for k in (int, float, str, bool))),
    "option name": (
        "an identifier that no fit takes already",
        lambda value: _text(value) and value.isidentifier() and value not in TAKEN,
    ),
    "language code": _like("like 'es', and not 'en'", re.compile(r"(?!en$)[a-z]{2,3}")),
    **dict.fromkeys(("language name", "html", "space", "comma", "rules", "catalogs"), TEXT),
}
"""What each field of a record must be, in words and as a test; of some in one kind alone."""


class Record:
    """What all records have in common: each is of a kind, has a name, and is checked when made.

    Attributes:
        kind: What it is, such as `fitter`, for messages.
        named: The field with the name by which it is found.
    """

    kind: ClassVar[str]
    named: ClassVar[str] = "name"

    @property
    def key(self) -> str:
        """The name by which it is found; of a language its code."""
        return str(getattr(self, self.named))

    def __post_init__(self) -> None:
        """Refuse what would break later, far from its cause."""
        for field in fields(self):  # type: ignore[arg-type]  # those below are dataclasses
            rule = MUST_BE.get(f"{self.kind} {field.name}") or MUST_BE.get(field.name)
            value = getattr(self, field.name)
            if rule and not rule[1](value):
                raise self.refusal(f"{field.name} must be {rule[0]}, not {shown(value)}")

    def refusal(self, why: str) -> UsageError:
        """The error that says what is wrong with this record."""
        return UsageError(f"{self.kind} {shown(getattr(self, self.named))}: {why}")
