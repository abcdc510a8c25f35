"""The options that commands share, and how a fitter's own options become command line options."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from sinfit.contract.records import ENTRY_POINT
from sinfit.errors import UsageError, cut, one_line, shown
from sinfit.ground.entry import load
from sinfit.i18n import LANGUAGES, gettext_of
from sinfit.registry.fitters import OfferedFitter
from sinfit.registry.plugins import installed_fitters, quietly, registry, targets
from sinfit_cli.i18n import _
from sinfit_cli.output import check_writable, note

NOT_FOR_OPTIONS = {"SINFIT_DOCS", "SINFIT_LANGUAGE"}
"""What environment variables of these names say is something else: the site's build sets them."""

Command = TypeVar("Command", bound=click.Command)


def option(names: str, text: str, **more: Any) -> click.Option:
    """An option with its help text, where its default is shown; `--a-b` is also `SINFIT_A_B`.

    Args:
        names: As click takes them, with a space between: `--steps`, `as_json --json`.
        text: The help.
        more: What else click takes, such as `type`, `default`, `metavar`.
    """
    usual: dict[str, Any] = {"show_default": more.get("default") not in (None, "")}
    if long := re.search(r"--([\w-]+)", names):
        variable = "SINFIT_" + long[1].upper().replace("-", "_")
        usual["envvar"] = None if variable in NOT_FOR_OPTIONS else variable
    return click.Option(names.split(), help=text, **usual | more)


def fitter_names(ctx: click.Context, _param: object, begun: str) -> list[str]:
    """The fitters whose names begin so, those already given left out: what a shell completes."""
    there = ctx.params.get("names") or ()
    return [name for name in installed_fitters() if name.startswith(begun) and name not in there]


def files(_ctx: object, _param: object, begun: str) -> list[CompletionItem]:
    """The files whose names begin so, which the shell itself finds."""
    return [CompletionItem(begun, type="file")]


def targets_or_files(_ctx: object, _param: object, begun: str) -> list[CompletionItem]:
    """The targets whose names begin so, and where there is none, the files."""
    named = [CompletionItem(name) for name in targets() if name.startswith(begun)]
    return [*files(None, None, begun), *named]  # bash forgets what came before the files


def names_argument(*, required: bool = False) -> click.Argument:
    """The names of fitters, as many as one likes."""
    metavar = "NAME..." if required else "[NAME]..."
    return click.Argument(
        ["names"], nargs=-1, required=required, metavar=metavar, shell_complete=fitter_names
    )


def json_option() -> click.Option:
    """The switch --json."""
    return option("as_json --json", _("Print JSON for programs."), is_flag=True)


def file_option(name: str, text: str, *, picture: bool = False) -> click.Option:
    """An option for a file, which is refused at once if it could not be written."""

    def checked(_ctx: object, _option: object, path: str | None) -> str | None:
        if path is not None:
            check_writable(path, picture=picture)
        return path

    return option(name, text, metavar="FILE", callback=checked, shell_complete=files)


def plot_option(text: str = "") -> click.Option:
    """The option --plot FILE; its help text is that of a fit, if none is given."""
    fit = _("Draw the start, the fit, the truth and the losses: a .png, .svg or .pdf file.")
    return file_option("--plot", text or fit, picture=True)


def print_option(default: int | None = None) -> click.Option:
    """The option --print-every N."""
    text = _("Print the loss every so many steps, as the tutorial does.")
    return option("--print-every", text, type=click.IntRange(min=1), default=default)


def rate(text: str) -> Any:
    """A learning rate: a number, or `auto`."""
    return text if text == "auto" else click.FLOAT(text)


def numbers(name: str, text: str, kind: Callable[[str], Any] = float) -> list[Any]:
    """The numbers of an option that takes some, joined by commas.

    Raises:
        UsageError: They are none, with the option's name and what was given.
    """
    try:
        return [kind(part) for part in text.split(",")]
    except ValueError:
        says = _("{name} must be numbers joined by commas, not {given!r}.")
        raise UsageError(says.format(name=name, given=cut(text))) from None


