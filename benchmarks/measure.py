"""Measure two things side by side: alternating, in one run, as a ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Ratio:
    """How long `ours` takes, as a part of `theirs`.

    Attributes:
        name: What was measured.
        against: What it was measured against.
        ratio: The median of the ratios of neighbouring runs.
        low: Their lower quartile.
        high: Their upper quartile.
        ours: The median time of ours in seconds.
        theirs: The median time of theirs in seconds.
        aim: The ratio that we want at most, if there is one.
    """

    name: str
    against: str
    ratio: float
    low: float
    high: float
    ours: float
    theirs: float
    aim: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the aim was met; None without one."""
        return None if self.aim is None else self.ratio <= self.aim

    def to_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        return {**asdict(self), "met": self.met}


def seconds(run: Callable[[], object]) -> float:
    """Time one call."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def side_by_side(
    name: str,
    against: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    aim: float | None = None,
    rounds: int = 9,
    repeat_ours: int = 1,
) -> Ratio:
    """Run both by turns and compare neighbours, so that a busy machine slows both.

    Args:
        name: What is measured.
        against: What it is measured against.
        ours: Our side.
        theirs: The other side.
        aim: The ratio that we want at most.
        rounds: How many pairs; one more warms both up.
        repeat_ours: How often ours runs in a row for one measurement, if it is very short.
    """
    mine, others = [], []
    for turn in range(rounds + 1):
        first_theirs = turn % 2 == 0  # neither side always runs on the other's warm caches
        if first_theirs:
            other = seconds(theirs)
        own = seconds(lambda: [ours() for _ in range(repeat_ours)]) / repeat_ours
        if not first_theirs:
            other = seconds(theirs)
        if turn:
            mine.append(own)
            others.append(other)
    return compared(name, against, mine, others, aim=aim)


def compared(
    name: str,
    against: str,
    mine: Sequence[float],
    others: Sequence[float],
    *,
    aim: float | None = None,
) -> Ratio:
    """The ratio of neighbouring times, in seconds."""
    ratios = sorted(a / b for a, b in zip(mine, others, strict=True))
    low, _, high = statistics.quantiles(ratios, n=4)
    return Ratio(
        name,
        against,
        statistics.median(ratios),
        low,
        high,
        statistics.median(mine),
        statistics.median(others),
        aim,
    )
