"""FitResult: what came out of a fit, and why it ended.

The words are those of SciPy's OptimizeResult and of statsmodels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sinfit.contract.models import Model
from sinfit.contract.yielded import read_extras
from sinfit.errors import UnavailableError, shown
from sinfit.fitting import saving
from sinfit.fitting.arguments import MOST_STEPS, whole
from sinfit.fitting.driving import Status
from sinfit.fitting.problem import Problem
from sinfit.ground.arrays import Array, real_numbers
from sinfit.ground.entry import load
from sinfit.ground.files import AnyPath
from sinfit.ground.json_numbers import finite
from sinfit.ground.optional import needing
from sinfit.i18n import _
from sinfit.theory import best_polynomial

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

MOST_SHOWN = 100  # numbers of an extra in a summary; `save` keeps them all
MOST_LETTERS = 60
ROUNDING = 1e-12  # of the sum of y²; a best fit may come out so little below the best polynomial


class ReadOnly(dict[str, Any]):
    """A dictionary that cannot be changed."""

    def _refuse(self, *_given: Any, **_named: Any) -> NoReturn:
        raise TypeError(_("nothing in a result can be changed; make a copy with dict(…)."))

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels to another process: made there at once, not filled item by item."""
        return ReadOnly, (dict(self),)


def line_of(step: int, loss: float) -> str:
    """A loss as the tutorial prints it: `99 5545.57470703125`."""
    return f"{step} {float(loss)!r}"


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
        options: The fitter's own options, as they were used.
        asked: What was asked for in their place or the learning rate's, by name: `auto`.
        print_every: Every how many steps the tutorial prints the loss.
        provenance: The versions of what computed it, the system, PyTorch's threads, and the
            processor's instruction sets.
        extras: What else the fitter returned, by name: numbers, texts and read-only arrays.
        batches: Whether the losses are those of a part of the points; `sse` is of all.
    """

    fitter: str
    fitter_id: str
    title: str
    model: Model
    problem: Problem
    initial: Mapping[str, float]
    parameters: Mapping[str, float]
    losses: Array
    steps_recorded: NDArray[np.int64]
    parameters_recorded: Array
    status: Status
    message: str
    nit: int
    elapsed: float
    steps: int
    learning_rate: float
    seed: int
    options: Mapping[str, Any]
    print_every: int
    provenance: Mapping[str, str]
    asked: Mapping[str, Any] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)
    batches: bool = False

    def __post_init__(self) -> None:
        for name in ("initial", "parameters", "options", "asked", "provenance"):
            object.__setattr__(self, name, ReadOnly(getattr(self, name)))
        object.__setattr__(self, "extras", ReadOnly(read_extras(self.extras)))
        for name in ("losses", "steps_recorded", "parameters_recorded"):
            dtype = np.int64 if name == "steps_recorded" else np.float64
            array = np.array(getattr(self, name), dtype=dtype)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

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
        """The fitted curve; x of any shape gives y of the same shape.

        Raises:
            DataError: x holds no numbers.
        """
        x = real_numbers("x", x)
        return np.asarray(self.model.predict(x, self._values), dtype=np.float64)

    @cached_property
    def sse(self) -> float:
        """The (weighted) sum of squared errors of the final parameters, in float64."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.problem.sum_of_squares(self.residuals)

    @property
    def fittedvalues(self) -> Array:
        """The fitted curve at the data's x; (n,)."""
        return self.predict(self.problem.x)

    @property
    def residuals(self) -> Array:
        """What the curve leaves over, y minus the fitted values; (n,)."""
        return self.problem.y - self.fittedvalues

    @property
    def rmse(self) -> float:
        """The root of the mean squared error, in the unit of y."""
        return math.sqrt(self.sse / self.problem.mass)

    @property
    def rsquared(self) -> float:
        """The share of y's variance that the curve explains; NaN if y is constant."""
        y = self.problem.y
        total = self.problem.sum_of_squares(y - np.average(y, weights=self.problem.weights))
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
        x, y, weights = self.problem.x, self.problem.y, self.problem.weights
        gap = self.sse - best_polynomial(x, y, self.model.degree, weights=weights).sse
        return 0.0 if -ROUNDING * self.problem.sum_of_squares(y) < gap < 0 else gap

    @cached_property
    def _statistics(self) -> Any:
        """What sinfit-exact knows of this fit; the core does without it."""
        with needing("sinfit_exact"):
            statistics = load("sinfit_exact.statistics:Statistics")
        return statistics(self)

    @property
    def optimality_distance(self) -> float | None:
        """How many standard errors the parameters are from the least-squares fit, at most.

        Above 1 all statistics below warn: they hold at the optimum, not here. None where
        `optimality_gap` is, for a model that is not linear in its parameters, or if n - p is 0.
        """
        return cast("float | None", self._statistics.distance)

    @property
    def covariance(self) -> Array | None:
        """The covariance of the parameters, of shape (p, p), as SciPy's `curve_fit` gives it.

        σ² (XᵀWX)⁻¹ with σ² = sse / (n - p), from the columns X that the parameters multiply: what
        independent errors of one variance σ² (of variances σ²/w, with weights w) in y bring about
        at the least-squares fit. Where sigma is absolute, σ² is 1. None for a model that is not
        linear in its parameters, where n - p is 0, and where the columns depend on each other.

        Warns:
            OptimalityWarning: The fit is further from the least-squares fit than a standard error.

        Raises:
            UnavailableError: sinfit-exact is not installed, which brings all statistics.
        """
        return cast("Array | None", self._statistics.covariance())

    @property
    def standard_errors(self) -> Mapping[str, float] | None:
        """The standard error of each parameter, by name; warns and is None as `covariance`."""
        errors = self._statistics.errors()
        return None if errors is None else ReadOnly(errors)

    def conf_int(self, level: float = 0.95) -> Mapping[str, tuple[float, float]] | None:
        """The confidence interval of each parameter, by name; else as `covariance`.

        Raises:
            UsageError: The level does not lie between 0 and 1.
            UnavailableError: SciPy is not installed, which knows Student's t.
        """
        return cast("Mapping[str, tuple[float, float]] | None", self._statistics.intervals(level))

    def confidence_band(self, x: ArrayLike, level: float = 0.95) -> tuple[Array, Array] | None:
        """Where the true curve lies at each x: the edges, of x's shape; else as `conf_int`."""
        return cast("tuple[Array, Array] | None", self._statistics.band(x, level))

    def prediction_band(
        self, x: ArrayLike, level: float = 0.95, weights: ArrayLike = 1.0
    ) -> tuple[Array, Array] | None:
        """Where one more y of this weight would lie at each x; else as `confidence_band`."""
        return cast("tuple[Array, Array] | None", self._statistics.band(x, level, weights))

    @property
    def aic(self) -> float:
        """Akaike's information criterion, as statsmodels' WLS has it; warns as `covariance`."""
        return float(self._statistics.criterion(2))

    @property
    def bic(self) -> float:
        """Schwarz's information criterion, likewise."""
        return float(self._statistics.criterion(math.log(self.problem.count)))

    def summary(self, level: float = 0.95) -> str:
        """Parameters, standard errors and intervals of this level, and how good the fit is."""
        return cast("str", self._statistics.summary(level))  # which a notebook shows as it is

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
        every = self.print_every if every is None else whole("every", every, 1, MOST_STEPS)
        recorded = zip(self.steps_recorded, self.losses, strict=True)
        lines = [line_of(step, loss) for step, loss in recorded if step % every == every - 1]
        return [*lines, f"Result: {self.equation()}"]

    @property
    def _values(self) -> tuple[float, ...]:
        return tuple(self.parameters.values())

    def __repr__(self) -> str:
        try:
            gap, size = self.optimality_gap, f"sse {self.sse:.6g}, rmse {self.rmse:.4g}"
        except UnavailableError as error:  # of a saved result whose model is no more at hand
            gap, size = None, str(error)
        above = "" if gap is None else f", {gap:.6g} above the best polynomial"
        end = f"{self.status}: {self.message} {self.elapsed:.3g} s"
        lines = [f"{self.title} ({self.fitter})", self.equation(), f"{size}{above}", end]
        return "\n".join(lines + self.remarks())

    def remarks(self) -> list[str]:
        """What else there is to say: what `auto` was, that losses are of a part, and the extras."""
        used = {**self.options, "learning_rate": self.learning_rate}
        asked = [name for name in self.asked if name in used]
        auto = ", ".join(f"{name}={_short(used[name])} ({self.asked[name]})" for name in asked)
        extras = ", ".join(f"{name} {_short(value)}" for name, value in self.extras.items())
        parts = _("The losses before the end are those of a part of the points.")
        return [*filter(None, (auto, parts if self.batches else "", extras))]

    def _repr_html_(self) -> str:
        title, *lines = repr(self).split("\n")
        body = "".join(f"<div>{escape(line)}</div>" for line in lines)
        return f"<div><strong>{escape(title)}</strong>{body}</div>"

    def _repr_latex_(self) -> str:
        if self.coef is None:
            return f"$y = {self.model.latex}$"
        terms = [
            f"{value:+z.6f}" + ("" if power == 0 else " x" if power == 1 else f" x^{power}")
            for power, value in enumerate(self.coef)
        ]
        return f"$y = {' '.join(terms).removeprefix('+')}$"

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the start, the fitted and the true curve, and the losses; or the curves on `ax`.

        Returns:
            A matplotlib figure that pyplot does not know of, so there is nothing to close; its
            `show()` opens a window. With `ax`, whose figure it is.

        Raises:
            UnavailableError: matplotlib is not installed.
        """
        from sinfit.fitting.plotting import plot_result

        return plot_result(self, ax)

    def to_frame(self) -> DataFrame:
        """The history as a pandas DataFrame: step, loss, and a column for each parameter.

        Raises:
            UnavailableError: pandas is not installed.
        """
        columns = dict(zip(self.model.parameters, self.parameters_recorded.T, strict=True))
        with needing("pandas", "frame"):
            import pandas
        return pandas.DataFrame({"step": self.steps_recorded, "loss": self.losses, **columns})

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; numbers that are not finite become None, as JSON has none."""
        names = "fitter fitter_id success status message nit elapsed sse optimality_gap parameters"
        names += " coef steps learning_rate seed initial options asked provenance batches"
        data: dict[str, Any] = {name: getattr(self, name) for name in names.split()} | {
            "status": str(self.status),
            "source": self.problem.source,
            "points": len(self.problem),
            "interval": [float(self.problem.x.min()), float(self.problem.x.max())],
            "losses": [*zip(self.steps_recorded.tolist(), self.losses.tolist(), strict=True)],
            "extras": {name: _plain(value) for name, value in self.extras.items()},
        }
        return {name: finite(value) for name, value in data.items()}

    def save(self, path: AnyPath) -> None:
        """Write everything to a JSON file, or to an open one: exact floats, nothing pickled.

        Raises:
            UsageError: The file cannot be written.
        """
        saving.write(self, path)

    @classmethod
    def load(cls, path: AnyPath) -> FitResult:
        """Read what `save` wrote, from a file or an open one.

        Raises:
            DataError: The file cannot be read or is no saved result.
        """
        return saving.read(path, cls)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels to another process: its arrays are made read-only again over there."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return partial(FitResult, **fields), ()

    def __eq__(self, other: object) -> bool:
        """Whether everything in two results is the same, their seconds included."""
        if not isinstance(other, FitResult):
            return NotImplemented
        return all(
            _same(getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__
        )

    def __hash__(self) -> int:
        return hash((self.fitter_id, self.seed, self.nit, self.elapsed))


def _plain(extra: Any) -> Any:
    """An extra as plain data, of an array with more than `MOST_SHOWN` numbers its form."""
    if not isinstance(extra, np.ndarray):
        return extra
    if extra.size > MOST_SHOWN:
        return {"shape": extra.shape, "dtype": str(extra.dtype)}
    return extra.tolist()


def _short(value: Any) -> str:
    """An extra in a few letters."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    return f"{value:.6g}" if isinstance(value, float) else shown(value)[:MOST_LETTERS]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and one.dtype == other.dtype
            and np.array_equal(one, other, equal_nan=True)
        )
    if isinstance(one, ReadOnly):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return bool(one == other) or (one != one and other != other)  # NaN is itself here
