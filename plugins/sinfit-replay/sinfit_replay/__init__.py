"""Can a printed loss table be had again? Recover its start, run the real stage, compare the lines.

- `tables`: those that circulate, where they were printed, and what is wrong with them
- `replaying`, `report`: the way in, `replay()`, and the way out, a verdict said in words
- `text`, `lines`, `log`: what was printed, read off any text, page, file or result
- `case`, `setting`, `recovery`, `proof`: the run, the start that prints it, or that there is none
- `judge_…`, `explain`: a judge for each kind of stage, and what else explains its lines
- `command`, `i18n`: `sinfit replay`, and its messages in the reader's language
"""

from typing import TYPE_CHECKING

from sinfit import CommandSpec, hookimpl
from sinfit.ground.entry import lazily
from sinfit.i18n import N_

if TYPE_CHECKING:
    from sinfit_replay.log import Log, read_log
    from sinfit_replay.replaying import replay
    from sinfit_replay.report import Replay
    from sinfit_replay.tables import Published, published

__all__ = [
    "Log",
    "Published",
    "Replay",
    "published",
    "read_log",
    "replay",
]


@hookimpl
def sinfit_commands() -> list[CommandSpec]:
    """Offer `sinfit replay`."""
    return [
        CommandSpec(
            name="replay",
            summary=N_("Replay a printed log of losses."),
            command="sinfit_replay.command:replay",
            order=6,
        )
    ]


if not TYPE_CHECKING:  # NumPy is imported when a name is used, not to list the commands
    __getattr__ = lazily(
        __name__,
        {
            "Log": "log:Log",
            "Published": "tables:Published",
            "Replay": "report:Replay",
            "published": "tables:published",
            "read_log": "log:read_log",
            "replay": "replaying:replay",
        },
    )
