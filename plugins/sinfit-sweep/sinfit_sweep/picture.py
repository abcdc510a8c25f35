"""The picture of a sweep, with matplotlib; in English, as its fonts lack Korean and Chinese."""

from __future__ import annotations

from typing import Any

from sinfit.fitting.plotting import NotebookFigure


def draw(sweep: Any) -> Any:
    """Draw the final losses over the learning rates, a dot for each seed and a line for medians.

    Beside them each fitter's losses over the seeds, at the rate whose median is least.
    """
    figure = NotebookFigure(figsize=(9, 4), layout="constrained")
    over_rates, over_seeds = figure.subplots(1, 2, sharey=True)
    series: dict[tuple[str, str], list[tuple[Any, list[dict[str, Any]]]]] = {}
    for line, rows in zip(sweep.summary(), sweep.alike(), strict=True):
        series.setdefault((line.fitter, line.target), []).append((line, rows))
    several = len({target for _fitter, target in series}) > 1
    for number, ((fitter, target), lines) in enumerate(series.items()):
        colour = f"C{number}"
        label = fitter.partition("/")[2] + (f", {target}" if several else "")
        good = [(line, _succeeded(rows)) for line, rows in lines if line.median is not None]
        for line, rows in good:
            losses = [row["sse"] for row in rows]
            over_rates.plot([line.learning_rate] * len(rows), losses, ".", color=colour, alpha=0.3)
        medians = sorted((line.learning_rate, line.median) for line, _rows in good)
        over_rates.plot(
            *zip(*medians, strict=True) if medians else ((), ()), color=colour, label=label
        )
        if good:
            best, rows = min(good, key=lambda each: each[0].median)
            seeds, losses = [row["seed"] for row in rows], [row["sse"] for row in rows]
            text = f"{label}, rate {best.learning_rate:.3g}"
            over_seeds.plot(seeds, losses, ".", color=colour, label=text)
    over_rates.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="final loss")
    over_seeds.set(xlabel="seed", yscale="log")
    for axes in (over_rates, over_seeds):
        if axes.has_data():
            axes.legend(frameon=False, fontsize="small")
    return figure


def _succeeded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["success"] and row["sse"] is not None]
