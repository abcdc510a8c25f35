"""`sinfit show FILE`: look at a saved result again."""

from __future__ import annotations

import click

from sinfit.cli.options import common, json_option
from sinfit.cli.output import check_writable, print_json, save_picture, summarise
from sinfit.i18n import _
from sinfit.result import FitResult


def _run(file: str, print_every: int | None, plot: str | None, as_json: bool) -> None:
    check_writable(plot, picture=True)
    result = FitResult.load(file)
    if plot:
        save_picture(result.plot(), plot)
    if as_json:
        print_json(result.to_dict())
        return
    for line in result.printed(print_every):
        click.echo(line)
    summarise(result, [plot])


show = common(
    click.Command(
        "show",
        callback=_run,
        params=[
            click.Argument(["file"], metavar="FILE"),
            click.Option(
                ["--print-every"],
                type=click.IntRange(min=1),
                help=_("Print the loss every so many steps, as the tutorial does."),
            ),
            click.Option(
                ["--plot"],
                metavar="FILE",
                help=_(
                    "Draw the start, the fit, the truth and the losses: a .png, .svg or .pdf file."
                ),
            ),
            json_option(),
        ],
        help=_("Show a result that `sinfit fit --save` has written."),
    )
)