def decimal_option() -> click.Option:
    """The option --decimal."""
    point = click.Choice([".", ","])
    return option("--decimal", _("The file's decimal point."), type=point, default=".")


def fit_options(*names: str, target: str = "sin") -> list[click.Parameter]:
    """The options of every fit, or those named, in the order of the help text.

    Numbers are checked by `sinfit.fit`, so that both ways in give the same errors.

    Args:
        names: Which of them; all if none is named.
        target: What is fitted when nothing is said.
    """
    what = _(
        "What to fit: a target's name, module:function, or a CSV file; - is the standard input."
    )
    x = _("The file's column that is x: its heading, or its number from 1.")
    span = _("The target's least and greatest x, instead of its own; a function needs it.")
    size = _("Size of an update; auto is nine tenths of the stability limit.")
    initial = _("The start, instead of a drawn one: numbers joined by commas.")
    options = [
        option(
            "--target", what, default=target, metavar="NAME|FILE|…", shell_complete=targets_or_files
        ),
        option("--x", x, metavar="COLUMN"),
        option("--y", _("The file's column that is y."), metavar="COLUMN"),
        option("--weights", _("The file's column of weights."), metavar="COLUMN"),
        option("--sigma", _("The file's column of the errors of y."), metavar="COLUMN"),
        option(
            "--absolute-sigma", _("Take sigma in the unit of y, not as relative."), is_flag=True
        ),
        decimal_option(),
        option("--interval", span, metavar="LOW,HIGH"),
        option("--points", _("Number of evenly spaced points."), type=int, default=2000),
        option("--steps", _("Number of updates."), type=int),
        option("--learning-rate", size, type=rate, metavar="FLOAT|auto"),
        option("--seed", _("What the start is drawn from."), type=int, default=0),
        option("--initial", initial, metavar="A,B,…"),
        option("--tolerance", _("Stop when the loss changes by less than this part."), type=float),
        option("--patience", _("Stop after so many steps without a better loss."), type=int),
        option("--time-limit", _("Stop after so many seconds, at the end of a step."), type=float),
    ]
    return [each for each in options if each.name in names or not names]


def fitter_options(fitters: Iterable[OfferedFitter]) -> list[click.Parameter]:
    """The fitters' own options, each name once."""
    found: dict[str, click.Parameter] = {}
    for fitter in fitters:
        for spec in fitter.spec.options:
            flag = spec.name.replace("_", "-")
            names = f"--{flag}/--no-{flag}" if spec.type is bool else f"--{flag}"
            kind: Any = click.Choice(spec.choices) if spec.choices else spec.type
            # shown, not checked: another fitter may have other bounds for an option of this name
            range_of = "{:g}…{:g}".format(*spec.bounds) if spec.bounds else None
            more = {"type": kind, "default": spec.default, "metavar": range_of}
            text = gettext_of(
                "sinfit", gettext_of(fitter.package, spec.help)
            )  # some are the host's
            found.setdefault(spec.name, option(f"{spec.name} {names}", text, **more))
    return [*found.values()]


class Language(click.Choice):  # type: ignore[type-arg]  # click 8.1 knows no Choice[str]
    """A language that is spoken here, those of plugins included where they are listed."""

    def __init__(self) -> None:
        super().__init__([*LANGUAGES])

    def get_metavar(self, *asked: Any, **named: Any) -> str | None:
        """All of them, for the help, which alone has the time to load the plugins."""
        quietly(registry)
        self.choices = tuple(LANGUAGES)
        return super().get_metavar(*asked, **named)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """All of them, for the shell."""
        quietly(registry)
        self.choices = tuple(LANGUAGES)
        return super().shell_complete(ctx, param, incomplete)


