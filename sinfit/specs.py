"""What a plugin says of itself, in plain data and strings: FitterSpec, TargetSpec, Option.

Everything that `sinfit list` and `sinfit fit NAME --help` show stands here, so neither ever imports
torch or a fitter.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from packaging.requirements import InvalidRequirement, Requirement

from sinfit.errors import UsageError
from sinfit.i18n import N_, _
from sinfit.models import Model

API_VERSION = 1
"""The version of the contract between host and plugins."""

NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
EVERY_FIT = (
    *("target", "points", "steps", "learning_rate", "seed", "initial", "callbacks"),
    *("tolerance", "patience", "time_limit", "record_every", "progress"),
)
"""What every fit takes by keyword."""
TAKEN = frozenset(
    {"name", "x", "y", "rng", *EVERY_FIT, "print_every", "plot", "save", "lang", "debug", "json"}
)
ENTRY_POINT = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


@dataclass(frozen=True)
class Option:
    """An option of a fitter beyond those that every fitter has.

    Attributes:
        name: A keyword argument of the generator, such as `momentum`.
        type: `int`, `float`, `str` or `bool`.
        default: The value when nothing is given.
        help: One sentence; translated through the plugin's catalog.
        bounds: The least and the greatest value allowed, for numbers.
        choices: The values allowed, for strings.
        resolve: An entry point `module:function` that turns the value into what the generator
            wants, called just before a fit; for example a string into a `torch.dtype`.
    """

    name: str
    type: type[int] | type[float] | type[str] | type[bool]
    default: Any
    help: str
    bounds: tuple[float, float] | None = None
    choices: tuple[str, ...] | None = None
    resolve: str | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise UsageError(f"an Option's name must be an identifier, not {self.name!r}")
        if self.name in TAKEN:
            raise UsageError(f"an Option cannot be called {self.name!r}: every fit has that")
        if self.type not in (int, float, str, bool):
            raise UsageError(f"Option {self.name!r}: type must be int, float, str or bool")
        self.check(self.default)

    def check(self, value: Any) -> Any:
        """Return the value as the option's type, or raise `UsageError` saying what is allowed."""
        value = self._typed(value)
        if self.choices and value not in self.choices:
            raise UsageError(
                _("option {name} must be one of {choices}, not {value!r}.").format(
                    name=self.name, choices=", ".join(self.choices), value=value
                )
            )
        if self.bounds and not self.bounds[0] <= value <= self.bounds[1]:
            low, high = self.bounds
            raise UsageError(
                _("option {name} must be from {low} to {high}, not {value!r}.").format(
                    name=self.name, low=low, high=high, value=value
                )
            )
        return value

    def _typed(self, value: Any) -> Any:
        if self.type is str and self.resolve:
            return str(value).removeprefix("torch.")  # torch.float64 is given as readily
        if self.type is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not isinstance(value, self.type) or (self.type is int and isinstance(value, bool)):
            raise UsageError(
                _("option {name} must be {type}, not {value!r}.").format(
                    name=self.name, type=self.type.__name__, value=value
                )
            )
        return value


DEVICE = Option(
    "device",
    str,
    "cpu",
    N_("Where the tensors live: cpu, cuda, cuda:1, mps."),
    resolve="sinfit.torch_options:device",
)
DTYPE = Option(
    "dtype",
    str,
    "float32",
    N_("The tensors' data type: float32 or float64."),
    choices=("float32", "float64"),
    resolve="sinfit.torch_options:dtype",
)
TORCH_OPTIONS = (DEVICE, DTYPE)
"""The two options that every fitter on PyTorch should have."""


