"""`sinfit check NAME`: try all that must hold for a fitter; exit status 1 if something does not."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from sinfit.cli.options import common, json_option, on_terminal
from sinfit.cli.output import print_json, print_table, quiet_stdout
from sinfit.i18n import _

if TYPE_CHECKING:
    from sinfit.testing import CheckReport


def _run(name: str, as_json: bool) -> None:
    from rich.console import Console

    from sinfit.testing import check_fitter

    console = Console(stderr=True)
    spinner = console.status("") if on_terminal() else nullcontext()
    with quiet_stdout(as_json), spinner as status:
        report = check_fitter(
            name, progress=lambda check: status.update(check.holds) if status else None
        )
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    click.get_current_context().exit(0 if report.success else 1)


def _print(report: CheckReport) -> None:
    words = {"passed": _("passed"), "failed": _("failed"), "not needed": _("not needed")}
    print_table(
        (_("check"), _("status"), _("what must hold, or what was seen")),
        ((each.name, words[each.status], each.message or each.holds) for each in report.outcomes),
    )
    for each in report.failed:
        if each.traceback:
            click.echo(f"{each.name}:")
            for line in each.traceback.splitlines():
                click.echo(f"  {line}")
    count, ran = len(report.failed), len(report.ran)
    click.echo(
        _("{fitter}: {count} of {all} checks failed.").format(
            fitter=report.fitter, count=count, all=ran
        )
        if count
        else _("{fitter}: all {all} checks passed.").format(fitter=report.fitter, all=ran)
    )


check = common(
    click.Command(
        "check",
        callback=_run,
        params=[click.Argument(["name"]), json_option()],
        help=_(
            "Try all that must hold for a fitter: the contract, purity, seeds, interruption, "
            "devices, its description and its page. Exit status 1 if something does not."
        ),
    )
)
