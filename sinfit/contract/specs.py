"""What a plugin says of itself, in plain data and strings: a record for each thing that it offers.

Everything that `sinfit list` and `sinfit fit NAME --help` show stands here, so neither ever imports
torch or a fitter: code is named by an entry point `module:attribute`, and imported when it is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from sinfit.contract.models import Model
from sinfit.contract.records import Record
from sinfit.errors import UsageError, shown
from sinfit.i18n import N_, Language, _

API_VERSION = 2
"""The newest version of the contract between host and plugins; the older ones work on."""

Status = Literal["ok", "broken", "blocked", "incompatible"]


@dataclass(frozen=True)
class Option(Record):
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

    kind = "option"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check(self.default)

    def check(self, value: Any) -> Any:
        """Return the value as the option's type, or raise `UsageError` saying what is allowed."""
        value = self._typed(value)
        allowed = {"name": self.name, "type": self.type.__name__, "value": shown(value)}
        fits = isinstance(value, self.type) and not (self.type is int and isinstance(value, bool))
        if not fits:
            text = _("option {name} must be {type}, not {value}.")
        elif self.choices and value not in self.choices:
            text = _("option {name} must be one of {choices}, not {value}.")
            allowed["choices"] = ", ".join(self.choices)
        elif self.bounds and not self.bounds[0] <= value <= self.bounds[1]:
            text = _("option {name} must be from {low} to {high}, not {value}.")
            allowed |= {"low": str(self.bounds[0]), "high": str(self.bounds[1])}
        else:
            return value
        raise UsageError(text.format(**allowed))

    def _typed(self, value: Any) -> Any:
        try:
            if self.type is str and self.resolve:
                return str(value).removeprefix("torch.")  # torch.float64 is given as readily
            if self.type is float and isinstance(value, int) and not isinstance(value, bool):
                return float(value)
        except Exception:  # noqa: S110 (a foreign class, or a number too large: refused above)
            pass
        return value


DEVICE = Option(
    "device",
    str,
    "cpu",
    N_("Where the tensors live: cpu, cuda, cuda:1, mps; or auto."),
    resolve="sinfit.contract.torch_options:device",
)
DTYPE = Option(
    "dtype",
    str,
    "float32",
    N_("The tensors' data type: float32 or float64."),
    choices=("float32", "float64"),
    resolve="sinfit.contract.torch_options:dtype",
)
TORCH_OPTIONS = (DEVICE, DTYPE)
"""The two options that every fitter on PyTorch should have."""


