"""`sinfit replay FILE --stage NAME`: can the numbers of a printed log be had again?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sinfit.errors import UsageError
from sinfit_cli.options import files, fitter_names, json_option, option
from sinfit_cli.output import print_json, print_table, quiet_stdout, spinner

from sinfit_replay.i18n import _

COLOURS = {"reproduced": "green", "undecided": "yellow", "contradicted": "red"}


@click.command(
    "replay",
    params=[
        click.Argument(["file"], required=False, metavar="[FILE]", shell_complete=files),
        option(
            "--stage",
            _("The fitter that printed the log."),
            metavar="NAME",
            shell_complete=fitter_names,
        ),
        option(
            "--points",
            _("Number of evenly spaced points."),
            type=int,
            show_default="2000",  # or what a saved result says
        ),
        option("--steps", _("Number of updates."), type=int),
        option("--learning-rate", _("Size of an update."), type=float),
        option(
            "--optimizer",
            _("The update rule: gd, rmsprop or sgd-momentum; the stage's by default."),
            metavar="NAME",
        ),
        option("--table", _("Which table, if the file has several; from 1."), type=int),
        option("run_all --all", _("Replay all published tables."), is_flag=True),
        json_option(),
    ],
    help=_(
        "Replay a printed log of losses: recover the start of its run, run the real stage "
        "from it, and say line by line what was printed and what we get. The exit status is "
        "1 if it is proven that no run of the stage prints the log."
    ),
)
def replay(
    file: str | None, stage: str | None, run_all: bool, as_json: bool, **settings: Any
) -> None:
    """Replay one log, or all published tables."""
    ctx = click.get_current_context()
    if run_all:
        if file or stage:
            raise UsageError(_("--all replays the published tables; it takes no file or stage."))
        ctx.exit(_all(as_json))
    if file is None or stage is None:
        raise UsageError(_("give a FILE and --stage NAME, or --all for the published tables."))
    from sinfit_replay import replay as replay_log

    with quiet_stdout(as_json):
        outcome = replay_log(Path(file), stage, **settings)
    if as_json:
        print_json(outcome.to_dict())
    else:
        _print(outcome)
    ctx.exit(1 if outcome.verdict == "contradicted" else 0)


def _all(as_json: bool) -> int:
    """Replay every published table; 0 if each has the verdict that is expected of it."""
    from sinfit_replay import published

    rows: list[tuple[str, ...]] = []
    data: dict[str, object] = {}
    surprises = 0
    with quiet_stdout(as_json), spinner() as say:
        tables = published()
        for name, table in tables.items():
            say(f"{name} ({len(data) + 1}/{len(tables)})")
            outcome = table.replay()
            surprises += (outcome.verdict == "contradicted") != bool(table.bug)
            data[table.id] = {"source": table.source, **outcome.to_dict()}
            first = outcome.first_departure
            rows.append(
                (
                    table.id,
                    outcome.stage,
                    _word(outcome.verdict),
                    _deviation(outcome.max_relative_deviation),
                    "" if first is None else str(first),
                    _(table.source),
                )
            )
    if as_json:
        print_json({"tables": data})
    else:
        numbers = (_("largest deviation"), _("first departure"))
        headers = (_("table"), _("stage"), _("verdict"), *numbers, _("source"))
        print_table(headers, rows, right=(3, 4))
    return 1 if surprises else 0


def _print(outcome: Any) -> None:
    """Print the lines, the verdict and the explanation."""
    print_table(
        (_("step"), _("printed"), _("ours"), _("deviation"), ""),
        (
            (
                str(step),
                repr(said),
                "" if mine is None else repr(mine),
                _deviation(apart, "+"),
                "<" if step == outcome.first_departure else "",
            )
            for (step, said, mine), apart in zip(outcome.lines, outcome.deviations, strict=True)
        ),
        right=(1, 2, 3),
    )
    for label, values in (
        (_("Result line"), outcome.result),
        (_("our run ends"), outcome.parameters),
        (_("recovered start"), outcome.initial),
    ):
        if values is not None:
            click.echo(f"{label}: {', '.join(f'{value:.9g}' for value in values)}")
    label = _("verdict")
    verdict = click.style(_word(outcome.verdict), fg=COLOURS[outcome.verdict], bold=True)
    click.echo(f"{label}: {verdict}. {outcome.explanation}")


def _deviation(apart: float | None, sign: str = "") -> str:
    """A deviation in two digits; nothing where there is none of ours."""
    return "" if apart is None else f"{apart:{sign}.1e}"


def _word(verdict: str) -> str:
    """The verdict in the reader's language; JSON keeps the English word."""
    return {
        "reproduced": _("reproduced"),
        "undecided": _("undecided"),
        "contradicted": _("contradicted"),
    }[verdict]
