"""`sinfit compare`: fit the same data with several fitters, and put them side by side."""

from __future__ import annotations

from typing import Any

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
from sinfit.cli.output import (
    check_writable,
    print_json,
    print_table,
    quiet_stdout,
    save_picture,
)
from sinfit.comparison import Comparison
from sinfit.fitting import compare as compare_fitters
from sinfit.i18n import _, labelled
from sinfit.plugins import fitters


def _run(**_values: Any) -> None:
    ctx = click.get_current_context()
    params = ctx.params
    data, settings = data_and_settings(ctx)
    check_writable(params["plot"], picture=True)
    if params["plot"]:
        import sinfit.plotting  # noqa: F401  (says now, not after the fits, if it is missing)
    options = given(
        ctx, {option.name for fitter in fitters().values() for option in fitter.spec.options}
    )
    with quiet_stdout(params["as_json"]):
        comparison = compare_fitters(
            params["names"] or None, data, progress=on_terminal(), **settings, **options
        )
    if params["plot"]:
        save_picture(comparison.plot(), params["plot"])
    if params["as_json"]:
        print_json(comparison.to_dicts())
    else:
        _print(comparison)
    for name, reason in comparison.skipped.items():
        click.echo(labelled(name, reason), err=True)
    ctx.exit(0 if comparison.success else 1)


def _print(comparison: Comparison) -> None:
    numbers = (_("loss"), _("above the best"), _("steps"), _("seconds"))
    print_table(
        (_("fitter"), _("title"), *numbers, _("status")),
        (
            (
                result.fitter,
                result.title,
                f"{result.sse:.6f}" if result.sse < 1e9 else f"{result.sse:.6g}",
                "-" if result.optimality_gap is None else f"{result.optimality_gap:+.6f}",
                str(result.nit),
                f"{result.elapsed:.3f}",
                str(result.status),
            )
            for result in comparison
        ),
        right=",".join(numbers),
    )
    for best, degree in sorted(
        {
            (round(result.sse - result.optimality_gap, 6), result.model.degree)
            for result in comparison
            if result.optimality_gap is not None
        }
    ):
        name = _("best cubic") if degree == 3 else _("best polynomial of degree {degree}")
        click.echo(labelled(name.format(degree=degree), f"{best:.6f}"))


compare = common(
    click.Command(
        "compare",
        callback=_run,
        params=[
            click.Argument(["names"], nargs=-1, metavar="[NAME]..."),
            *fit_options(),
            *fitter_options(fitters().values()),
            click.Option(["--plot"], metavar="FILE", help=_("Draw all losses and curves.")),
            json_option(),
        ],
        help=_("Fit the same data with the fitters named, or with all, and compare them."),
    )
)
