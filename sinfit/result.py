"""FitResult: what came out of a fit, and why it ended.

The words are those of SciPy's OptimizeResult and of statsmodels.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sinfit import settings
from sinfit.frames import pandas
from sinfit.models import Model
from sinfit.problem import Problem, plain
from sinfit.theory import best_polynomial
from sinfit.theory.spectrum import triangle_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

Array = NDArray[np.float64]


def line_of(step: int, loss: float) -> str:
    """A loss as the tutorial prints it: `99 5545.57470703125`."""
    return f"{step} {float(loss)!r}"


class Status(StrEnum):
    """Why a fit ended."""

    CONVERGED = "CONVERGED"
    """The loss hardly changes any more, or the fitter ended by itself."""
    MAX_ITER = "MAX_ITER"
    """All steps that were asked for were made."""
    PATIENCE = "PATIENCE"
    """No better loss for as many recorded steps as the patience says."""
    TIME_LIMIT = "TIME_LIMIT"
    """The time limit was over."""
    CALLBACK = "CALLBACK"
    """A callback asked to stop."""
    INTERRUPTED = "INTERRUPTED"
    """Ctrl-C."""
    DIVERGED = "DIVERGED"
    """The loss grew beyond all bounds, or was not a number."""

    @property
    def success(self) -> bool:
        """Whether a fit that ended so did what it was asked for."""
        return self not in (Status.TIME_LIMIT, Status.INTERRUPTED, Status.DIVERGED)


@dataclass(frozen=True, eq=False, kw_only=True)
class FitResult:
    """What came out of a fit. Nothing in it can be changed.

    Attributes:
        fitter: The fitter's short name.
        fitter_id: `distribution/name`.
        title: The fitter's title.
        model: What the parameters mean.
        problem: The data.
        initial: The start, by parameter name.
        parameters: The final parameters, by name; after a failure the best finite ones.
        losses: The loss (sum of squared errors) at each recorded step, before its update; (k,).
        steps_recorded: The steps t that were recorded, counted from 0; (k,).
        parameters_recorded: The parameters at each recorded step; (k, p).
        status: Why the fit ended.
        message: The same for people.
        nit: How many updates were made.
        elapsed: How long they took, in seconds.
        steps: How many updates were asked for.
        learning_rate: The learning rate.
        seed: The seed of the start and of what the fitter drew.
        options: The fitter's own options.
        print_every: Every how many steps the tutorial prints the loss.
        provenance: The versions of what computed it.
    """

    fitter: str
    fitter_id: str
    title: str
    model: Model
    problem: Problem
    initial: Mapping[str, float]
    parameters: Mapping[str, float]
    losses: Array = field(repr=False)
    steps_recorded: NDArray[np.int64] = field(repr=False)
    parameters_recorded: Array = field(repr=False)
    status: Status
    message: str
    nit: int
    elapsed: float
    steps: int
    learning_rate: float
    seed: int
    options: Mapping[str, Any]
    print_every: int
    provenance: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        for name in ("initial", "parameters", "options", "provenance"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        for name, dtype in (
            ("losses", np.float64),
            ("steps_recorded", np.int64),
            ("parameters_recorded", np.float64),
        ):
            array = np.array(getattr(self, name), dtype=dtype)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    # What was found

    @property
    def success(self) -> bool:
        """Whether the fit did what it was asked for: no Ctrl-C, time limit or divergence."""
        return self.status.success

    @cached_property
    def coef(self) -> tuple[float, ...] | None:
        """The coefficients in ascending powers of x, or None if the model is no polynomial."""
        if self.model.coefficients is None:
            return None
        return tuple(map(float, self.model.coefficients(self._values)))

    @property
    def polynomial(self) -> np.polynomial.Polynomial | None:
        """The fitted polynomial as NumPy's, or None if the model is no polynomial."""
        return None if self.coef is None else np.polynomial.Polynomial(self.coef)

    def predict(self, x: ArrayLike) -> Array:
        """The fitted curve; x of any shape gives y of the same shape."""
        x = np.asarray(plain(x), dtype=np.float64)
        return np.asarray(self.model.predict(x, self._values), dtype=np.float64)

    @cached_property
    def sse(self) -> float:
        """The sum of squared errors of the final parameters, in float64."""
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.square(self.predict(self.problem.x) - self.problem.y).sum())

    @property
    def rmse(self) -> float:
        """The root of the mean squared error, in the unit of y."""
        return math.sqrt(self.sse / len(self.problem))

    @property
    def rsquared(self) -> float:
        """The share of y's variance that the curve explains; NaN if y is constant."""
        total = float(np.square(self.problem.y - self.problem.y.mean()).sum())
        return 1 - self.sse / total if total else math.nan

    @cached_property
    def optimality_gap(self) -> float | None:
        """How far the sum of squared errors is above that of the best polynomial.

        The best polynomial of the model's degree, the best cubic for all eight stages; None for a
        model that names no degree. The dynamic stage has terms beyond its cubic, so its gap may be
        negative.
        """
        if self.model.degree is None:
            return None
        best = best_polynomial(self.problem.x, self.problem.y, self.model.degree)
        return self.sse - best.sse

    @cached_property
    def covariance(self) -> Array | None:
        """The covariance of the parameters, of shape (p, p), as SciPy's `curve_fit` gives it.

        σ² (XᵀX)⁻¹ with σ² = sse / (n - p), from the columns X that the parameters multiply: what
        independent errors of one variance in y bring about at the least-squares fit. How far a
        fit that stopped early is from there, `optimality_gap` says. None for a model that is not
        linear in its parameters, where n - p is 0, and where the columns depend on each other.
        """
        n, p = len(self.problem), len(self.parameters)
        if self.model.basis is None or n <= p:
            return None
        x = self.problem.x
        triangle = triangle_of([np.broadcast_to(column, x.shape) for column in self.model.basis(x)])
        try:
            inverse = np.linalg.inv(triangle)
        except np.linalg.LinAlgError:  # one column is made of the others
            return None
        covariance = self.sse / (n - p) * inverse @ inverse.T
        covariance.setflags(write=False)
        return covariance

    @property
    def standard_errors(self) -> Mapping[str, float] | None:
        """The standard error of each parameter, by name; None where there is no covariance."""
        if self.covariance is None:
            return None
        errors = np.sqrt(self.covariance.diagonal()).tolist()
        return MappingProxyType(dict(zip(self.parameters, errors, strict=True)))

    def equation(self) -> str:
        """The fitted equation in the tutorial's form: `y = 0.02 + 0.87 x + …`."""
        return self.model.equation(self._values)

    def printed(self, every: int | None = None) -> list[str]:
        """The losses and the result as the tutorial prints them.

        Args:
            every: Print every so many steps, the last of each; the fitter's own choice if None.

        Returns:
            Lines such as `99 5545.57470703125`, the one with the equation at the end.
        """
        every = (
            self.print_every
            if every is None
            else settings.whole("every", every, 1, settings.MOST_STEPS)
        )
        lines = [
            line_of(step, loss)
            for step, loss in zip(self.steps_recorded, self.losses, strict=True)
            if step % every == every - 1
        ]
        return [*lines, f"Result: {self.equation()}"]

    @property
    def _values(self) -> tuple[float, ...]:
        return tuple(self.parameters.values())

    # How it is shown

    def __repr__(self) -> str:
        gap = self.optimality_gap
        lines = [
            f"{self.title} ({self.fitter})",
            self.equation(),
            f"sse {self.sse:.6g}, rmse {self.rmse:.4g}"
            + ("" if gap is None else f", {gap:.6g} above the best polynomial"),
            f"{self.status}: {self.message} {self.elapsed:.3g} s",
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        title, *lines = repr(self).split("\n")
        body = "".join(f"<div>{escape(line)}</div>" for line in lines)
        return f"<div><strong>{escape(title)}</strong>{body}</div>"

    def _repr_latex_(self) -> str:
        if self.coef is None:
            return f"$y = {self.model.latex}$"
        terms = [
            f"{value:+.6f}" + ("" if power == 0 else " x" if power == 1 else f" x^{power}")
            for power, value in enumerate(self.coef)
        ]
        return f"$y = {' '.join(terms).removeprefix('+')}$"

    def plot(self) -> Figure:
        """Draw the start, the fitted and the true curve, and the losses.

        Returns:
            A matplotlib figure that pyplot does not know of, so there is nothing to close.

        Raises:
            UnavailableError: matplotlib is not installed.
        """
        from sinfit.plotting import plot_result

        return plot_result(self)

    def to_frame(self) -> DataFrame:
        """The history as a pandas DataFrame: step, loss, and a column for each parameter.

        Raises:
            UnavailableError: pandas is not installed.
        """
        columns = dict(zip(self.model.parameters, self.parameters_recorded.T, strict=True))
        return pandas().DataFrame({"step": self.steps_recorded, "loss": self.losses, **columns})

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; numbers that are not finite become None, as JSON has none."""
        return {
            "fitter": self.fitter,
            "success": self.success,
            "status": str(self.status),
            "message": self.message,
            "nit": self.nit,
            "elapsed": self.elapsed,
            "sse": _finite(self.sse),
            "optimality_gap": _finite(self.optimality_gap),
            "parameters": {name: _finite(value) for name, value in self.parameters.items()},
            "coef": None if self.coef is None else [_finite(value) for value in self.coef],
            "losses": [
                [int(step), _finite(float(loss))]
                for step, loss in zip(self.steps_recorded, self.losses, strict=True)
            ],
        }

    # How it is kept

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to a JSON file: exact floats, nothing pickled.

        Raises:
            UsageError: The file cannot be written.
        """
        from sinfit.saving import write

        write(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> FitResult:
        """Read what `save` wrote.

        Raises:
            DataError: The file cannot be read or is no saved result.
        """
        from sinfit.saving import read

        return read(path)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels to another process: read-only mappings go as plain ones."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("initial", "parameters", "options", "provenance"):
            fields[name] = dict(fields[name])
        return _rebuild, (fields,)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _rebuild(fields: dict[str, Any]) -> FitResult:
    return FitResult(**fields)
