"""Comparison: several fits of the same data, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, overload

from sinfit.errors import UnknownNameError
from sinfit.frames import pandas
from sinfit.i18n import _
from sinfit.result import FitResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame


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
        """A result by position or by the fitter's name.

        Raises:
            UnknownNameError: No fitter of this name was compared; the nearest is offered.
        """
        if isinstance(index, str):
            for result in self.results:
                if index in (result.fitter, result.fitter_id):
                    return result
            raise UnknownNameError(_("fitter"), index, (result.fitter for result in self.results))
        return self.results[index]

    def __len__(self) -> int:
        return len(self.results)

    def __contains__(self, wanted: object) -> bool:
        """Whether a result, or the fitter of a name, is among them."""
        if isinstance(wanted, str):
            return any(wanted in (result.fitter, result.fitter_id) for result in self.results)
        return wanted in self.results

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
        return pandas().DataFrame(rows, columns=columns).set_index("fitter")

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