@dataclass(frozen=True, kw_only=True)
class FitterSpec(Record):
    """A fitter, described without importing it.

    Attributes:
        name: The short name, such as `autograd`: lower-case words joined by - or _.
        title: A line for people; translated through the plugin's catalog.
        summary: What is new or special, in one sentence; translated likewise.
        fitter: The entry point of the function that returns the generator, `module:function`; left
            out only for `sinfit.register`, which is given the function itself.
        model: What the parameters mean.
        steps: The default number of updates.
        learning_rate: The default learning rate.
        order: Where it stands in lists; the stages are 1 to 8.
        optimizer: The update rule: `gd` (plain gradient descent, for which the stability limit
            holds), or any other name such as `rmsprop`.
        model_of: The entry point of `model_of(**options)`, if options decide what the model is;
            `model` is that of their defaults.
        initial: The start, if the fitter needs this one; else the host draws it from the seed.
        start: The entry point of `start(x, y)`, which gives the start from the data.
        target: The target that is fitted when nothing is said.
        batches: Whether the losses are those of a part of the points: they are shown as such, and
            only the final loss is of all.
        draws: Whether the generator takes `rng`, a `numpy.random.Generator` of the host's.
        weighted: Whether the generator takes `weights`, of shape (n,), where some are given; its
            losses are sums of weighted squares then.
        unused: What every fit takes and this fitter makes nothing of, such as `("learning_rate",)`:
            `sinfit fit NAME --help` does not offer it.
        linear: Whether it fits any model that is linear in its parameters: `model_of` is called
            with what the caller gives as `model`, if anything, and the generator takes `basis`.
        print_every: Every how many steps the tutorial prints the loss.
        options: Further options.
        requires: Packages as in a pyproject, such as `("torch>=2.2",)`, checked against the
            installed metadata before the fitter is imported.
        tutorial: The narrative's file inside the plugin's package, or None.
        api_version: The contract that the plugin was written for, 1 if it does not say. Contract 2
            brought `Block`, `Final`, `from_callback`, `start`, `target`, `batches`, `weighted`,
            `unused`, `linear` and `model_of`. A host refuses a contract that it does not know.
    """

    name: str
    title: str
    summary: str
    fitter: str = ""
    model: Model
    steps: int
    learning_rate: float
    order: float = math.inf
    optimizer: str = "gd"
    model_of: str | None = None
    initial: tuple[float, ...] | None = None
    start: str | None = None
    target: str = "sin"
    batches: bool = False
    draws: bool = False
    weighted: bool = False
    unused: tuple[str, ...] = ()
    linear: bool = False
    print_every: int = 100
    options: tuple[Option, ...] = ()
    requires: tuple[str, ...] = ()
    tutorial: str | None = None
    api_version: int = 1

    kind = N_("fitter")

    def __post_init__(self) -> None:
        super().__post_init__()
        if len({option.name for option in self.options}) < len(self.options):
            raise self.refusal("two options have one name")
        if self.initial is not None and self.start is not None:
            raise self.refusal("initial and start both say where it starts")
        if self.initial is not None and len(self.initial) != len(self.model.parameters):
            raise self.refusal(
                f"initial has {len(self.initial)} numbers, its model {self.model.name!r} has "
                f"{len(self.model.parameters)} parameters"
            )


@dataclass(frozen=True, kw_only=True)
class TargetSpec(Record):
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

    kind = N_("target")


@dataclass(frozen=True, kw_only=True)
class CommandSpec(Record):
    """A command of `sinfit`.

    Attributes:
        name: What follows `sinfit` on the command line.
        summary: A line for `sinfit --help`; translated through the plugin's catalog.
        command: The entry point of a `click.Command` or `click.Group`; `--lang` and `--debug` are
            added to it.
        order: Where it stands in `sinfit --help`; the host's own commands are 1 to 5.
    """

    name: str
    summary: str
    command: str
    order: float = 100

    kind = N_("command")


@dataclass(frozen=True, kw_only=True)
class DirectiveSpec(Record):
    """A component of the site: `[[name …]]`, on a line of its own, becomes what it renders.

    Attributes:
        name: The word in the brackets.
        render: The entry point of the function that renders it; `sinfit_site` says what it is
            given.
    """

    name: str
    render: str

    kind = N_("directive")


@dataclass(frozen=True, kw_only=True)
class CheckSpec(Record):
    """One more thing that `sinfit check` tries on every fitter.

    Attributes:
        name: A short name, such as `returns`.
        title: What must hold, in a line; translated through the plugin's catalog.
        check: The entry point of a function that is given a `sinfit_author.Subject` and raises an
            `AssertionError` if it does not hold.
    """

    name: str
    title: str
    check: str

    kind = N_("check")


@dataclass(frozen=True, kw_only=True)
class LanguageSpec(Record, Language):
    """A language of messages, titles and pages: all that sinfit has to know of it.

    Attributes:
        code: The language's code, such as `es`; its catalogs are called so.
        name: What it calls itself, such as `Español`.
        html: The code for web pages; `code` unless it says more, as `zh-Hans` does.
        space: What stands between two sentences.
        comma: What stands between the words of a list.
        rules: A set of rules of style for translations, `korean` or `chinese`; none by default.
        catalogs: The package with its catalogs: for each package that it translates a file
            `locale/PACKAGE.po`, such as `locale/sinfit_numpy.po`, and the pages of the site in
            `locale/docs/`. None where each package has its own `locale/CODE.po`.
    """

    kind, named = N_("language"), "code"
