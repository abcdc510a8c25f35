"""Case: a log together with the stage that is said to have printed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sinfit.fitter import Fitter
from sinfit.i18n import _
from sinfit.replay.log import Log
from sinfit.replay.report import Replay, Verdict
from sinfit.replay.rounding import Rounding, half_units
from sinfit.replay.stage import run_stage

LEAST = 1e-12  # what a printed 0 counts as; a deviation from it, squared, still fits a float32

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Case:
    """A log and what it is said to come from.

    Attributes:
        log: The log.
        rounding: How exactly it was printed.
        fitter: The stage.
        points: The number of points n.
        steps: The number of updates that the Result line comes after.
        learning_rate: The learning rate.
    """

    log: Log
    rounding: Rounding
    fitter: Fitter
    points: int
    steps: int
    learning_rate: float

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """The lines in the order of their steps."""
        return np.argsort(self.log.steps, kind="stable")

    @cached_property
    def at(self) -> Array:
        """The steps, ascending, (k,)."""
        return np.array(self.log.steps, dtype=np.float64)[self.order]

    @cached_property
    def losses(self) -> Array:
        """The sizes of the printed losses in that order, (k,).

        A minus is a misprint, and a 0 stands for what rounds to it.
        """
        least = np.maximum(self.rounding.half_unit[self.order], LEAST)
        return np.maximum(np.abs(self.signed), least)

    @cached_property
    def signed(self) -> Array:
        """The losses in that order as they were printed, with their sign, (k,)."""
        return np.asarray(self.log.losses[self.order], dtype=np.float64)

    @cached_property
    def result(self) -> Array | None:
        """The parameters of the Result line; a weight printed twice counts once; (p,)."""
        size = len(self.fitter.spec.model.parameters)
        if self.log.result is None or len(self.log.result) < size:
            return None
        return np.array(self.log.result[:size])

    @cached_property
    def result_half_unit(self) -> Array:
        """Half a unit of the last printed digit of each parameter of the Result line, (p,)."""
        size = len(self.fitter.spec.model.parameters)
        half = half_units(self.log.result_printed[:size])
        return half if len(half) == size else np.zeros(size)

    @cached_property
    def x(self) -> Array:
        """The points as the stage saw them, (n,)."""
        x = np.linspace(-np.pi, np.pi, self.points)
        return x if self.rounding.dtype == "float64" else x.astype(np.float32).astype(np.float64)

    @cached_property
    def y(self) -> Array:
        """The target as the stage saw it, (n,)."""
        y = np.sin(np.linspace(-np.pi, np.pi, self.points))
        return y if self.rounding.dtype == "float64" else y.astype(np.float32).astype(np.float64)

    @cached_property
    def misprinted(self) -> Bools:
        """The lines that no program prints so: out of order, negative, or an odd digit; (k,)."""
        misplaced = self.order != np.arange(len(self.order))
        return np.asarray((misplaced | self.rounding.odd)[self.order] | (self.signed < 0))

    def run(self, initial: Iterable[float], seed: int = 0) -> tuple[Array, tuple[float, ...]]:
        """The real stage's losses at the printed steps, ascending, and its final parameters."""
        return run_stage(
            self.fitter,
            initial,
            points=self.points,
            steps=max(self.steps, int(self.at[-1]) + 1),
            learning_rate=self.learning_rate,
            dtype=self.rounding.dtype,
            at=[int(step) for step in self.at],
            seed=seed,
        )

    def deviations(self, ours: Array, printed: Array | None = None) -> Array:
        """Relative deviations, ours / printed - 1, (k,); infinite where ours is no number.

        Args:
            ours: The real stage's losses, (k,).
            printed: What they are compared with, (k,); the sizes of the printed ones if None.
        """
        printed = self.losses if printed is None else printed
        with np.errstate(divide="ignore", invalid="ignore"):  # a loss printed as 0
            apart = ours / printed - 1
        return np.asarray(np.nan_to_num(apart, nan=np.inf, posinf=np.inf))

    def report(
        self,
        verdict: Verdict,
        initial: Iterable[float],
        ours: Array,
        parameters: Iterable[float],
        explanation: str,
        departing: Bools | Literal["result"] | None = None,
    ) -> Replay:
        """Put the replay together.

        Args:
            verdict: The verdict.
            initial: The recovered start.
            ours: The real stage's losses, (k,).
            parameters: The real stage's final parameters.
            explanation: In words.
            departing: The lines that depart, (k,), or `result`.
        """
        first: int | Literal["result"] | None = None
        if isinstance(departing, str):
            first = departing
        elif departing is not None and departing.any():
            first = self.log.steps[int(self.order[departing].min())]  # the first in reading order
        if self.result is None and (self.log.unread or self.log.result):
            explanation += " " + _(
                "The log has a Result line that could not be understood, so it was not compared: "
                "{line}"
            ).format(line=self.log.unread or ", ".join(map(str, self.log.result or ())))
        back = np.argsort(self.order)
        return Replay(
            verdict=verdict,
            max_relative_deviation=float(np.abs(self.deviations(ours, self.signed)).max()),
            first_departure=first,
            initial=tuple(map(float, initial)),
            explanation=explanation,
            lines=tuple(
                (step, float(printed), float(mine))
                for step, printed, mine in zip(
                    self.log.steps, self.log.losses, ours[back], strict=True
                )
            ),
            stage=self.fitter.name,
            result=None if self.result is None else tuple(map(float, self.result)),
            parameters=tuple(map(float, parameters)),
        )

    def about_misprints(self) -> str:
        """What is odd about the misprinted lines, in words; empty if there are none."""
        parts = []
        for index in np.flatnonzero(self.misprinted)[:3]:
            line = int(self.order[index])
            step, printed = self.log.steps[line], self.log.printed[line]
            if float(printed) < 0:
                parts.append(
                    _(
                        "The loss at step {step} is {loss}: a sum of squares cannot be negative."
                    ).format(step=step, loss=printed)
                )
            elif self.rounding.odd[line]:
                parts.append(
                    _(
                        "The loss at step {step}, {loss}, is not how a {dtype} is printed, and the "
                        "others are."
                    ).format(step=step, loss=printed, dtype=self.rounding.dtype)
                )
            else:
                parts.append(_("The line of step {step} is out of order.").format(step=step))
        return " ".join(parts)
