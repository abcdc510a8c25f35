"""Problem: x, y and where they came from."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sinfit.encoding import decode
from sinfit.entry import load
from sinfit.errors import DataError, PluginError, UsageError
from sinfit.i18n import _

if TYPE_CHECKING:
    from sinfit.specs import TargetSpec

Array = NDArray[np.float64]

LARGEST = 1e100  # the cube of more is no float64
MOST_POINTS = 100_000_000  # 1.6 GB for x and y: more is surely a slip


@dataclass(frozen=True, eq=False)
class Problem:
    """The data of a fit.

    Attributes:
        x: Shape (n,), float64, read-only.
        y: Shape (n,), float64, read-only.
        source: Where they came from: a target's name, a file's name, or `data`.
    """

    x: Array = field(repr=False)
    y: Array = field(repr=False)
    source: str = "data"

    def __post_init__(self) -> None:
        x, y = _as_array("x", self.x), _as_array("y", self.y)
        if x.shape != y.shape:
            raise DataError(
                _("x and y must have the same length, not {x} and {y}.").format(
                    x=x.shape[0], y=y.shape[0]
                )
            )
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels to another process: checked and read-only again over there."""
        return Problem, (self.x, self.y, self.source)

    def __len__(self) -> int:
        """The number of points n."""
        return len(self.x)

    def check_enough_for(self, parameters: int) -> None:
        """Raise `DataError` if x has fewer different values than the model has parameters."""
        different = len(np.unique(self.x))
        if different < parameters:
            raise DataError(
                _(
                    "too few points: a model with {parameters} parameters needs at least "
                    "{parameters} different x, and there are {different}."
                ).format(parameters=parameters, different=different)
            )

    def check_powers(self) -> None:
        """Raise `DataError` if the cube of x or the square of y is no float64."""
        for name, values in (("x", self.x), ("y", self.y)):
            if (largest := np.abs(values).max()) > LARGEST:
                raise DataError(
                    _(
                        "{name} goes up to {value:.3g}, whose powers overflow: scale it down."
                    ).format(name=name, value=largest)
                )

    @classmethod
    def from_target(cls, target: TargetSpec, points: int) -> Problem:
        """Evaluate a target on evenly spaced points of its interval.

        Args:
            target: The function and its interval.
            points: The number of points n, both ends included.

        Raises:
            PluginError: The function cannot be loaded, or raises.
        """
        x = np.linspace(*target.interval, check_points(points))
        try:
            y = load(target.function)(x)
        except (Exception, SystemExit) as error:
            raise PluginError(
                _("target {name!r} cannot be computed by {entry}: {error}.").format(
                    name=target.name,
                    entry=target.function,
                    error=f"{type(error).__name__}: {error}",
                )
            ) from error
        return cls(x, y, target.name)

    @classmethod
    def from_csv(cls, path: str | Path) -> Problem:
        """Read two columns of a CSV file: those headed x and y, or else the first two.

        Raises:
            DataError: The file cannot be read, or a cell is no number; the line is named.
        """
        path = Path(path)
        try:
            text = decode(path.read_bytes()).removeprefix("\ufeff")
            rows = [(number, row) for number, row in _numbered(io.StringIO(text, "")) if any(row)]
        except (OSError, csv.Error) as error:
            raise DataError(
                _("cannot read {path}: {error}.").format(path=path, error=error)
            ) from error
        if not rows:
            raise DataError(_("{path} is empty.").format(path=path))
        columns, rows = _columns(path, rows)
        x, y = (_numbers(path, rows, column) for column in columns)
        return cls(x, y, path.name)


def check_points(points: int) -> int:
    """Return the number of points, or raise `UsageError` if it cannot be one."""
    if isinstance(points, bool) or not isinstance(points, (int, np.integer)):
        raise UsageError(_("points must be a whole number, not {points!r}.").format(points=points))
    if not 2 <= points <= MOST_POINTS:
        raise UsageError(
            _("points must be from 2 to {most}, not {points}.").format(
                most=MOST_POINTS, points=points
            )
        )
    return int(points)


def plain(values: Any) -> Any:
    """What NumPy reads: a torch tensor, on whatever device, in the graph or not, as an array."""
    return values.detach().cpu().double().numpy() if hasattr(values, "detach") else values


def _as_array(name: str, values: Any) -> Array:
    try:
        values = plain(values)
        if np.iscomplexobj(values):
            raise TypeError(_("they are complex"))
        if np.ma.is_masked(values):
            raise TypeError(_("some are masked; leave those out, of x and of y"))
        if np.asarray(values).dtype.kind in "mM":
            raise TypeError(_("they are dates or times; subtract the first, and choose a unit"))
        array = np.array(values, dtype=np.float64)  # a copy: the caller's stays as it is
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise DataError(
            _("{name} must hold numbers: {error}.").format(name=name, error=error)
        ) from error
    if array.ndim != 1:
        raise DataError(
            _("{name} must have one dimension, not shape {shape}.").format(
                name=name, shape=array.shape
            )
        )
    wrong = np.flatnonzero(~np.isfinite(array))
    if wrong.size:
        raise DataError(
            _(
                "{name} must be finite: {count} of its {size} values are not, the first is "
                "{value} at index {index}."
            ).format(
                name=name,
                count=wrong.size,
                size=array.size,
                value=array[wrong[0]],
                index=wrong[0],
            )
        )
    array.setflags(write=False)
    return array


def _numbered(file: Any) -> list[tuple[int, list[str]]]:
    # comments stay as empty lines, so that lines keep their numbers
    lines = ["\n" if line.lstrip().startswith("#") else line for line in file]
    sample = "".join(lines)[:4096].lstrip()
    if not any(mark in sample for mark in ",;\t"):  # columns that are aligned with blanks
        return [(number, line.split()) for number, line in enumerate(lines, 1)]
    try:
        dialect: Any = csv.Sniffer().sniff(sample, delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    reader = csv.reader(lines, dialect)
    return [(reader.line_num, [cell.strip() for cell in row]) for row in reader]


def _columns(
    path: Path, rows: list[tuple[int, list[str]]]
) -> tuple[tuple[int, int], list[tuple[int, list[str]]]]:
    first = rows[0][1]
    if len(first) < 2:
        raise DataError(
            _("{path} must have two columns, x and y; its first line has {count}.").format(
                path=path, count=len(first)
            )
        )
    header = [cell.lower() for cell in first]
    if {"x", "y"} <= set(header):
        return (header.index("x"), header.index("y")), rows[1:]
    # one number beside a word is no header but a bad cell: it is reported, not skipped
    return (0, 1), rows if any(_is_number(cell) for cell in first[:2]) else rows[1:]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(path: Path, rows: list[tuple[int, list[str]]], column: int) -> Array:
    numbers = []
    for line, row in rows:
        cell = row[column] if column < len(row) else ""
        if not _is_number(cell) or not math.isfinite(float(cell)):
            raise DataError(
                _("{path}, line {line}: {cell!r} is not a finite number.").format(
                    path=path, line=line, cell=cell
                )
            )
        numbers.append(float(cell))
    return np.array(numbers)
