"""`sinfit history`: a row for each fit, from the lines that the hook has written."""

import json
import math
import os
from pathlib import Path

import click

from sinfit.errors import UsageError
from sinfit_history import VARIABLE


@click.command()
@click.option("--best", is_flag=True, help="Show the smallest loss first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def history(best, as_json):
    """Show the fits that were made while SINFIT_HISTORY named a file."""
    made = read()
    if best:
        made.sort(key=lambda each: each["loss"] if math.isfinite(each["loss"]) else math.inf)
    if as_json:
        click.echo(json.dumps(made, indent=2))
        return
    for each in made:
        click.echo("{fitter:<12} {steps:>6} {loss:>12.6g}  {status}".format(**each))


def read():
    """The fits in the file, the latest last.

    Raises:
        UsageError: No file is named, or a line of it is none of ours.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        raise UsageError(f"there is no history: let {VARIABLE} name a file before you fit.")
    if not Path(path).exists():
        return []
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    try:
        return [json.loads(line) for line in lines]
    except ValueError as error:
        raise UsageError(f"{path} is no history: {error}.") from error
