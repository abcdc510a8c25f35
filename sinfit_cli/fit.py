"""`sinfit fit NAME`: fit with one fitter. Each fitter is a command with its own options."""

from __future__ import annotations

import math
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import click

from sinfit.errors import FitterError, UnavailableError, UsageError
from sinfit.fitting.progress import Progress, progress_bar
from sinfit.i18n import LANGUAGES, current_language, sentences
from sinfit.registry.fitters import OfferedFitter
from sinfit.registry.plugins import installed_fitters
from sinfit_cli import options, output
from sinfit_cli.i18n import _, labelled


class FitGroup(click.Group):
    """A group with a command for every installed fitter."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The fitters' names."""
        return list(installed_fitters())

    def get_command(self, ctx: click.Context, name: str) -> click.Command:  # noqa: ARG002
        """The command of one fitter, its options read from its spec."""
        return options.common(_command(installed_fitters()[name]))


@click.command(
    "fit",
    cls=FitGroup,
    invoke_without_command=True,
    help=_("Fit with one fitter: `sinfit fit NAME --help` shows its options."),
    subcommand_metavar="NAME [OPTIONS]",
)
@click.pass_context
def fit(ctx: click.Context) -> None:
    """Say what is missing before a fitter's command."""
    found = installed_fitters()
    if not found:
        raise UnavailableError(found.why_empty())
    if ctx.invoked_subcommand is None:
        text = _("fit needs a fitter's name, one of: {names}.")
        raise UsageError(text.format(names=", ".join(found)))


def _command(fitter: OfferedFitter) -> click.Command:
    spec = fitter.spec
    text = f"{fitter.title}\n\n{fitter.summary}\n\n\b\ny = {spec.model.formula}\n"
    defaults = {
        "steps": _("{steps} steps").format(steps=spec.steps),
        "learning_rate": _("learning rate {rate:g}").format(rate=spec.learning_rate),
    }
    if used := [said for name, said in defaults.items() if name not in spec.unused]:
        text += labelled(_("Defaults"), LANGUAGES[current_language()].comma.join(used))
    if spec.batches:
        text += "\n\n" + _("The losses are those of a part of the points.")
    record = _("Read the loss every so many steps.")
    progress = _("Show a progress bar; on a terminal by default.")
    params = [
        *options.fit_options(target=spec.target),
        *options.fitter_options([fitter]),
        options.option("--record-every", record, type=int, default=1),
        options.print_option(spec.print_every),
        options.plot_option(),
        options.file_option("--save", _("Save the result as JSON.")),
        options.option("--progress/--no-progress", progress, default=None),
        options.json_option(),
    ]
    for each in params:
        if isinstance(each, click.Option) and each.name in spec.unused:
            each.hidden = True  # not refused: one command line may serve several fitters
    return click.Command(
        fitter.name,
        callback=partial(_fit, fitter),
        params=params,
        help=text,
        short_help=fitter.title,
    )


def _fit(fitter: OfferedFitter, /, **params: Any) -> None:
    from sinfit.fitting.fit import fit as fit_with  # NumPy: help texts do without it

    ctx = click.get_current_context()
    save, plot, as_json = params["save"], params["plot"], params["as_json"]
    data, settings = options.data_and_settings(ctx)
    print_every = _print_every(ctx)
    steps = settings.get("steps", fitter.spec.steps)
    settings |= options.given(ctx, [option.name for option in fitter.spec.options])
    bar = output.on_terminal() if params["progress"] is None else params["progress"]
    showing = progress_bar(fitter.title, steps) if bar else nullcontext()
    try:
        with output.quiet_stdout(as_json), showing as advance:
            losses = _Losses(0 if as_json else print_every, advance, wanted=bool(save or plot))
            every = params["record_every"]
            result = fit_with(fitter.id, data, record_every=every, progress=losses.show, **settings)
    except FitterError as error:
        if error.result is not None and save:
            try:
                error.result.save(save)
            except UsageError as unsaved:
                raise FitterError(sentences(str(error), str(unsaved)), error.result) from error
        raise
    # files are written even if nobody reads on, and the result is shown even if one cannot be
    with ExitStack() as at_last:
        at_last.callback(output.keep, plot, partial(output.save_picture, result.plot), as_json)
        at_last.callback(output.keep, save, result.save, as_json)
        if as_json:
            output.print_json(result.to_dict())
        else:
            output.print_result(result, print_every, losses.printed)
            if output.speech.quiet and not result.success:
                click.echo(labelled(_("error"), result.message), err=True)
    ctx.exit(0 if result.success else 1)


def _print_every(ctx: click.Context) -> int:
    """How often to print: as asked for, else at the recorded steps nearest to the tutorial's."""
    printed: int = ctx.params["print_every"]
    recorded: int = ctx.params["record_every"]
    if recorded < 1 or printed % recorded == 0:  # what is below 1 is refused by the fit
        return printed
    if options.given(ctx, ["print_every"]):
        raise UsageError(
            _(
                "only recorded steps can be printed: --print-every {printed} must be a multiple of "
                "--record-every {recorded}."
            ).format(printed=printed, recorded=recorded)
        )
    return recorded * math.ceil(printed / recorded)


@dataclass
class _Losses:
    """The losses in the tutorial's form, printed as they come: one of `every` steps, or none."""

    every: int
    advance: Progress | None
    wanted: bool  # the result, as a file, whoever reads the losses
    printed: int = 0

    def show(self, step: int, loss: float) -> None:
        """Print this step if it is one of those that are printed."""
        if self.advance:
            self.advance(step, loss)
        if self.every and step % self.every == self.every - 1:
            from sinfit.fitting.result import line_of  # NumPy: help texts do without it

            try:
                click.echo(line_of(step, loss))
                self.printed += 1
            except BrokenPipeError:  # nobody reads on
                if not self.wanted:
                    raise
                self.every = 0
