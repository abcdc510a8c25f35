"""The published tables that ship with the package, and their sources."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from importlib.resources import files

from sinfit.i18n import N_

from sinfit_replay.replaying import replay
from sinfit_replay.report import Replay

SOURCES = (
    N_("the official Korean tutorial site, PyTorchKorea/tutorials-kr"),
    N_('a copy of the Korean page "PyTorch: 텐서(Tensor)"'),
    N_("a Korean notebook with all eight stages"),
    N_('a Korean blog post of 2024-10-24, "Pytorch tutorial (2)"'),
    N_("a Chinese notebook with the eight stages, benrenzhu/learn-PyTorch"),
    N_("Chinese course notes, lzwjava/curious-courses"),
)
"""Where the tables were published, for the catalogs."""


@dataclass(frozen=True)
class Published:
    """A published table of losses.

    Attributes:
        id: Its name here.
        stage: The stage that printed it.
        source: Where it was published.
        learning_rate: As published.
        points: As published.
        steps: As published.
        losses: (t, loss) of each line.
        result_line: As printed; empty if there is none.
        remarks: What deviates from the official program; empty if nothing.
        bug: What is wrong with the program that printed it; empty if nothing.
    """

    id: str
    stage: str
    source: str
    learning_rate: float
    points: int
    steps: int
    losses: tuple[tuple[int, float], ...]
    result_line: str = ""
    remarks: str = ""
    bug: str = ""

    def text(self) -> str:
        """The table as it was printed."""
        lines = [f"{step} {loss!r}" for step, loss in self.losses]
        return "\n".join([*lines, self.result_line])

    def replay(self) -> Replay:
        """Replay it with its stage."""
        return replay(
            self.text(),
            f"sinfit-{self.stage}/{self.stage}",  # whoever else offers one of this name
            points=self.points,
            steps=self.steps,
            learning_rate=self.learning_rate,
        )


def published() -> dict[str, Published]:
    """All published tables, by name.

    Examples:
        >>> published()["tutkr-numpy"].losses[0]
        (99, 775.3612839295903)
    """
    data = json.loads((files("sinfit_replay") / "logs.json").read_text(encoding="utf-8"))
    names = [each.name for each in fields(Published)]
    tables = ({name: entry[name] for name in names if name in entry} for entry in data)
    return {
        table["id"]: Published(**{**table, "losses": tuple(map(tuple, table["losses"]))})
        for table in tables
    }
