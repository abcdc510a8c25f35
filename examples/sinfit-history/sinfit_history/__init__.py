"""An example of sinfit: a command. `sinfit history` shows the fits that were made."""

import json
import os
from pathlib import Path

from sinfit import CommandSpec, hookimpl

VARIABLE = "SINFIT_HISTORY"
"""The environment variable that names the file; without it nothing is written."""


@hookimpl
def sinfit_commands():
    """Offer `sinfit history`."""
    return [
        CommandSpec(
            name="history",
            summary="Show the fits that were made, the latest last.",
            command="sinfit_history.command:history",
        )
    ]


@hookimpl
def sinfit_fit_finished(result):
    """Add a line to the history, if there is a file for it."""
    if path := os.environ.get(VARIABLE):
        status = str(result.status)
        made = {"fitter": result.fitter, "steps": result.nit, "loss": result.sse, "status": status}
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(made) + "\n")
