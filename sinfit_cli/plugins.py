"""`sinfit plugins`: what is installed, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from sinfit.i18n import did_you_mean, sentences
from sinfit.registry.discovery import found_plugins, listed_in
from sinfit.registry.plugins import quietly, reports
from sinfit.registry.reports import PluginReport
from sinfit_cli.i18n import _
from sinfit_cli.options import json_option, option
from sinfit_cli.output import print_json, print_table

FIELDS = ("plugin", "distribution", "version", "status", "error", "notes", "offers")


@click.command(
    "plugins",
    params=[
        option(
            "metadata_only --metadata",
            _("Read metadata only: not a line of a plugin runs."),
            is_flag=True,
        ),
        json_option(),
    ],
    help=_("List the installed plugins, the broken and the blocked ones included."),
)
def plugins(as_json: bool, metadata_only: bool) -> None:
    """Print a row for each."""
    headers = (_("plugin"), _("distribution"), _("version"))
    if metadata_only:
        found = [
            (each.plugin, each.distribution, each.version, each.entry_point.value)
            for each in found_plugins()
            if each.entry_point
        ]
        if as_json:
            fields = (*FIELDS[:3], "entry_point")
            print_json({"plugins": [dict(zip(fields, row, strict=True)) for row in found]})
        else:
            print_table((*headers, _("entry point")), found)
        return
    told = quietly(reports)  # the table says it all
    if as_json:
        rows = [{field: getattr(report, field) for field in FIELDS} for report in told]
        print_json({"plugins": rows, "remarks": [*named_in_vain()]})
        return
    print_table((*headers, _("status"), _("offers or error")), map(_row, told))
    for remark in named_in_vain():
        click.echo(remark)


def named_in_vain() -> Iterator[str]:
    """Say which names in the environment variables are those of no installed plugin."""
    known = {name for found in found_plugins() for name in found.names}
    for variable in ("SINFIT_PLUGINS", "SINFIT_DISABLE_PLUGINS"):
        for name in sorted(listed_in(variable) - known):
            text = _("{variable} names {name!r}, and no installed plugin is called so.")
            yield sentences(text.format(variable=variable, name=name), did_you_mean(name, known))


def _row(report: PluginReport) -> tuple[str, ...]:
    offered = ", ".join(name for names in report.offers.values() for name in names)
    told = [offered or ", ".join(report.hooks), report.error, *report.notes]
    rest = "; ".join(filter(None, told))
    return report.plugin, report.distribution, report.version, report.status, rest
