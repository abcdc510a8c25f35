"""`sinfit replay FILE --stage NAME`: can the numbers of a printed log be had again?"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import click

from sinfit.cli.options import common, json_option, on_terminal
from sinfit.cli.output import print_json, print_table, quiet_stdout
from sinfit.errors import UsageError
from sinfit.i18n import _

COLOURS = {"reproduced": "green", "consistent": "green", "contradicted": "red"}


def _run(
    file: str | None,
    stage: str | None,
    points: int | None,
    steps: int | None,
    learning_rate: float | None,
    optimizer: str | None,
    table: int | None,
    run_all: bool,
    as_json: bool,
) -> None:
    ctx = click.get_current_context()
    if run_all:
        if file or stage:
            raise UsageError(_("--all replays the published tables; it takes no file or stage."))
        ctx.exit(_all(as_json))
    if file is None or stage is None:
        raise UsageError(_("give a FILE and --stage NAME, or --all for the published tables."))
    import sys

    from sinfit.replay import replay

    with quiet_stdout(as_json):
        outcome = replay(
            sys.stdin.buffer.read() if file == "-" else _bytes(file),
            stage,
            points=points,
            steps=steps,
            learning_rate=learning_rate,
            optimizer=optimizer,
            table=table,
        )
    if as_json:
        print_json(outcome.to_dict())
    else:
        _print(outcome)
    ctx.exit(1 if outcome.verdict == "contradicted" else 0)


def _all(as_json: bool) -> int:
    """Replay every published table; 0 if each has the verdict that is expected of it."""
    from rich.console import Console

    from sinfit.replay import published

    rows: list[tuple[str, ...]] = []
    data: dict[str, object] = {}
    surprises = 0
    console = Console(stderr=True)
    showing = console.status("") if on_terminal() else nullcontext()
    with quiet_stdout(as_json), showing as status:
        tables = published()
        for name, table in tables.items():
            if status:
                status.update(f"{name} ({len(data) + 1}/{len(tables)})")
            outcome = table.replay()
            surprises += (outcome.verdict == "contradicted") != bool(table.bug)
            data[table.id] = {"source": table.source, **outcome.to_dict()}
            first = outcome.first_departure
            rows.append(
                (
                    table.id,
                    outcome.stage,
                    _word(outcome.verdict),
                    f"{outcome.max_relative_deviation:.1e}",
                    "" if first is None else str(first),
                    _(table.source),
                )
            )
    if as_json:
        print_json(data)
    else:
        deviation, first_line = _("largest deviation"), _("first departure")
        headers = (_("table"), _("stage"), _("verdict"), deviation, first_line, _("source"))
        print_table(headers, rows, right=f"{deviation},{first_line}")
    return 1 if surprises else 0


def _print(outcome: Any) -> None:
    """Print the lines, the verdict and the explanation."""
    printed, ours, deviation = _("printed"), _("ours"), _("deviation")
    print_table(
        (_("step"), printed, ours, deviation, ""),
        (
            (
                str(step),
                repr(said),
                repr(mine),
                f"{apart:+.1e}",
                "<" if step == outcome.first_departure else "",
            )
            for (step, said, mine), apart in zip(outcome.lines, outcome.deviations, strict=True)
        ),
        right=f"{printed},{ours},{deviation}",
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


def _word(verdict: str) -> str:
    """The verdict in the reader's language; JSON keeps the English word."""
    return {
        "reproduced": _("reproduced"),
        "consistent": _("consistent"),
        "contradicted": _("contradicted"),
    }[verdict]


def _bytes(file: str) -> bytes:
    from pathlib import Path

    from sinfit.errors import DataError

    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise DataError(_("cannot read {path}: {error}.").format(path=file, error=error)) from error


replay = common(
    click.Command(
        "replay",
        callback=_run,
        params=[
            click.Argument(["file"], required=False, metavar="[FILE]"),
            click.Option(["--stage"], metavar="NAME", help=_("The fitter that printed the log.")),
            click.Option(
                ["--points"],
                type=int,
                show_default="2000",  # or what a saved result says
                help=_("Number of evenly spaced points."),
            ),
            click.Option(["--steps"], type=int, help=_("Number of updates.")),
            click.Option(["--learning-rate"], type=float, help=_("Size of an update.")),
            click.Option(
                ["--optimizer"],
                metavar="NAME",
                help=_("The update rule: gd, rmsprop or sgd-momentum; the stage's by default."),
            ),
            click.Option(
                ["--table"], type=int, help=_("Which table, if the file has several; from 1.")
            ),
            click.Option(
                ["run_all", "--all"], is_flag=True, help=_("Replay all published tables.")
            ),
            json_option(),
        ],
        help=_(
            "Replay a printed log of losses: recover the start of its run, run the real stage "
            "from it, and say line by line what was printed and what we get. The exit status is "
            "1 if the log is contradicted."
        ),
    )
)
