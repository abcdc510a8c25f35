"""Sweep: the rows of a sweep as a table, to be looked at, drawn and written."""

from __future__ import annotations

import io
import os
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from sinfit.errors import UnavailableError
from sinfit.ground.entry import load
from sinfit.ground.files import write_file
from sinfit.ground.optional import needing

from sinfit_sweep.i18n import _
from sinfit_sweep.rows import Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

NESTED = ("options", "libraries", "parameters")
ALIKE = ("fitter", "target", "learning_rate")


@dataclass(frozen=True)
class Line:
    """What the seeds of one fitter, target and learning rate have in common.

    Attributes:
        fitter: The fitter's id.
        target: The target.
        learning_rate: The learning rate.
        fits: How many rows there are.
        diverged: How many of them diverged.
        failed: How many have an error.
        least: The least final loss of those that succeeded, or None.
        median: Their median.
        most: Their greatest.
    """

    fitter: str
    target: str
    learning_rate: float
    fits: int
    diverged: int
    failed: int
    least: float | None
    median: float | None
    most: float | None


@dataclass(frozen=True)
class Sweep(Sequence[Row]):
    """The rows of a sweep, in the order of its arguments.

    Attributes:
        rows: A dictionary for each fit: what it depends on, what came out, or its error.
        path: The file that holds them, or None.
        new: How many were made by this call; the others were in the file.
    """

    rows: tuple[Row, ...] = field(repr=False)
    path: Path | None = None
    new: int = 0

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        """A row by its position."""
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def success(self) -> bool:
        """Whether no fit has an error; one that diverged is a finding, and no error."""
        return all(row["error"] is None for row in self.rows)

    def to_dicts(self) -> list[Row]:
        """A flat dictionary for each row, `parameters.a` for a parameter: tidy, for any frame."""
        flat = [dict(_flat(row)) for row in self.rows]
        columns = dict.fromkeys(name for row in flat for name in row)
        return [{name: row.get(name) for name in columns} for row in flat]

    def to_frame(self) -> DataFrame:
        """The same as a pandas DataFrame.

        Raises:
            UnavailableError: pandas is not installed.
        """
        with needing("pandas", "frame"):
            import pandas
        return pandas.DataFrame(self.to_dicts())

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write the same as a Parquet file, whole or not at all.

        Raises:
            UnavailableError: pyarrow is not installed.
            UsageError: The file cannot be written.
        """
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError as missing:
            says = _("this needs {package}. Install it with: pip install {extra}")
            extra = '"sinfit-sweep[parquet]"'
            raise UnavailableError(says.format(package="pyarrow", extra=extra)) from missing
        content = io.BytesIO()
        parquet.write_table(pyarrow.Table.from_pylist(self.to_dicts()), content)
        write_file(path, content.getvalue())

    def plot(self) -> Figure:
        """Draw the final losses over the learning rates, and over the seeds.

        Raises:
            UnavailableError: matplotlib is not installed.
        """
        figure: Figure = load("sinfit_sweep.picture:draw")(self)
        return figure

    def summary(self) -> list[Line]:
        """A line for each fitter, target and learning rate: what their seeds have in common."""
        return [*map(_line, self.alike())]

    def alike(self) -> Iterator[list[Row]]:
        """The rows that differ in their seed alone, together."""
        for _same, rows in groupby(self.rows, key=lambda row: [row[name] for name in ALIKE]):
            yield [*rows]

    def __repr__(self) -> str:
        lines = [f"{'fitter':<24}{'target':<10}{'rate':>10}{'fits':>8}{'median loss':>14}"]
        for each in self.summary():
            median = "-" if each.median is None else f"{each.median:.6g}"
            head = f"{each.fitter:<24}{each.target:<10}{each.learning_rate:>10.4g}"
            lines.append(f"{head}{each.fits:>8}{median:>14}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


def _line(rows: list[Row]) -> Line:
    losses = sorted(row["sse"] for row in rows if row["success"] and row["sse"] is not None)
    alike: dict[str, Any] = {name: rows[0][name] for name in ALIKE}
    return Line(
        **alike,
        fits=len(rows),
        diverged=sum(row["status"] == "DIVERGED" for row in rows),
        failed=sum(row["error"] is not None for row in rows),
        least=losses[0] if losses else None,
        median=statistics.median(losses) if losses else None,
        most=losses[-1] if losses else None,
    )


def _flat(row: Row) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if name in NESTED:
            yield from ((f"{name}.{each}", inner) for each, inner in value.items())
        else:
            yield name, value