def common(command: Command) -> Command:
    """Add --lang, --quiet and --debug, which every command has; `main` reads them itself."""
    for below in getattr(command, "commands", {}).values():
        common(below)
    if not any("--lang" in param.opts for param in command.params):
        text = _("Language of titles and messages; the locale's by default.")
        quiet = _("Print nothing but errors, and the JSON that is asked for.")
        debug = _("Show the traceback of an error.")
        command.params += [
            option("--lang", text, type=Language(), expose_value=False),
            option("--quiet", quiet, is_flag=True, expose_value=False),
            option("--debug", debug, is_flag=True, expose_value=False),
        ]
    return command


def given(ctx: click.Context, names: Iterable[str]) -> dict[str, Any]:
    """Of these options the ones that were given on the command line or in the environment."""
    return {
        name: ctx.params[name]
        for name in names
        if ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
    }


def data_and_settings(ctx: click.Context) -> tuple[Any, dict[str, Any]]:
    """Turn the shared options into what `sinfit.fit` takes: the data, or None, and settings."""
    from sinfit.fitting.problem import Problem  # NumPy: help texts do without it

    plain = ("steps", "learning_rate", "seed", "initial", "tolerance", "patience", "time_limit")
    settings, evenly = given(ctx, plain), given(ctx, ("interval", "points"))
    target = ctx.params["target"]
    read_by = given(ctx, ("x", "y", "weights", "sigma", "absolute_sigma", "decimal"))
    data = None
    if _is_file(target):
        for name in evenly:
            text = _("--{option} goes with a target's name; a file has its own points.")
            raise UsageError(text.format(option=name))
        data = Problem.from_csv(target, **read_by)
    elif read_by:
        flag = "--" + next(iter(read_by)).replace("_", "-")
        raise UsageError(_("{option} goes with a file: --target FILE.").format(option=flag))
    else:
        settings |= evenly | given(ctx, ["target"])  # what is fitted otherwise, the host knows
        if ENTRY_POINT.fullmatch(target) and target not in targets():
            if "interval" not in evenly:
                text = _("a function needs an interval: --target {target} --interval LOW,HIGH.")
                raise UsageError(text.format(target=cut(target)))
            settings["target"] = _function(target)
    for name in settings.keys() & {"initial", "interval"}:
        settings[name] = numbers(f"--{name}", settings[name])
    return data, settings


def _function(entry: str) -> Callable[[Any], Any]:
    """The function `module:function` of an installed module, or of one in this folder.

    Raises:
        UsageError: It cannot be imported, or is none; and from the function, what it raises.
    """
    import numpy as np  # help texts do without it

    sys.path.insert(0, os.getcwd())
    says = _("target {name!r} cannot be computed: {error}.")
    try:
        function = load(entry)
    except (Exception, SystemExit) as error:
        raise UsageError(says.format(name=entry, error=one_line(error))) from error
    if not callable(function):
        text = _("target {name!r} is no function, but {given}.")
        raise UsageError(text.format(name=entry, given=cut(shown(function))))

    def computed(x: Any) -> Any:
        try:
            return function(x)
        except Exception as error:  # whatever a function of one's own raises
            if isinstance(error, TypeError) and np.ndim(x):
                raise  # it is given numbers instead of an array then
            raise UsageError(says.format(name=entry, error=one_line(error))) from error

    computed.__name__ = entry
    return computed


def _is_file(target: str) -> bool:
    """Whether the target is a file: there is one of this name, and no target of it."""
    there = os.path.exists(target) and not os.path.isdir(target)
    if target in targets():
        if there:
            text = _("{name!r} is a target and a file; the target is fitted. For the file: {path}")
            note(text.format(name=target, path=os.path.join(".", target)))
        return False
    named_so = target.lower().endswith((".csv", ".tsv", ".txt", ".dat"))
    return there or target == "-" or named_so or os.path.dirname(target) != ""
