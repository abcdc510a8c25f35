"""`sinfit show FILE`: look at a saved result again."""

from __future__ import annotations

from functools import partial

import click

from sinfit.fitting.result import FitResult
from sinfit_cli.i18n import _
from sinfit_cli.options import files, json_option, plot_option, print_option
from sinfit_cli.output import keep, print_json, print_result, save_picture


@click.command(
    "show",
    params=[
        click.Argument(["file"], metavar="FILE", shell_complete=files),
        print_option(),
        plot_option(),
        json_option(),
    ],
    help=_("Show a result that `sinfit fit --save` has written."),
)
def show(file: str, print_every: int | None, plot: str | None, as_json: bool) -> None:
    """Print it as the fit did."""
    result = FitResult.load(file)
    if as_json:
        print_json(result.to_dict())
    else:
        print_result(result, print_every)
    keep(plot, partial(save_picture, result.plot), as_json)
