"""`sinfit check NAME`: try all that must hold for a fitter; exit status 1 if something does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem
from sinfit_cli.options import files, fitter_names, json_option
from sinfit_cli.output import print_json, print_table, quiet_stdout, spinner

from sinfit_author.i18n import _

if TYPE_CHECKING:
    from sinfit_author import CheckReport


def _names_or_files(ctx: click.Context, param: object, begun: str) -> list[CompletionItem]:
    names = [CompletionItem(name) for name in fitter_names(ctx, param, begun)]
    return names or files(ctx, param, begun)


@click.command(
    "check",
    params=[
        click.Argument(["name"], metavar="NAME|FILE.py", shell_complete=_names_or_files),
        json_option(),
    ],
    help=_(
        "Try all that must hold for a fitter: the contract, purity, seeds, interruption, "
        "devices, its description and its page. A file is imported, and the fitter tried that it "
        "registers. Exit status 1 if something does not hold."
    ),
)
def check(name: str, as_json: bool) -> None:
    """Say of each check what became of it."""
    from sinfit_author import check_fitter
    from sinfit_author.conformance.from_file import fitter_of, is_file

    with quiet_stdout(as_json), spinner() as say:
        fitter = fitter_of(name) if is_file(name) else name
        report = check_fitter(fitter, progress=lambda check: say(check.holds))
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    click.get_current_context().exit(0 if report.success else 1)


def _print(report: CheckReport) -> None:
    words = {
        "passed": _("passed"),
        "failed": _("failed"),
        "not needed": _("not needed"),
        "not tried": _("not tried"),
    }
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
    if untried := sum(each.status == "not tried" for each in report.outcomes):
        text = _("{count} checks were not tried: {name} comes first.")
        click.echo(text.format(count=untried, name=report.failed[-1].name))
    click.echo(
        _("{fitter}: {count} of {all} checks failed.").format(
            fitter=report.fitter, count=count, all=ran
        )
        if count
        else _("{fitter}: all {all} checks passed.").format(fitter=report.fitter, all=ran)
    )
