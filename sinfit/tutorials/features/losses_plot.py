"""`[[losses-plot: numpy tensor]]`: the loss over the steps, on a logarithmic scale."""

from __future__ import annotations

from sinfit.tutorials.chart import Chart
from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:
    """The picture, with a legend if there are several stages."""
    stages = [place.stage(name) for name in arguments.split() or [""]]
    recordings = [place.recording(stage) for stage in stages]
    values = [loss for recording in recordings for _, loss in recording["losses"] if loss > 0]
    last = max(recording["losses"][-1][0] for recording in recordings)
    chart = Chart((0, last + 1), (min(values) * 0.7, max(values) * 1.3), log=True)
    for number, recording in enumerate(recordings, 1):
        steps, losses = zip(*recording["losses"], strict=True)
        several = len(recordings) > 1
        chart.line(
            steps,
            losses,
            f"sf-l{number}" if several else "sf-loss",
            recording["stage"] if several else "",
        )
    alt = place.word("losses alt", stages=place.joined(r["stage"] for r in recordings))
    axis = f'<div class="sf-axis-title">{place.word("loss by step")}</div>'
    return f'<div class="sf-plot">{axis}{chart.svg(alt)}{chart.legend_html()}</div>'
