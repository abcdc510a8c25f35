"""`[[curves]]`: the start, the fit and the true curve of a stage."""

from __future__ import annotations

import math
from typing import Any

from sinfit.tutorials.chart import Chart
from sinfit.tutorials.place import Place

PI_TICKS = {-math.pi: "−π", -math.pi / 2: "−π/2", 0.0: "0", math.pi / 2: "π/2", math.pi: "π"}


def render(place: Place, arguments: str) -> str:
    """The picture with its legend."""
    stage = place.stage(arguments)
    recording = place.recording(stage)
    chart = frame(recording)
    x = recording["x"]
    chart.line(x, recording["truth"], "sf-truth", place.word("truth"))
    chart.line(x, recording["frames"][0][2], "sf-start", place.word("start"))
    chart.line(x, recording["frames"][-1][2], "sf-fit", place.word("fit"))
    alt = place.word("curves alt", stage=recording["stage"])
    return f'<div class="sf-plot">{chart.svg(alt)}{chart.legend_html()}</div>'


def frame(recording: dict[str, Any], height: int = 280) -> Chart:
    """An empty chart for curves: the truth fills its middle, wild starts leave it."""
    x, truth = recording["x"], recording["truth"]
    low, high = min(truth), max(truth)
    room = 0.6 * (high - low)
    ticks = PI_TICKS if math.isclose(x[-1], math.pi) and math.isclose(x[0], -math.pi) else {}
    return Chart((x[0], x[-1]), (low - room, high + room), height=height, x_ticks=ticks)
