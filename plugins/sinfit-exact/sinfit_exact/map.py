"""`sinfit map`: the final loss over the learning rate, with its stability edge, in closed form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click
from sinfit.errors import UsageError
from sinfit.fitting.fit import fitters
from sinfit_cli.options import fit_options, fitter_names, json_option, option, plot_option
from sinfit_cli.output import print_json, print_table, save_picture, spinner

from sinfit_exact.i18n import _


@click.command(
    "map",
    params=[
        click.Argument(
            ["name"], default="sinfit-numpy/numpy", metavar="[NAME]", shell_complete=fitter_names
        ),
        *fit_options("points", "steps", "seed"),
        option(
            "--starts",
            _("Number of starts, from this seed on; the median is shown."),
            type=int,
            default=1,
        ),
        option("--rates", _("Number of learning rates."), type=int, default=400),
        plot_option(_("Draw the final loss.")),
        json_option(),
    ],
    help=_(
        "Show the final loss of plain gradient descent over the learning rate: where each mode "
        "of the problem is still alive at the end, and the stability edge, beyond which the "
        "loss explodes."
    ),
)
def map_(name: str, plot: str | None, as_json: bool, **asked: int | None) -> None:
    """Compute the landscape, draw it, and say where its edges are."""
    import numpy as np
    from sinfit.fitting.arguments import MOST_SEED, MOST_STEPS, whole
    from sinfit.fitting.problem import check_points

    from sinfit_exact.landscape import landscape

    columns, spec = _basis(name), fitters()[name].spec
    x = np.linspace(-np.pi, np.pi, check_points(asked["points"]))
    seed = whole("seed", asked["seed"], 0, MOST_SEED)
    starts = whole("starts", asked["starts"], 1, 1_000_000)
    rates = whole("rates", asked["rates"], 2, 100_000)
    asked_steps = spec.steps if asked["steps"] is None else asked["steps"]
    steps = whole("steps", asked_steps, 1, MOST_STEPS)
    if starts * rates > 50_000_000:
        raise UsageError(
            _("starts times rates must be at most 50 million, not {number}.").format(
                number=starts * rates
            )
        )
    with spinner() as say:
        drawn = _starts(name, seed, starts, say)
        say(_("computing {count} losses").format(count=starts * rates))
        found = landscape(columns(x), np.sin(x), drawn, steps, rates, spec.learning_rate)
    if plot:
        from sinfit_exact.picture import draw

        save_picture(partial(draw, found), plot)
    if as_json:
        print_json(found.to_dict())
        return
    print_table(
        (_("mode"), _("eigenvalue"), _("half-life"), _("alive below")),
        (
            (str(i + 1), f"{mode.eigenvalue:.6g}", f"{mode.half_life:.1f}", f"{edge:.4g}")
            for i, (mode, edge) in enumerate(zip(found.modes, found.alive_below, strict=True))
        ),
        right=(1, 2, 3),
    )
    click.echo(_("stability edge: {limit:.6g}").format(limit=found.stability_limit))
    click.echo(
        _("best learning rate after {steps} steps: {rate:.4g}, loss {loss:.6g}").format(
            steps=found.steps, rate=found.best_rate, loss=found.best_loss
        )
    )
    click.echo(_("best possible loss: {floor:.6g}").format(floor=found.floor))


def _basis(name: str) -> Callable[[Any], Any]:
    """The columns of the fitter's model, if it can be mapped."""
    spec = fitters()[name].spec
    if spec.optimizer != "gd" or spec.model.basis is None:
        raise UsageError(
            _(
                "{name} cannot be mapped: only plain gradient descent on a model that is linear in "
                "its parameters has a closed form, as numpy has."
            ).format(name=name)
        )
    return spec.model.basis


def _starts(name: str, seed: int, count: int, say: Callable[[str], object]) -> Any:
    """As many starts from this seed on, of shape (count, p)."""
    import numpy as np
    from sinfit.fitting.plan import draw_start

    drawn = np.empty((count, len(fitters()[name].spec.model.parameters)))
    for i in range(count):
        drawn[i] = draw_start(seed + i, drawn.shape[1])
        if i % 1000 == 999:
            say(f"{i + 1}/{count}")
    return drawn
