"""`sinfit columns FILE`: what a data file has, and which columns a fit would read."""

from __future__ import annotations

import math

import click
from sinfit.errors import DataError
from sinfit_cli.options import decimal_option, json_option
from sinfit_cli.output import print_json, print_table

from sinfit_data.i18n import _


@click.command(
    "columns",
    params=[click.Argument(["file"], metavar="FILE"), decimal_option(), json_option()],
    help=_("Show the columns of a data file, and which of them a fit would read as x and y."),
)
def columns(file: str, decimal: str, as_json: bool) -> None:
    """Print a row for each column."""
    from sinfit_data.columns import number_in, open_text

    text = open_text(file, decimal)
    try:
        read = {column: name for name, column in zip("xy", text.x_and_y(), strict=True)}
        unclear = None
    except DataError as error:
        read, unclear = {}, error
    first = text.head[bool(text.heading)][1] if len(text.head) > bool(text.heading) else []
    rows = [
        {
            "number": number + 1,
            "heading": text.heading[number] if text.heading else "",
            "first": first[number] if number < len(first) else "",
            "read_as": read.get(number, ""),
        }
        for number in range(text.width)
    ]
    if as_json:
        for row in rows:
            value = number_in(str(row["first"]), decimal)
            if value is not None and math.isfinite(value):  # JSON has no nan
                row["first"] = value
        print_json({"columns": rows})
    else:
        heads = (_("number"), _("heading"), _("first value"), _("read as"))
        print_table(heads, ([*map(str, row.values())] for row in rows), right=(0, 2))
    if unclear is not None:
        click.echo(str(unclear), err=True)
