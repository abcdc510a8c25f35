"""`sinfit map`: the final loss over the learning rate, with its stability edge, in closed form."""

from __future__ import annotations

from typing import Any

import click

from sinfit.cli.options import common, json_option
from sinfit.cli.output import check_writable, print_json, print_table, save_picture
from sinfit.errors import UsageError
from sinfit.i18n import _


def _run(
    name: str,
    points: int,
    steps: int | None,
    seed: int,
    starts: int,
    rates: int,
    plot: str | None,
    as_json: bool,
) -> None:
    from sinfit.theory.landscape import landscape

    check_writable(plot, picture=True)
    found = landscape(_columns(name, points), *_problem(name, points, steps, seed, starts, rates))
    if plot:
        from sinfit.theory.picture import draw

        save_picture(draw(found), plot)
    if as_json:
        print_json(found.to_dict())
        return
    eigenvalue, half, alive = _("eigenvalue"), _("half-life"), _("alive below")
    print_table(
        (_("mode"), eigenvalue, half, alive),
        (
            (str(i + 1), f"{mode.eigenvalue:.6g}", f"{mode.half_life:.1f}", f"{edge:.4g}")
            for i, (mode, edge) in enumerate(zip(found.modes, found.alive_below, strict=True))
        ),
        right=f"{eigenvalue},{half},{alive}",
    )
    click.echo(_("stability edge: {limit:.6g}").format(limit=found.stability_limit))
    click.echo(
        _("best learning rate after {steps} steps: {rate:.4g}, loss {loss:.6g}").format(
            steps=found.steps, rate=found.best_rate, loss=found.best_loss
        )
    )
    click.echo(_("best possible loss: {floor:.6g}").format(floor=found.floor))


def _columns(name: str, points: int) -> Any:
    import numpy as np

    from sinfit.plugins import fitters
    from sinfit.problem import check_points

    spec = fitters()[name].spec
    if spec.optimizer != "gd" or spec.model.basis is None:
        raise UsageError(
            _(
                "{name} cannot be mapped: only plain gradient descent on a model that is linear in "
                "its parameters has a closed form, as numpy has."
            ).format(name=name)
        )
    return spec.model.basis(np.linspace(-np.pi, np.pi, check_points(points)))


def _problem(
    name: str, points: int, steps: int | None, seed: int, starts: int, rates: int
) -> tuple[Any, ...]:
    """What `landscape` takes after the columns: y, starts, the number of steps and of rates."""
    import numpy as np

    from sinfit import settings
    from sinfit.plugins import fitters
    from sinfit.randomness import draw_start

    spec = fitters()[name].spec
    size = len(spec.model.parameters)
    seed = settings.whole("seed", seed, 0, settings.MOST_SEED)
    starts = settings.whole("starts", starts, 1, 1_000_000)
    rates = settings.whole("rates", rates, 2, 100_000)
    if starts * rates > 50_000_000:
        raise UsageError(
            _("starts times rates must be at most 50 million, not {number}.").format(
                number=starts * rates
            )
        )
    drawn = np.array([draw_start(seed + i, size) for i in range(starts)])
    steps = settings.whole("steps", spec.steps if steps is None else steps, 1, settings.MOST_STEPS)
    return np.sin(np.linspace(-np.pi, np.pi, points)), drawn, steps, rates, spec.learning_rate


map_ = common(
    click.Command(
        "map",
        callback=_run,
        params=[
            click.Argument(["name"], default="numpy", metavar="[NAME]"),
            click.Option(
                ["--points"],
                type=int,
                default=2000,
                show_default=True,
                help=_("Number of evenly spaced points."),
            ),
            click.Option(["--steps"], type=int, help=_("Number of updates.")),
            click.Option(
                ["--seed"],
                type=int,
                default=0,
                show_default=True,
                help=_("What the start is drawn from."),
            ),
            click.Option(
                ["--starts"],
                type=int,
                default=1,
                show_default=True,
                help=_("Number of starts, from this seed on; the median is shown."),
            ),
            click.Option(
                ["--rates"],
                type=int,
                default=400,
                show_default=True,
                help=_("Number of learning rates."),
            ),
            click.Option(["--plot"], metavar="FILE", help=_("Draw the final loss.")),
            json_option(),
        ],
        help=_(
            "Show the final loss of plain gradient descent over the learning rate: where each mode "
            "of the problem is still alive at the end, and the stability edge, beyond which the "
            "loss explodes."
        ),
    )
)
