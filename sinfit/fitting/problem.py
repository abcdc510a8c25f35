"""Problem: x, y and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from sinfit.contract.models import Model, Powers
from sinfit.errors import DataError, PluginError, UnsuitableError, UsageError, one_line
from sinfit.fitting.arguments import whole
from sinfit.ground.arrays import Array, finite_vector, real_numbers
from sinfit.ground.entry import load
from sinfit.ground.optional import needing
from sinfit.i18n import _

if TYPE_CHECKING:
    from sinfit.contract.specs import TargetSpec

LARGEST_X = 1e50  # least squares has sums of the sixth powers of x: those of more are no float64
SMALLEST_X = 1e-50  # below it they vanish
LARGEST_Y = 1e100  # and of the squares of y
MOST = 1e100  # of a weight
COLUMNS, FRAME = "sinfit_data.columns:read_columns", "sinfit_data.frames:read_frame"
FIRST_POINTS = 1000
MOST_POINTS = 100_000_000  # 1.6 GB for x and y: more is surely a slip
MOST_CONDENSED = 2**53  # a count that JSON and float64 hold


@dataclass(frozen=True, eq=False)
class Problem:
    """The data of a fit.

    Attributes:
        x: Shape (n,), float64, read-only.
        y: Shape (n,), float64, read-only.
        source: Where they came from: a target's name, a file's name with the columns that were
            read unless they are x and y, or `data`.
        weights: What each squared error is multiplied by, (n,), read-only; None where all are 1.
        absolute: Whether the weights are 1/σ² of errors that are known, not only relative to each
            other.
        stands_for: How many points were condensed into these, and the sum of the logarithms of
            their weights, if they had any; None where each point stands for itself.
    """

    x: Array = field(repr=False)
    y: Array = field(repr=False)
    source: str = "data"
    weights: Array | None = field(default=None, repr=False)
    absolute: bool = field(default=False, repr=False)
    stands_for: tuple[int, float | None] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("x", "y", "weights"):
            if (values := getattr(self, name)) is not None or name != "weights":
                object.__setattr__(self, name, finite_vector(name, values))
        for other in ("y", "weights"):
            values = getattr(self, other)
            if values is not None and values.shape != self.x.shape:
                says = _("x and {other} must have the same length, not {x} and {y}.")
                raise DataError(says.format(other=other, x=len(self.x), y=len(values)))
        if self.weights is not None and not 0 <= self.weights.min() <= self.weights.max() <= MOST:
            low, up = self.weights.min(), self.weights.max()
            says = _("weights must be from 0 to {most:g}, not from {low:g} to {up:g}.")
            raise DataError(says.format(most=MOST, low=low, up=up))
        if self.stands_for is not None:
            count, logs = self.stands_for
            count = whole("stands_for", count, 1, MOST_CONDENSED)
            object.__setattr__(self, "stands_for", (count, None if logs is None else float(logs)))

    def weighed(self, weights: Any = None, sigma: Any = None, absolute: bool = False) -> Problem:
        """The same data with these weights, or with 1/sigma²; `sinfit.fit` says what they mean.

        Raises:
            DataError: They are no such numbers, or not as many as there are points.
            UsageError: Both are given, or sigma is called absolute and is not given.
        """
        if weights is None and sigma is None and not absolute:
            return self
        if self.stands_for is not None:
            raise UsageError(_("points that are condensed already have their weights."))
        if weights is not None and sigma is not None:
            raise UsageError(_("weights and sigma say the same: give one of them."))
        if sigma is None and absolute:
            raise UsageError(_("absolute_sigma goes with sigma."))
        if sigma is None:
            given = real_numbers("weights", weights)
        else:
            given = real_numbers("sigma", sigma)
            if not (given > 0).all():
                raise DataError(_("sigma must be above 0 at every point."))
            with np.errstate(over="ignore", divide="ignore"):  # refused below
                given = 1 / np.square(given)
        if given.ndim == 0:  # the same for all
            given = np.full(len(self), given)
        return replace(self, weights=given, absolute=absolute)

    @property
    def roots(self) -> Any:
        """What a row of least squares is multiplied by: the root of each weight, (n,), or 1."""
        return 1.0 if self.weights is None else np.sqrt(self.weights)

    @property
    def count(self) -> int:
        """How many points count: those of weight 0 are left out."""
        if self.stands_for is not None:
            return self.stands_for[0]
        return len(self) if self.weights is None else int(np.count_nonzero(self.weights))

    @property
    def mass(self) -> float:
        """The sum of the weights; n without."""
        return len(self) if self.weights is None else float(self.weights.sum())

    def sum_of_squares(self, values: Array) -> float:
        """Σ w v², of values of shape (n,)."""
        return float(np.square(self.roots * values).sum())

    def repeated(self) -> tuple[Array, Array]:
        """Each point as often as its weight says, for those who know no weights: x and y.

        Raises:
            UnsuitableError: The weights are no whole numbers, or too many points would be made.
        """
        if self.weights is None:
            return self.x, self.y
        times = np.minimum(self.weights, MOST_POINTS).astype(np.int64)
        if self.mass > MOST_POINTS or not np.array_equal(times, self.weights):
            says = _("points are repeated instead, by whole numbers, up to {most} in all")
            raise UnsuitableError(says.format(most=MOST_POINTS))
        return np.repeat(self.x, times), np.repeat(self.y, times)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels to another process: checked and read-only again over there."""
        return Problem, tuple(getattr(self, name) for name in self.__dataclass_fields__)

    def __eq__(self, other: object) -> bool:
        """Whether the data and their source are the same."""
        if not isinstance(other, Problem):
            return NotImplemented
        return all(
            np.array_equal(getattr(self, name), getattr(other, name))  # None equals None
            for name in self.__dataclass_fields__
        )

    def __hash__(self) -> int:
        return hash((self.source, len(self)))

    def __len__(self) -> int:
        """The number of points n."""
        return len(self.x)

    def check_enough_for(self, model: Model) -> None:
        """Raise `DataError` or `UnsuitableError` if the points cannot determine such a model."""
        parameters = len(model.parameters)
        x = self.x if self.weights is None else self.x[self.weights > 0]
        different = len(np.unique(x[:FIRST_POINTS]))  # sorting 10⁸ of them would take long
        if different < parameters:
            different = len(np.unique(x))
        if self.stands_for and not (different >= parameters and isinstance(model.basis, Powers)):
            says = _("these points were condensed for polynomials of degree {degree} at most.")
            raise UnsuitableError(says.format(degree=different - 1))
        if different < parameters:
            says = _(
                "too few points: a model with {parameters} parameters needs at least "
                "{parameters} different x, and there are {different}."
            )
            raise DataError(says.format(parameters=parameters, different=different))

    def check_powers(self) -> None:
        """Raise `DataError` if sums of the powers of x or of y are no float64."""
        largest_x, largest_y = np.abs(self.x).max(), np.abs(self.y).max()
        too_large = _("{name} goes up to {value:.3g}, whose powers overflow: scale it down.")
        if largest_x > LARGEST_X:
            raise DataError(too_large.format(name="x", value=largest_x))
        if largest_y > LARGEST_Y:
            raise DataError(too_large.format(name="y", value=largest_y))
        if 0 < largest_x < SMALLEST_X:
            says = _("x goes only up to {value:.3g}, whose powers vanish: scale it up.")
            raise DataError(says.format(value=largest_x))

    @classmethod
    def from_target(cls, target: TargetSpec, points: int) -> Problem:
        """Evaluate a target on evenly spaced points of its interval.

        Args:
            target: The function and its interval.
            points: The number of points n, both ends included.

        Raises:
            PluginError: The function cannot be loaded, or raises.
        """
        check_points(points)
        try:
            return cls._evenly(load(target.function), target.interval, points, target.name)
        except (Exception, SystemExit) as error:
            says = _("target {name!r} cannot be computed by {entry}: {error}.")
            says = says.format(name=target.name, entry=target.function, error=one_line(error))
            raise PluginError(says) from error

    @classmethod
    def from_function(cls, function: Any, interval: Any, points: int) -> Problem:
        """The same for a function of one's own, of arrays or of numbers; what it raises goes on."""
        name = getattr(function, "__name__", "data")
        try:
            values = lambda x: function(x) + 0 * x  # noqa: E731 (it may return a constant)
            return cls._evenly(values, interval, points, name)
        except TypeError:  # as those of `math` raise where they are given arrays
            return cls._evenly(np.vectorize(function, [np.float64]), interval, points, name)

    @classmethod
    def _evenly(cls, function: Any, interval: Any, points: int, name: str) -> Problem:
        low, high = map(float, interval)
        x = np.linspace(low, high, check_points(points))
        return cls(x, function(x), name)

    @classmethod
    def from_csv(
        cls,
        path: str | Path | IO[Any],
        x: str | int | None = None,
        y: str | int | None = None,
        *,
        weights: str | int | None = None,
        sigma: str | int | None = None,
        absolute_sigma: bool = False,
        decimal: str = ".",
    ) -> Problem:
        """Read two columns of a CSV file: those named, those headed x and y, or the first two.

        Args:
            path: A file in any usual dialect and encoding, a pipe, an open file, or `-` for the
                standard input.
            x: The heading of the column to read as x, or its number, counted from 1.
            y: The same for y; the two are given together or not at all.
            weights: The column of the points' weights, if there is one.
            sigma: The column of the errors of y, instead of weights.
            absolute_sigma: As `sinfit.fit` says.
            decimal: The decimal point of the file, `.` or `,`.

        Raises:
            DataError: The file cannot be read, a cell is no number (the line is named), or it is
                not clear which columns are meant.
            UsageError: There is no such column, or only one of the two is named.
            UnavailableError: sinfit-data is not installed, which reads files and frames.
        """
        return cls._read(COLUMNS, path, (x, y), (weights, sigma, absolute_sigma), decimal)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        x: str | None = None,
        y: str | None = None,
        *,
        weights: Any = None,
        sigma: Any = None,
        absolute_sigma: bool = False,
    ) -> Problem:
        """Read two columns of a data frame: those named, those called x and y, or the only two.

        Args:
            frame: Of pandas, Polars, PyArrow or whatever else narwhals knows, a mapping from names
                to numbers, a structured array, or a CSV file, open or by its path.
            x: The name of the column to read as x; named together with y or not at all.
            y: The name of the column to read as y.
            weights: The points' weights: a column's name, or numbers.
            sigma: The errors of y instead: a column's name, or numbers.
            absolute_sigma: As `sinfit.fit` says.

        Raises: What `from_csv` raises.
        """
        return cls._read(FRAME, frame, (x, y), (weights, sigma, absolute_sigma))

    @classmethod
    def _read(cls, entry: str, data: Any, xy: Any, weighing: Any, *more: Any) -> Problem:
        weights, sigma, absolute = weighing
        third = sigma if weights is None else weights
        read = None if entry == FRAME and not isinstance(third, str) else third
        with needing("sinfit_data"):
            reader = load(entry)
        source, (x, y, column) = reader(data, *xy, read, *more)
        if read is not None:
            weights, sigma = (None, column) if weights is None else (column, sigma)
        return cls(x, y, source).weighed(weights, sigma, absolute)


def check_points(points: int) -> int:
    """Return the number of points, or raise `UsageError` if it cannot be one."""
    return whole("points", points, 2, MOST_POINTS)
