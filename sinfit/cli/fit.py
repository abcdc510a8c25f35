"""`sinfit fit NAME`: fit with one fitter. Each fitter is a command with its own options."""

from __future__ import annotations

import math
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from sinfit.cli.options import (
    common,
    data_and_settings,
    fit_options,
    fitter_options,
    given,
    json_option,
    on_terminal,
)
from sinfit.cli.output import check_writable, print_json, quiet_stdout, save_picture, summarise
from sinfit.errors import FitterError, UnavailableError, UsageError
from sinfit.fitter import Fitter
from sinfit.i18n import _, sentences
from sinfit.plugins import fitters
from sinfit.progress import progress_bar

if TYPE_CHECKING:
    from sinfit.fitting import Progress
    from sinfit.result import FitResult


class FitGroup(click.Group):
    """A group with a command for every installed fitter."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The fitters' names."""
        return list(fitters())

    def get_command(self, ctx: click.Context, name: str) -> click.Command:  # noqa: ARG002
        """The command of one fitter, its options read from its spec."""
        return common(_command(fitters()[name]))


def _command(fitter: Fitter) -> click.Command:
    def run(**_values: Any) -> None:
        _fit(click.get_current_context(), fitter)

    return click.Command(
        fitter.name,
        callback=run,
        params=[*fit_options(), *fitter_options([fitter]), *_outputs(fitter)],
        help=f"{fitter.title}\n\n{fitter.summary}\n\n\b\ny = {fitter.spec.model.formula}\n"
        + _("Defaults: {steps} steps, learning rate {rate:g}").format(
            steps=fitter.spec.steps, rate=fitter.spec.learning_rate
        ),
        short_help=fitter.title,
    )


def _outputs(fitter: Fitter) -> list[click.Parameter]:
    return [
        click.Option(
            ["--record-every"],
            type=int,
            default=1,
            show_default=True,
            help=_("Read the loss every so many steps."),
        ),
        click.Option(
            ["--print-every"],
            type=click.IntRange(min=1),
            default=fitter.spec.print_every,
            show_default=True,
            help=_("Print the loss every so many steps, as the tutorial does."),
        ),
        click.Option(
            ["--plot"],
            metavar="FILE",
            help=_("Draw the start, the fit, the truth and the losses: a .png, .svg or .pdf file."),
        ),
        click.Option(["--save"], metavar="FILE", help=_("Save the result as JSON.")),
        click.Option(
            ["--progress/--no-progress"],
            default=None,
            help=_("Show a progress bar; on a terminal by default."),
        ),
        json_option(),
    ]


def _fit(ctx: click.Context, fitter: Fitter) -> None:
    params = ctx.params
    data, settings = data_and_settings(ctx)
    check_writable(params["plot"], picture=True)
    check_writable(params["save"])
    if params["plot"]:
        import sinfit.plotting  # noqa: F401  (says now, not after the fit, if it is missing)
    print_every = _print_every(ctx)
    options = given(ctx, [option.name for option in fitter.spec.options])
    steps = settings.get("steps", fitter.spec.steps)
    bar = on_terminal() if params["progress"] is None else params["progress"]
    showing = progress_bar(fitter.title, steps) if bar else nullcontext()
    try:
        with quiet_stdout(params["as_json"]), showing as advance:
            losses = _Losses(None if params["as_json"] else print_every, advance)
            result = fitter.fit(
                data,
                record_every=params["record_every"],
                progress=losses.show,
                **settings,
                **options,
            )
    except FitterError as error:
        if error.result is not None and params["save"]:
            try:
                error.result.save(params["save"])
            except UsageError as unsaved:
                raise FitterError(sentences(str(error), str(unsaved)), error.result) from error
        raise
    written, unwritten = _write(result, params["plot"], params["save"])
    if params["as_json"]:
        print_json(result.to_dict())
    else:
        for line in result.printed(print_every)[losses.printed :]:
            click.echo(line)
        summarise(result, written)
    if unwritten:
        raise unwritten[0]  # only now: what was computed has been shown
    ctx.exit(0 if result.success else 1)


def _write(
    result: FitResult, plot: str | None, save: str | None
) -> tuple[list[str], list[UsageError]]:
    """Write what was asked for; the files that were written, and why others were not."""
    written: list[str] = []
    unwritten: list[UsageError] = []
    for path, write in (
        (save, result.save),
        (plot, lambda path: save_picture(result.plot(), path)),
    ):
        if path:
            try:
                write(path)
                written.append(path)
            except UsageError as error:
                unwritten.append(error)
    return written, unwritten


class _Losses:
    """The losses in the tutorial's form, printed as they come."""

    def __init__(self, every: int | None, advance: Progress | None) -> None:
        from sinfit.result import line_of  # NumPy: help texts do without it

        self.every, self.advance, self.line_of, self.printed = every, advance, line_of, 0

    def show(self, step: int, loss: float) -> None:
        """Print this step if it is one of those that are printed."""
        if self.advance:
            self.advance(step, loss)
        if self.every and step % self.every == self.every - 1:
            try:
                click.echo(self.line_of(step, loss))
                self.printed += 1
            except BrokenPipeError:  # nobody reads on, but the result may still be saved
                self.every = None


def _print_every(ctx: click.Context) -> int:
    """How often to print: as asked for, else at the recorded steps nearest to the tutorial's."""
    printed: int = ctx.params["print_every"]
    recorded: int = ctx.params["record_every"]
    if recorded < 1 or printed % recorded == 0:  # what is below 1 is refused by the fit
        return printed
    if given(ctx, ["print_every"]):
        raise UsageError(
            _(
                "only recorded steps can be printed: --print-every {printed} must be a multiple of "
                "--record-every {recorded}."
            ).format(printed=printed, recorded=recorded)
        )
    return recorded * math.ceil(printed / recorded)


def _no_name(ctx: click.Context) -> None:
    if not fitters():
        raise UnavailableError(fitters().why_empty())
    if ctx.invoked_subcommand is None:
        raise UsageError(
            _("fit needs a fitter's name, one of: {names}.").format(names=", ".join(fitters()))
        )


fit = common(
    FitGroup(
        "fit",
        callback=click.pass_context(_no_name),
        invoke_without_command=True,
        help=_("Fit with one fitter: `sinfit fit NAME --help` shows its options."),
        subcommand_metavar="NAME [OPTIONS]",
    )
)
