"""Data as people have them: columns of a text file or of a data frame.

`sinfit.Problem.from_csv` and `sinfit.fit(name, frame, x="time", y="value")` come here.

- `columns` reads text files, in any usual dialect.
- `command` is `sinfit columns`, which shows what a file has.
- `condensing` is `sinfit.condense`: more points than memory holds become a few that stand for them.
- `triangles` says how, and `on_dask` does it on a cluster.
"""

from typing import TYPE_CHECKING, Any

from sinfit import CommandSpec, hookimpl
from sinfit.ground.entry import lazily
from sinfit.i18n import N_

if TYPE_CHECKING:
    from sinfit_data.condensing import condense

__all__ = ["condense"]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__, {"condense": "condensing:condense"})


@hookimpl
def sinfit_commands() -> list[Any]:
    """Offer `sinfit columns`."""
    return [
        CommandSpec(
            name="columns",
            summary=N_("Show the columns of a data file, and which a fit would read."),
            command="sinfit_data.command:columns",
            order=9,
        )
    ]
