"""`sinfit list`: the fitters that are installed."""

from __future__ import annotations

import click

from sinfit.registry.plugins import installed_fitters
from sinfit_cli.i18n import _
from sinfit_cli.options import json_option
from sinfit_cli.output import print_json, print_table
from sinfit_cli.plugins import named_in_vain

FIELDS = ("name", "id", "title", "distribution", "version", "available", "reason")


@click.command(
    "list",
    params=[json_option()],
    help=_("List the installed fitters. Imports none of them."),
)
def list_fitters(as_json: bool) -> None:
    """Print what their specs say; without any, why there is none."""
    found = installed_fitters()
    if as_json:
        rows = [{field: getattr(each, field) for field in FIELDS} for each in found.values()]
        print_json({"fitters": rows})
    elif not found:
        for line in (found.why_empty(), *named_in_vain()):
            click.echo(line)
    else:
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
