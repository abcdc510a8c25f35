"""`sinfit compare`: fit the same data with several fitters, and put them side by side."""

from __future__ import annotations

from typing import Any

import click

from sinfit.fitting import comparison
from sinfit.registry.plugins import installed_fitters
from sinfit_cli import options, output
from sinfit_cli.i18n import _, labelled

OPTIONS = options.fitter_options(installed_fitters().values())


@click.command(
    "compare",
    params=[
        options.names_argument(),
        *options.fit_options(),
        *OPTIONS,
        options.plot_option(_("Draw all losses and curves.")),
        options.json_option(),
    ],
    help=_("Fit the same data with the fitters named, or with all, and compare them."),
)
def compare(names: tuple[str, ...], plot: str | None, as_json: bool, **_more: Any) -> None:
    """Print a row for each that ran, and say why others did not."""
    ctx = click.get_current_context()
    data, settings = options.data_and_settings(ctx)
    settings |= options.given(ctx, [str(option.name) for option in OPTIONS])
    with output.quiet_stdout(as_json):
        found = comparison.compare(names or None, data, progress=output.on_terminal(), **settings)
    if plot:
        output.save_picture(found.plot, plot)
    if as_json:
        output.print_json({"fits": found.to_dicts(), "skipped": found.skipped})
    else:
        _print(found)
    for name, reason in found.skipped.items():
        output.note(labelled(name, reason))
    ctx.exit(0 if found.success else 1)


def _print(found: comparison.Comparison) -> None:
    numbers = (_("loss"), _("above the best"), _("steps"), _("seconds"))
    best = set()
    rows = []
    for name, result in zip(found.names, found, strict=True):
        gap, degree = result.optimality_gap, result.model.degree
        if gap is not None:
            best.add((round(result.sse - gap, 6), degree))
        rows.append(
            (
                name,
                result.title,
                f"{result.sse:.6f}" if result.sse < 1e9 else f"{result.sse:.6g}",
                "-" if gap is None else f"{gap:+z.6f}",
                str(result.nit),
                f"{result.elapsed:.3f}",
                str(result.status),
            )
        )
    output.print_table((_("fitter"), _("title"), *numbers, _("status")), rows, right=range(2, 6))
    for loss, degree in sorted(best):
        best_one = _("best cubic") if degree == 3 else _("best polynomial of degree {degree}")
        click.echo(labelled(best_one.format(degree=degree), f"{loss:z.6f}"))