@dataclass(frozen=True, kw_only=True)
class FitterSpec:
    """A fitter, described without importing it.

    Attributes:
        name: The short name, such as `autograd`: lower-case words joined by - or _.
        title: A line for people; translated through the plugin's catalog.
        summary: What is new or special, in one sentence; translated likewise.
        fitter: The entry point of the generator function, `module:function`.
        model: What the parameters mean.
        steps: The default number of updates.
        learning_rate: The default learning rate.
        order: Where it stands in lists; the stages are 1 to 8.
        optimizer: The update rule: `gd` (plain gradient descent, for which the stability limit
            holds), or any other name such as `rmsprop`.
        initial: The start, if the fitter needs this one; else the host draws it from the seed.
        draws: Whether the generator takes `rng`, a `numpy.random.Generator` of the host's.
        print_every: Every how many steps the tutorial prints the loss.
        options: Further options.
        requires: Packages as in a pyproject, such as `("torch>=2.2",)`, checked against the
            installed metadata before the fitter is imported.
        tutorial: The narrative's file inside the plugin's package, or None.
        api_version: The version of the contract that the plugin was written for.
    """

    name: str
    title: str
    summary: str
    fitter: str
    model: Model
    steps: int
    learning_rate: float
    order: float = math.inf
    optimizer: str = "gd"
    initial: tuple[float, ...] | None = None
    draws: bool = False
    print_every: int = 100
    options: tuple[Option, ...] = ()
    requires: tuple[str, ...] = ()
    tutorial: str | None = None
    api_version: int = API_VERSION

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise UsageError(
                f"a fitter's name must be lower-case words joined by - or _, not {self.name!r}"
            )
        if not ENTRY_POINT.fullmatch(self.fitter):
            raise UsageError(
                f"fitter {self.name!r}: fitter must read 'module:function', not {self.fitter!r}"
            )
        if not isinstance(self.model, Model):
            raise UsageError(f"fitter {self.name!r}: model must be a Model, not {self.model!r}")
        for field, kind in (
            *(("title", str), ("summary", str), ("optimizer", str), ("options", tuple)),
            *(("steps", int), ("print_every", int), ("requires", tuple)),
            *(("learning_rate", (int, float)), ("order", (int, float))),
        ):
            value = getattr(self, field)
            if not isinstance(value, kind) or isinstance(value, bool):
                raise UsageError(f"fitter {self.name!r}: {field} cannot be {value!r}")
        for field in ("steps", "print_every", "learning_rate"):
            if not getattr(self, field) > 0:
                raise UsageError(
                    f"fitter {self.name!r}: {field} must be above 0, not {getattr(self, field)}"
                )
        if not all(isinstance(option, Option) for option in self.options):
            raise UsageError(f"fitter {self.name!r}: options must be Options, not {self.options!r}")
        if len({option.name for option in self.options}) < len(self.options):
            raise UsageError(f"fitter {self.name!r}: two options have one name")
        for line in self.requires:
            try:
                Requirement(line)
            except (InvalidRequirement, TypeError) as error:
                raise UsageError(
                    f"fitter {self.name!r}: requires has {line!r}, which is no requirement"
                ) from error
        if self.initial is not None and len(self.initial) != len(self.model.parameters):
            raise UsageError(
                f"fitter {self.name!r}: initial has {len(self.initial)} numbers, its model "
                f"{self.model.name!r} has {len(self.model.parameters)} parameters"
            )


@dataclass(frozen=True, kw_only=True)
class TargetSpec:
    """A function that can be fitted by name.

    Attributes:
        name: The short name, such as `sin`.
        title: A line for people.
        function: The entry point `module:function` of y = f(x), from shape (n,) to (n,).
        interval: The least and the greatest x, in the function's own unit (radians for sin).
    """

    name: str
    title: str
    function: str
    interval: tuple[float, float]

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise UsageError(
                f"a target's name must be lower-case words joined by - or _, not {self.name!r}"
            )
        if not ENTRY_POINT.fullmatch(self.function):
            raise UsageError(
                f"target {self.name!r}: function must read 'module:function', not {self.function!r}"
            )
        low, high = self.interval
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise UsageError(f"target {self.name!r}: interval must be (low, high) with low < high")


Status = Literal["ok", "broken", "blocked", "incompatible"]
