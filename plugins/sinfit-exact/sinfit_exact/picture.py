"""The picture of a landscape, with matplotlib; in English, as its fonts lack Korean and Chinese."""

from __future__ import annotations

from typing import Any

import numpy as np
from sinfit.fitting.plotting import FITTED, START, TRUTH, NotebookFigure

from sinfit_exact.landscape import Landscape

HIGHEST = 1e6  # times the floor; an exploding loss leaves the picture


def draw(found: Landscape) -> Any:
    """Draw the final loss, the stability edge, and the range in which each mode is alive."""
    figure = NotebookFigure(figsize=(8, 5), layout="constrained")
    losses, alive = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    top = HIGHEST * max(found.floor, 1e-12)
    seen = found.losses < top
    losses.loglog(found.rates[seen], found.losses[seen], color=FITTED)
    losses.axhline(found.floor, color=TRUTH, linestyle=":")
    losses.set(ylabel=f"loss after {found.steps} steps")
    for axes in (losses, alive):
        axes.axvline(found.stability_limit, color=START, linestyle="--")
    losses.text(
        found.stability_limit,
        np.sqrt(found.losses[seen].max() * found.losses.min()),
        "stability edge ",
        ha="right",
        rotation=90,
        va="center",
    )
    for row, edge in enumerate(found.alive_below):
        alive.plot([found.rates[0], max(edge, found.rates[0])], [row, row], color=FITTED, lw=4)
    alive.set(
        xlabel="learning rate",
        yticks=range(len(found.modes)),
        yticklabels=[f"λ = {mode.eigenvalue:.4g}" for mode in found.modes],
        title="alive at the end",
    )
    return figure
