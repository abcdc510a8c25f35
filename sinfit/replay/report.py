"""Replay: what was printed, what we get, and the verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["reproduced", "consistent", "contradicted"]


def relative(ours: float, printed: float) -> float:
    """The relative deviation, ours / printed - 1; infinite from a printed 0 that is not ours."""
    if printed == 0:
        return math.inf if ours else 0.0
    return ours / printed - 1


@dataclass(frozen=True)
class Replay:
    """A printed log, replayed.

    Attributes:
        verdict: `reproduced`: every line is ours, within rounding. `consistent`: the lines fit the
            model as closely as its draws, or its chaos, allow. `contradicted`: no run of this
            stage prints this.
        max_relative_deviation: The largest |ours / printed - 1| of all lines.
        first_departure: The step t of the first line that contradicts, `result` for the Result
            line, or None.
        initial: The recovered start, in the model's order, from which ours were computed.
        explanation: In words, one sentence or more.
        lines: (t, printed, ours) for each line; ours from a run of the real stage.
        stage: The fitter that was run.
        result: The parameters of the printed Result line, or None.
        parameters: The parameters that our run ends with.
    """

    verdict: Verdict
    max_relative_deviation: float
    first_departure: int | Literal["result"] | None
    initial: tuple[float, ...]
    explanation: str
    lines: tuple[tuple[int, float, float], ...]
    stage: str
    result: tuple[float, ...] | None
    parameters: tuple[float, ...]

    @property
    def deviations(self) -> tuple[float, ...]:
        """The relative deviation, ours / printed - 1, of each line; infinite from a printed 0."""
        return tuple(relative(ours, printed) for _, printed, ours in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """The replay as plain data, ready for JSON.

        Returns:
            The attributes by name, tuples as lists. `verdict` is the English word in any language.
            `first_departure` is an int, the step t of the first line that contradicts; the string
            `"result"`, if that is the Result line; or None, in JSON null, if nothing contradicts.
            `lines` are [t, printed, ours]; a loss that was printed with a minus keeps it.
        """
        return {
            "verdict": self.verdict,
            "max_relative_deviation": self.max_relative_deviation,
            "first_departure": self.first_departure,
            "initial": list(self.initial),
            "explanation": self.explanation,
            "lines": [list(line) for line in self.lines],
            "stage": self.stage,
            "result": None if self.result is None else list(self.result),
            "parameters": list(self.parameters),
        }
