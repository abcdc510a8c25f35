"""Pictures of results, with matplotlib: the curves and the losses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from sinfit.errors import UnavailableError
from sinfit.i18n import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sinfit.comparison import Comparison
    from sinfit.result import FitResult

try:
    from matplotlib.figure import Figure
except ImportError as missing:
    raise UnavailableError(
        _("this needs matplotlib. Install it with: pip install {package}").format(
            package='"sinfit[plot]"'
        )
    ) from missing

START, FITTED, TRUTH = "#9a9a9a", "#d1495b", "#2e6f95"
FINE = 400  # points for a smooth curve
HIGHEST = 1e280  # the margin of a logarithmic axis must not overflow


class NotebookFigure(Figure):
    """A figure that a notebook shows, though pyplot does not know it."""

    def _repr_png_(self) -> bytes:
        picture = io.BytesIO()
        self.savefig(picture, format="png", dpi=110)
        return picture.getvalue()


def plot_result(result: FitResult) -> Figure:
    """Draw the start, the fitted and the true curve, and the losses below each other."""
    figure = NotebookFigure(figsize=(9, 4), layout="constrained")
    curves, losses = figure.subplots(1, 2)
    x, y = result.problem.x, result.problem.y
    order = np.argsort(x)
    fine = np.linspace(x.min(), x.max(), FINE)
    start = result.model.predict(fine, tuple(result.initial.values()))
    curves.plot(fine, start, color=START, linestyle=":", label="start")
    curves.plot(x[order], y[order], color=TRUTH, label=result.problem.source)
    curves.plot(fine, result.predict(fine), color=FITTED, linestyle="--", label="fit")
    # the start may be far off: the true curve sets the view, with room for the start's shape
    low, high = y.min(), y.max()
    room = max(high - low, 1e-9)
    curves.set_ylim(low - 0.75 * room, high + 0.75 * room)
    curves.set(xlabel="x", ylabel="y", title=result.fitter)
    curves.legend(frameon=False)
    _plot_losses(losses, [[result]])
    losses.set(title=f"loss, {result.sse:.6g} at the end")
    return figure


def plot_comparison(comparison: Comparison) -> Figure:
    """Draw the losses of all fits, and their curves over the true one.

    Fits whose losses agree to 0.1 % at every recorded step share a line: they are one trajectory.
    """
    figure = NotebookFigure(figsize=(9, 4), layout="constrained")
    curves, losses = figure.subplots(1, 2)
    groups = _one_trajectory_each(list(comparison.results))
    for group in groups:
        x = group[0].problem.x
        fine = np.linspace(x.min(), x.max(), FINE)
        curves.plot(fine, group[0].predict(fine), linewidth=1.2)
    if groups:
        problem = comparison[0].problem
        order = np.argsort(problem.x)
        curves.plot(problem.x[order], problem.y[order], color="black", linewidth=0.8)
        curves.set(title=f"{problem.source} (black) and the fits")
    curves.set(xlabel="x", ylabel="y")
    _plot_losses(losses, groups)
    if comparison.results:
        losses.legend(frameon=False, fontsize="small", loc="lower left")
    return figure


def _one_trajectory_each(results: list[FitResult]) -> list[list[FitResult]]:
    """Group results whose losses agree to 0.1 %, less than a line's width on the page."""
    groups: list[list[FitResult]] = []
    for result in results:
        for group in groups:
            losses = group[0].losses
            if losses.shape == result.losses.shape and np.allclose(losses, result.losses, 1e-3, 0):
                group.append(result)
                break
        else:
            groups.append([result])
    return groups


def _plot_losses(axes: Axes, groups: list[list[FitResult]]) -> None:
    for group in groups:
        result = group[0]
        finite = result.losses < HIGHEST  # false for NaN
        axes.plot(
            result.steps_recorded[finite] + 1,
            result.losses[finite],
            label=", ".join(member.fitter for member in group),
            linewidth=1.2,
            color=FITTED if len(groups) == 1 else None,
        )
    axes.set(xscale="log", yscale="log", xlabel="step + 1", ylabel="sum of squared errors")
