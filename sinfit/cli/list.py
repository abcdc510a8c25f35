"""`sinfit list`: the fitters that are installed."""

from __future__ import annotations

import click

from sinfit.cli.options import common, json_option
from sinfit.cli.output import print_json, print_table
from sinfit.i18n import _
from sinfit.plugins import fitters
from sinfit.reporting import named_in_vain


def _run(as_json: bool) -> None:
    found = fitters()
    if as_json:
        print_json(
            [
                {
                    "name": fitter.name,
                    "id": fitter.id,
                    "title": fitter.title,
                    "distribution": fitter.distribution,
                    "version": fitter.version,
                    "available": fitter.available,
                    "reason": fitter.reason,
                }
                for fitter in found.values()
            ]
        )
        return
    if not found:
        click.echo(found.why_empty())
        for remark in named_in_vain():
            click.echo(remark)
        return
    print_table(
        (_("name"), _("title"), _("what is new"), _("from")),
        (
            (
                name,
                fitter.title,
                fitter.summary if fitter.available else fitter.reason,
                f"{fitter.distribution} {fitter.version}",
            )
            for name, fitter in found.items()
        ),
    )


list_fitters = common(
    click.Command(
        "list",
        callback=_run,
        params=[json_option()],
        help=_("List the installed fitters. Imports none of them."),
    )
)
