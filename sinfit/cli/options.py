"""The options that commands share, and how a fitter's own options become command line options."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, TypeVar

import click

from sinfit.cli.help_text import first_sentence
from sinfit.fitter import Fitter
from sinfit.i18n import LANGUAGES, _, gettext_of
from sinfit.specs import Option

Command = TypeVar("Command", bound=click.Command)


def common(command: Command) -> Command:
    """Add --lang and --debug, which every command has; `main` reads them itself."""
    if command.help and not command.short_help:
        command.short_help = first_sentence(command.help)
    command.params += [
        click.Option(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            expose_value=False,
            help=_("Language of titles and messages; the locale's by default."),
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            help=_("Show the traceback of an error."),
        ),
    ]
    return command


def json_option() -> click.Option:
    """The switch --json."""
    return click.Option(["as_json", "--json"], is_flag=True, help=_("Print JSON for programs."))


def fit_options() -> list[click.Parameter]:
    """The options of every fit, in the order of the help text.

    Numbers are checked by `sinfit.fit`, so that both ways in give the same errors.
    """
    return [
        click.Option(
            ["--target"],
            default="sin",
            show_default=True,
            metavar="NAME|FILE.csv",
            help=_("What to fit: a target's name, or a CSV file with columns x and y."),
        ),
        click.Option(
            ["--points"],
            type=int,
            default=2000,
            show_default=True,
            help=_("Number of evenly spaced points."),
        ),
        click.Option(["--steps"], type=int, help=_("Number of updates.")),
        click.Option(["--learning-rate"], type=float, help=_("Size of an update.")),
        click.Option(
            ["--seed"],
            type=int,
            default=0,
            show_default=True,
            help=_("What the start is drawn from."),
        ),
        click.Option(
            ["--initial"],
            metavar="A,B,…",
            help=_("The start, instead of a drawn one: numbers joined by commas."),
        ),
        click.Option(
            ["--tolerance"],
            type=float,
            help=_("Stop when the loss changes by less than this part."),
        ),
        click.Option(
            ["--patience"], type=int, help=_("Stop after so many steps without a better loss.")
        ),
        click.Option(
            ["--time-limit"],
            type=float,
            help=_("Stop after so many seconds, at the end of a step."),
        ),
    ]


def fitter_options(fitters: Iterable[Fitter]) -> list[click.Parameter]:
    """The fitters' own options, each name once."""
    found: dict[str, tuple[Option, Fitter]] = {}
    for fitter in fitters:
        for option in fitter.spec.options:
            found.setdefault(option.name, (option, fitter))
    return [_click_option(option, fitter) for option, fitter in found.values()]


def _click_option(option: Option, fitter: Fitter) -> click.Option:
    flag = "--" + option.name.replace("_", "-")
    text = gettext_of(fitter.package, option.help)
    if text == option.help:
        text = _(option.help)  # the shared options' helps are in the host's catalog
    kind: Any = click.Choice(option.choices) if option.choices else option.type
    names = [f"{flag}/--no-{flag[2:]}"] if option.type is bool else [flag]
    return click.Option(
        [option.name, *names], type=kind, default=option.default, show_default=True, help=text
    )


def given(ctx: click.Context, names: Iterable[str]) -> dict[str, Any]:
    """Of these options the ones that were given on the command line or in the environment."""
    return {
        name: ctx.params[name]
        for name in names
        if ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
    }


def data_and_settings(ctx: click.Context) -> tuple[Any, dict[str, Any]]:
    """Turn the shared options into what `sinfit.fit` takes: the data, or None, and settings."""
    from sinfit.errors import UsageError
    from sinfit.problem import Problem

    settings = given(
        ctx,
        ("points", "steps", "learning_rate", "seed", "tolerance", "patience", "time_limit"),
    )
    target = ctx.params["target"]
    data = None
    if target.lower().endswith((".csv", ".tsv", ".txt")):
        if "points" in settings:
            raise UsageError(_("--points goes with a target's name; a file has its own points."))
        data = Problem.from_csv(target)
    else:
        settings["target"] = target
    if ctx.params["initial"] is not None:
        try:
            settings["initial"] = [float(part) for part in ctx.params["initial"].split(",")]
        except ValueError:
            raise UsageError(
                _("--initial must be numbers joined by commas, not {given!r}.").format(
                    given=ctx.params["initial"]
                )
            ) from None
    return data, settings


def on_terminal() -> bool:
    """Whether progress bars make sense: stderr is a terminal."""
    return sys.stderr.isatty()
