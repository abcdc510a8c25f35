"""`sinfit sweep NAME...`: fit over seeds, learning rates and targets, here or on a cluster."""

from __future__ import annotations

import os
from collections import Counter
from functools import partial
from typing import Any

import click
from sinfit.errors import UsageError, cut
from sinfit.registry.plugins import installed_fitters, targets
from sinfit_cli import options, output
from sinfit_cli.options import option

from sinfit_sweep.i18n import _

OPTIONS = options.fitter_options(installed_fitters().values())
AS_THEY_ARE = ("method", "out", "retry_failed", "jobs", "backend", "scheduler")


@click.command(
    "sweep",
    params=[
        options.names_argument(required=True),
        option("--seeds", _("From:to, or numbers joined by commas."), default="0:200"),
        option(
            "--learning-rates",
            _("Numbers joined by commas, or auto; each fitter's own by default."),
            metavar="FLOAT|auto,…",
        ),
        option(
            "--targets",
            _("Names or files joined by commas; each fitter's own by default."),
            shell_complete=options.targets_or_files,
        ),
        *options.fit_options("points", "steps"),
        *OPTIONS,
        option(
            "--method",
            _("exact answers from a formula what has one."),
            type=click.Choice(["loop", "exact"]),
            default="loop",
        ),
        option(
            "--out",
            _("The file of rows: made, or gone on with."),
            metavar="FILE",
            shell_complete=options.files,
        ),
        option("--retry-failed", _("Make the fits again whose rows have errors."), is_flag=True),
        option("--jobs", _("How many processes; as many as processors by default."), type=int),
        option(
            "--backend",
            _("loky: processes of this machine; dask: a cluster."),
            type=click.Choice(["loky", "dask"]),
            default="loky",
        ),
        option("--scheduler", _("The address of the cluster's scheduler."), metavar="ADDRESS"),
        options.file_option("--parquet", _("Write all rows as Parquet at the end.")),
        options.plot_option(_("Draw the final losses over learning rates and seeds.")),
        options.json_option(),
    ],
    help=_(
        "Fit with each fitter over seeds, learning rates and targets. Each fit is a row of --out, "
        "written when it is done; what is there is not made again, so a sweep that was stopped "
        "goes on with the same command."
    ),
)
def sweep(names: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Make the fits, and print a line for each fitter, target and learning rate."""
    from sinfit_sweep.sweeping import sweep as sweep_over  # NumPy: help texts do without it

    ctx = click.get_current_context()
    rates, wanted = given["learning_rates"], given["targets"]
    with output.quiet_stdout(as_json):
        found = sweep_over(
            names,
            seeds=_seeds(given["seeds"]),
            learning_rates=None if rates is None else _rates(rates),
            targets=None if wanted is None else [*map(_target, wanted.split(","))],
            **options.given(ctx, ["points", "steps"]),
            options=options.given(ctx, [str(each.name) for each in OPTIONS]),
            **{name: given[name] for name in AS_THEY_ARE},
            progress=output.on_terminal(),
        )
    output.keep(given["parquet"], found.to_parquet, as_json)
    output.keep(given["plot"], partial(output.save_picture, found.plot), as_json)
    if as_json:
        output.print_json({"rows": list(found)})
    else:
        _print(found)
    ctx.exit(0 if found.success else 1)


def _print(found: Any) -> None:
    numbers = (_("learning rate"), _("fits"), _("diverged"), _("failed"))
    losses = (_("least loss"), _("median"), _("greatest"))
    rows = []
    for line in found.summary():
        counts = map(str, (line.fits, line.diverged, line.failed))
        shown = (
            "-" if loss is None else f"{loss:.6g}" for loss in (line.least, line.median, line.most)
        )
        rows.append((line.fitter, line.target, f"{line.learning_rate:g}", *counts, *shown))
    output.print_table((_("fitter"), _("target"), *numbers, *losses), rows, right=range(2, 9))
    text = _("{new} fits made, {there} rows were there")
    click.echo(text.format(new=found.new, there=len(found) - found.new))
    errors = Counter(row["error"] for row in found if row["error"] is not None)
    for error in [*errors][:5]:
        click.echo(error, err=True)
    if errors and found.path:
        text = _("{count} fits failed; --retry-failed makes them again")
        click.echo(text.format(count=errors.total()), err=True)
    if found.path:
        click.echo(_("written: {path}").format(path=found.path))


def _seeds(text: str) -> Any:
    """`0:200` is from 0 to 199, as Python has it."""
    parts = options.numbers("--seeds", text.replace(":", ","), int)
    if ":" not in text:
        return parts
    if "," in text or not 2 <= len(parts) <= 3 or 0 in parts[2:]:
        says = _("{name} must be such as {example}, not {given!r}.")
        raise UsageError(says.format(name="--seeds", example="0:200", given=cut(text)))
    return range(*parts)


def _rates(text: str) -> list[Any]:
    return options.numbers("--learning-rates", text, lambda p: p if p == "auto" else float(p))


def _target(name: str) -> Any:
    """A target's name, or the data of a file."""
    if name in targets() or not _is_file(name):
        return name
    from sinfit.fitting.problem import Problem

    return Problem.from_csv(name)


def _is_file(name: str) -> bool:
    return name.lower().endswith((".csv", ".tsv", ".txt", ".dat")) or os.path.isfile(name)
