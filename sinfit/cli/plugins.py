"""`sinfit plugins`: what is installed, and what became of it."""

from __future__ import annotations

import click

from sinfit.cli.options import common, json_option
from sinfit.cli.output import print_json, print_table
from sinfit.discovery import distribution_name, distribution_version, entry_points
from sinfit.i18n import _
from sinfit.plugins import quietly, reports
from sinfit.reporting import named_in_vain


def _run(as_json: bool, metadata_only: bool) -> None:
    if metadata_only:
        rows = [
            {
                "plugin": entry_point.name,
                "distribution": distribution_name(entry_point),
                "version": distribution_version(entry_point),
                "entry_point": entry_point.value,
            }
            for entry_point in entry_points()
        ]
        if as_json:
            print_json(rows)
        else:
            headers = (_("plugin"), _("distribution"), _("version"), _("entry point"))
            print_table(headers, [tuple(row.values()) for row in rows])
        return
    found, remarks = quietly(reports), [*named_in_vain()]  # the table says it all
    if as_json:
        print_json(
            [
                {
                    "plugin": report.plugin,
                    "distribution": report.distribution,
                    "version": report.version,
                    "status": report.status,
                    "error": report.error,
                }
                for report in found
            ]
        )
        for remark in remarks:
            click.echo(remark, err=True)
        return
    print_table(
        (_("plugin"), _("distribution"), _("version"), _("status"), _("offers or error")),
        (
            (
                report.plugin,
                report.distribution,
                report.version,
                report.status,
                "; ".join(filter(None, [report.error, *report.notes]))
                or ", ".join((*report.fitters, *report.targets))
                or ", ".join(report.hooks),
            )
            for report in found
        ),
    )
    for remark in remarks:
        click.echo(remark)


plugins = common(
    click.Command(
        "plugins",
        callback=_run,
        params=[
            click.Option(
                ["metadata_only", "--metadata"],
                is_flag=True,
                help=_("Read metadata only: not a line of a plugin runs."),
            ),
            json_option(),
        ],
        help=_("List the installed plugins, the broken and the blocked ones included."),
    )
)
