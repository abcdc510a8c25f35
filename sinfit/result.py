"""FitResult: what came out of a fit; Comparison: several of them side by side.

The words are those of SciPy's OptimizeResult and of statsmodels.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sinfit.errors import DataError, UnavailableError, UsageError
from sinfit.i18n import _
from sinfit.models import Model, polynomial
from sinfit.problem import Problem
from sinfit.theory import best_polynomial

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

Array = NDArray[np.float64]

FORMAT = "sinfit result 1"


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
        x = np.asarray(x, dtype=np.float64)
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

    def equation(self) -> str:
        """The fitted equation in the tutorial's form: `y = 0.02 + 0.87 x + …`."""
        return self.model.equation(self._values)

    def printed(self, every: int | None = None) -> list[str]:
        """The losses and the result as the tutorial prints them.

        Args:
            every: Print every so many steps, the last of each; the fitter's own choice if None.

        Returns:
            Lines such as `99 5545.57470703125`, and `Result: y = …` at the end.
        """
        every = every or self.print_every
        lines = [
            f"{step} {float(loss)!r}"
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
            A matplotlib figure, not registered with pyplot: nothing to close.

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
        return _pandas().DataFrame({"step": self.steps_recorded, "loss": self.losses, **columns})

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

        The file is written beside its place and then moved there, so that an interruption leaves
        no half of one.
        """
        content = {
            "format": FORMAT,
            "fitter": self.fitter,
            "fitter_id": self.fitter_id,
            "title": self.title,
            "model": {
                "name": self.model.name,
                "parameters": self.model.parameters,
                "formula": self.model.formula,
                "latex": self.model.latex,
                "result": self.model.result,
                "degree": self.model.degree,
            },
            "coef": self.coef and [_exact(value) for value in self.coef],
            "initial_coef": self.model.coefficients
            and [float(value) for value in self.model.coefficients(tuple(self.initial.values()))],
            "source": self.problem.source,
            "x": self.problem.x.tolist(),
            "y": self.problem.y.tolist(),
            "initial": dict(self.initial),
            "parameters": dict(self.parameters),
            "losses": [_exact(loss) for loss in self.losses.tolist()],
            "steps_recorded": self.steps_recorded.tolist(),
            "parameters_recorded": [
                [_exact(value) for value in row] for row in self.parameters_recorded.tolist()
            ],
            "status": str(self.status),
            "message": self.message,
            "nit": self.nit,
            "elapsed": self.elapsed,
            "steps": self.steps,
            "learning_rate": self.learning_rate,
            "seed": self.seed,
            "options": dict(self.options),
            "print_every": self.print_every,
            "provenance": dict(self.provenance),
        }
        path = Path(path)
        beside = path.with_name(path.name + ".part")
        try:
            beside.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), "utf-8")
            beside.replace(path)
        except OSError as error:
            raise UsageError(
                _("cannot write {path}: {error}.").format(path=path, error=error)
            ) from error

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> FitResult:
        """Read what `save` wrote.

        Raises:
            DataError: The file cannot be read or is no saved result.
        """
        try:
            content = json.loads(Path(path).read_text("utf-8"))
            if not isinstance(content, dict) or content.get("format") != FORMAT:
                raise ValueError(_("it does not say {format!r}").format(format=FORMAT))
            result = cls(
                model=_model(content),
                problem=Problem(content["x"], content["y"], content["source"]),
                status=Status(content["status"]),
                losses=np.array([float(loss) for loss in content["losses"]]),
                steps_recorded=np.array(content["steps_recorded"], dtype=np.int64),
                parameters_recorded=np.array(
                    [[float(value) for value in row] for row in content["parameters_recorded"]]
                ),
                **{
                    name: content[name]
                    for name in (
                        *("fitter", "fitter_id", "title", "initial", "parameters", "message"),
                        *("nit", "elapsed", "steps", "learning_rate", "seed", "options"),
                        *("print_every", "provenance"),
                    )
                },
            )
            result._check_shapes()  # a file edited by hand
        except UnavailableError:
            raise
        except (
            *(OSError, ValueError, KeyError, TypeError, AttributeError),
            *(OverflowError, RecursionError),
        ) as error:
            reason = f"{error!r}" if isinstance(error, KeyError) else f"{error}"
            raise DataError(
                _("{path} is no saved result of sinfit: {reason}.").format(path=path, reason=reason)
            ) from error
        return result

    def _check_shapes(self) -> None:
        """Raise ValueError if the parts of a result do not fit together."""
        names, steps = self.model.parameters, len(self.losses)
        if (
            tuple(self.parameters) != names
            or tuple(self.initial) != names
            or self.losses.shape != (steps,)
            or self.steps_recorded.shape != (steps,)
            or self.parameters_recorded.shape != (steps, len(names))
        ):
            raise ValueError(_("its parts do not fit together"))
        for kind, values in (
            (str, (self.fitter, self.fitter_id, self.title, self.message)),
            (int, (self.nit, self.steps, self.seed, self.print_every)),
            ((int, float), (self.elapsed, self.learning_rate, *self.parameters.values())),
            ((int, float), self.initial.values()),
        ):
            for value in values:
                if not isinstance(value, kind) or isinstance(value, bool):
                    raise TypeError(f"{value!r}")


@dataclass(frozen=True, eq=False)
class Comparison(Sequence[FitResult]):
    """Several fits of the same data, side by side.

    Attributes:
        results: The fits that ran, in order.
        skipped: Why others did not, by name.
    """

    results: tuple[FitResult, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)

    @overload
    def __getitem__(self, index: int | str) -> FitResult: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[FitResult, ...]: ...
    def __getitem__(self, index: int | str | slice) -> FitResult | tuple[FitResult, ...]:
        """A result by position or by the fitter's name."""
        if isinstance(index, str):
            for result in self.results:
                if index in (result.fitter, result.fitter_id):
                    return result
            raise KeyError(index)
        return self.results[index]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[FitResult]:
        return iter(self.results)

    @property
    def success(self) -> bool:
        """Whether every fit ran and succeeded."""
        return not self.skipped and all(result.success for result in self)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Plain data for JSON: each result without its losses."""
        dicts = [result.to_dict() for result in self]
        for entry in dicts:
            del entry["losses"]
        return dicts

    def to_frame(self) -> DataFrame:
        """A pandas DataFrame with a row for each fit, indexed by the fitter's name."""
        rows = [
            {
                "fitter": result.fitter,
                "status": str(result.status),
                "nit": result.nit,
                "sse": result.sse,
                "optimality_gap": result.optimality_gap,
                "rmse": result.rmse,
                "elapsed": result.elapsed,
            }
            for result in self
        ]
        columns = ("fitter", "status", "nit", "sse", "optimality_gap", "rmse", "elapsed")
        return _pandas().DataFrame(rows, columns=columns).set_index("fitter")

    def plot(self) -> Figure:
        """Draw the losses of all fits and their curves.

        Raises:
            UnavailableError: matplotlib is not installed.
        """
        from sinfit.plotting import plot_comparison

        return plot_comparison(self)

    def __repr__(self) -> str:
        lines = [f"{'fitter':<12}{'loss':>14}{'gap':>14}{'seconds':>10}  status"]
        for result in self:
            gap = "-" if result.optimality_gap is None else f"{result.optimality_gap:.6g}"
            lines.append(
                f"{result.fitter:<12}{result.sse:>14.6g}{gap:>14}{result.elapsed:>10.3f}"
                f"  {result.status}"
            )
        return "\n".join(lines + [f"{name}: {reason}" for name, reason in self.skipped.items()])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


def _model(content: Mapping[str, Any]) -> Model:
    """The model of a saved result: the installed fitter's, else the saved polynomial."""
    from sinfit.plugins import fitters

    saved = content["model"]
    names = tuple(saved["parameters"])
    installed = fitters()
    if content["fitter_id"] in installed:
        model = installed[content["fitter_id"]].spec.model
        if model.parameters == names and model.formula == saved["formula"]:
            return model
    known = {  # the curves of the start and of the end are all that can still be drawn
        tuple(map(float, content[parameters].values())): tuple(map(float, content[coef]))
        for parameters, coef in (("initial", "initial_coef"), ("parameters", "coef"))
        if content[coef] is not None
    }

    def coefficients(parameters: Sequence[float]) -> tuple[float, ...]:
        if tuple(parameters) not in known:
            raise UnavailableError(
                _("predicting needs the plugin of {fitter}, which is not installed.").format(
                    fitter=content["fitter_id"]
                )
            )
        return known[tuple(parameters)]

    def predict(x: Any, parameters: Sequence[float]) -> Any:
        coef = coefficients(parameters)
        return polynomial(len(coef) - 1).predict(x, coef)

    return Model(
        name=saved["name"],
        parameters=names,
        formula=saved["formula"],
        latex=saved["latex"],
        result=saved["result"],
        predict=predict,
        coefficients=coefficients if known else None,
        degree=saved["degree"],
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _exact(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)  # JSON has no inf; float() reads it back


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise UnavailableError(
            _("this needs pandas. Install it with: pip install {package}").format(
                package='"sinfit[frame]"'
            )
        ) from error
    return pandas
