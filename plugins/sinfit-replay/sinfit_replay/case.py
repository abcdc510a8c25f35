"""Case: a log together with the run that is said to have printed it, which can be made again."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product

import numpy as np
import sinfit
from numpy.typing import NDArray
from sinfit.contract.models import CUBIC
from sinfit.errors import StabilityWarning
from sinfit.fitting.fit import Fitter
from sinfit.fitting.problem import Problem
from sinfit.fitting.result import FitResult
from sinfit.ground.arrays import Array
from sinfit.theory import Spectrum, spectrum

from sinfit_replay.log import Log, half_units
from sinfit_replay.setting import Bools, Ending, Setting

LEAST = 1e-12  # what a printed 0 counts as; a deviation from it, squared, still fits a float32
# float32 sums of 2000 squares are good to about 4e-6, float64 ones to about 1e-14
TOLERANCE = {"float32": 1e-5, "float64": 1e-11}
SUMMED = 2000  # points; the rounding of longer sums grows with the root of their number
# parameters are this close, absolute, or relative if above 1; the published ones are within 2e-6
RESULT_TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


@lru_cache(maxsize=4)
def sine(points: int) -> Problem:
    """What every published program fits: sin at evenly spaced points in [-π, π]."""
    return Problem.from_target(sinfit.targets()["sin"], points)


@dataclass(frozen=True, eq=False)
class Run:
    """A run of the real stage.

    Attributes:
        initial: The start, p numbers.
        losses: At the steps of the log, ascending, (k,); NaN where the run ended before.
        parameters: Where it ended, p numbers.
    """

    initial: tuple[float, ...]
    losses: Array
    parameters: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """A log and what it is said to come from.

    Attributes:
        log: The log.
        fitter: The stage.
        problem: The points and the target.
        learning_rate: The learning rate.
        ends: The least and the largest number of updates that the Result line may come after.
        steps: The likeliest of them.
        said: Whether points and learning rate were said, by the log or with it, not assumed.
    """

    log: Log
    fitter: Fitter
    problem: Problem
    learning_rate: float
    ends: tuple[int, int]
    steps: int
    said: bool

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
        return np.maximum(np.abs(self.signed), np.maximum(self.half_unit, LEAST))

    @cached_property
    def half_unit(self) -> Array:
        """Half a unit of the last printed digit of each line in that order, (k,)."""
        return np.asarray(self.log.rounding.half_unit[self.order])

    @cached_property
    def signed(self) -> Array:
        """The losses in that order as they were printed, with their sign, (k,)."""
        return np.asarray(self.log.losses[self.order], dtype=np.float64)

    @cached_property
    def misprinted(self) -> Bools:
        """The lines that no program prints so: one that is negative, or an odd digit; (k,)."""
        negative = self.signed < 0
        if negative.all():  # before all of them it may be a dash
            negative = ~negative
        return np.asarray(self.log.rounding.odd[self.order] | negative)

    @cached_property
    def result(self) -> Array | None:
        """The parameters of the Result line; a weight printed twice counts once; (p,)."""
        size = len(self.fitter.spec.model.parameters)
        if self.log.result is None or len(self.log.result) < size:
            return None
        return np.array(self.log.result[:size])

    @property
    def result_loss(self) -> float:
        """The loss of the Result line's curve."""
        assert self.result is not None, "only called with a Result line"  # noqa: S101
        curve = self.fitter.spec.model.predict(self.x, tuple(self.result))
        return float(np.square(curve - self.y).sum())

    @property
    def least_result_loss(self) -> float:
        """The loss that the run ended with at least, whatever the Result line's digits leave out.

        The error there is no shorter than the printed curve's, less how far the curves are apart.
        """
        assert self.result is not None, "only called with a Result line"  # noqa: S101
        model, tolerance = self.fitter.spec.model, self.ending().tolerance
        curve = model.predict(self.x, tuple(self.result))
        apart = max(
            float(np.linalg.norm(model.predict(self.x, tuple(self.result + corner)) - curve))
            for corner in tolerance * np.array(list(product((-1, 1), repeat=len(tolerance))))
        )
        return max(float(np.linalg.norm(curve - self.y)) - apart, 0.0) ** 2

    @property
    def points(self) -> int:
        """The number of points n."""
        return len(self.problem)

    @cached_property
    def x(self) -> Array:
        """The points as the stage saw them, (n,)."""
        return self.problem.x.astype(self.log.rounding.dtype).astype(np.float64)

    @cached_property
    def y(self) -> Array:
        """The target as the stage saw it, (n,)."""
        return self.problem.y.astype(self.log.rounding.dtype).astype(np.float64)

    @cached_property
    def columns(self) -> tuple[Array, ...]:
        """What the parameters multiply, or of a model that is not linear the powers 0 to 3."""
        basis = self.fitter.spec.model.basis or CUBIC.basis
        assert basis is not None, "a cubic has one"  # noqa: S101
        return basis(self.x)

    @cached_property
    def spectrum(self) -> Spectrum:
        """The least-squares problem of these columns."""
        return spectrum(self.columns, self.y)

    def counted(self, shift: int) -> Case:
        """The same log, its steps counted in another way: each is `shift` updates later."""
        steps = tuple(step + shift for step in self.log.steps)
        return replace(self, log=replace(self.log, steps=steps))

    def backwards(self) -> Case:
        """The same log, the parameters of its Result line named from the last to the first."""
        size = len(self.fitter.spec.model.parameters)
        printed = self.log.result_printed[:size][::-1]
        return replace(self, log=replace(self.log, result_printed=printed))

    def setting(self, noise: float = 0.0) -> Setting:
        """What a start is looked for with, and proofs are made of.

        Args:
            noise: By how much rounding was seen to move a loss, relative; three times as much is
                allowed for.
        """
        own = TOLERANCE[self.log.rounding.dtype] * max(1.0, math.sqrt(self.points / SUMMED))
        # a whole unit of the last printed digit: some programs cut off where others round
        unit = 2 * self.half_unit / self.losses
        tolerance = max(own, 3 * noise) + unit
        return Setting(self.spectrum, self.learning_rate, self.at, self.losses, tolerance)

    def ending(self, noise: float = 0.0) -> Ending:
        """The Result line and how far a run may be from it.

        Args:
            noise: By how much rounding was seen to move a parameter; three times as much is
                allowed for.
        """
        assert self.result is not None, "only called with a Result line"  # noqa: S101
        unit = 2 * half_units(self.log.result_printed[: len(self.result)])
        own = RESULT_TOLERANCE[self.log.rounding.dtype] * np.maximum(np.abs(self.result), 1)
        return Ending(self.result, np.maximum(own, 3 * noise) + unit, *self.ends)

    def run(self, initial: Iterable[float], steps: int | None = None) -> Run:
        """Run the real stage, quietly, and read off the printed steps.

        Args:
            initial: The start, p numbers.
            steps: The number of updates; if None what the case says.
        """
        # what to compute in, if the stage lets one choose
        chosen = any(option.name == "dtype" for option in self.fitter.spec.options)
        dtype = self.log.rounding.dtype if chosen else None
        start, at = tuple(map(float, initial)), self.at.astype(int)
        steps = max(self.steps if steps is None else steps, int(at.max()) + 1)
        result = _trained(self.fitter, self.problem, steps, self.learning_rate, start, dtype)
        losses = np.full(steps, np.nan)
        losses[result.steps_recorded] = result.losses
        return Run(start, losses[at], tuple(result.parameters.values()))


@lru_cache(maxsize=4)  # a site replays each log in several languages
def _trained(
    fitter: Fitter,
    problem: Problem,
    steps: int,
    learning_rate: float,
    initial: tuple[float, ...],
    dtype: str | None,
) -> FitResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StabilityWarning)
        return sinfit.fit(
            fitter,
            problem,
            steps=steps,
            learning_rate=learning_rate,
            initial=initial,
            options={"dtype": dtype} if dtype else {},
        )
