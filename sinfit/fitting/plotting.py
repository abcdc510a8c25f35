"""Pictures of results, with matplotlib: the curves and the losses.

`FitResult.plot` and `Comparison.plot` hand themselves over.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from sinfit.ground.optional import needing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

with needing("matplotlib", "plot"):
    from matplotlib.figure import Figure

START, FITTED, TRUTH = "#9a9a9a", "#d1495b", "#2e6f95"
FINE = 400  # points for a smooth curve
HIGHEST = 1e280  # the margin of a logarithmic axis must not overflow


class NotebookFigure(Figure):
    """A figure that a notebook shows, though pyplot does not know it."""

    def show(self, warn: bool = True) -> None:  # noqa: ARG002 (matplotlib's signature)
        """Open a window with it, where matplotlib has one, and wait until it is closed."""
        from matplotlib import pyplot

        window = pyplot.figure(figsize=self.get_size_inches()).canvas
        window.figure = self
        self.set_canvas(window)
        pyplot.show()

    def _repr_png_(self) -> bytes:
        picture = io.BytesIO()
        self.savefig(picture, format="png", dpi=110)
        return picture.getvalue()


def plot_result(result: Any, ax: Axes | None = None) -> Figure:
    """Draw the start, the fitted and the true curve, and the losses; or the curves on ax."""
    figure, curves, losses = _figure(ax)
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
    if losses:
        _plot_losses(losses, [[result]])
        losses.set(title=f"loss, {result.sse:.6g} at the end")
    return figure


def _figure(ax: Axes | None) -> tuple[Figure, Axes, Axes | None]:
    """A figure with axes for curves and losses; or that of ax, which is for curves alone."""
    if ax is not None:
        return ax.figure, ax, None  # type: ignore[return-value]  # or a subfigure
    figure = NotebookFigure(figsize=(9, 4), layout="constrained")
    return figure, *figure.subplots(1, 2)


def plot_comparison(comparison: Any, ax: Axes | None = None) -> Figure:
    """Draw the losses of all fits, and their curves over the true one.

    Fits whose losses agree to 0.1 % at every recorded step share a line: they are one trajectory.
    """
    figure, curves, losses = _figure(ax)
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
    if losses:
        _plot_losses(losses, groups)
    if comparison.results and losses:
        losses.legend(frameon=False, fontsize="small", loc="lower left")
    return figure


def _one_trajectory_each(results: list[Any]) -> list[list[Any]]:
    """Group results whose losses agree to 0.1 %, less than a line's width on the page."""
    groups: list[list[Any]] = []
    for result in results:
        for group in groups:
            losses = group[0].losses
            if losses.shape == result.losses.shape and np.allclose(losses, result.losses, 1e-3, 0):
                group.append(result)
                break
        else:
            groups.append([result])
    return groups


def _plot_losses(axes: Axes, groups: list[list[Any]]) -> None:
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
    parts = any(group[0].batches for group in groups)
    of = "of a part of the points" if parts else "of squared errors"
    axes.set(xscale="log", yscale="log", xlabel="step + 1", ylabel=f"sum {of}")
