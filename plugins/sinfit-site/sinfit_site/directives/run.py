"""What was recorded of a stage's run, as pictures and lines: curves, losses, and where they ran."""

from __future__ import annotations

import math
from typing import Any

from sinfit_site.directives.chart import Chart
from sinfit_site.i18n import _, listed
from sinfit_site.model import Page

PI_TICKS = {-math.pi: "−π", -math.pi / 2: "−π/2", 0.0: "0", math.pi / 2: "π/2", math.pi: "π"}


def curves(page: Page, argument: str) -> str:
    """`[[curves]]`: the start, the fit and the true curve of a stage, with a legend."""
    recording = page.recording(page.stage(argument))
    chart = curves_of(recording)
    alt = _("The start, the fit and the true curve of the stage {stage}")
    picture = chart.svg(alt.format(stage=recording["stage"]))
    return f'<div class="sf-plot">{picture}{chart.legend_html()}</div>'


def curves_of(recording: dict[str, Any], height: int = 280) -> Chart:
    """A chart of the three curves: the truth fills its middle, wild starts leave it."""
    x, truth = recording["x"], recording["truth"]
    low, high = min(truth), max(truth)
    room = 0.6 * (high - low)
    ticks = PI_TICKS if math.isclose(x[-1], math.pi) and math.isclose(x[0], -math.pi) else {}
    chart = Chart((x[0], x[-1]), (low - room, high + room), height=height, x_ticks=ticks)
    chart.line(x, truth, "sf-truth", _("true curve"))
    chart.line(x, recording["frames"][0][2], "sf-start", _("start"))
    chart.line(x, recording["frames"][-1][2], "sf-fit", _("fit"))
    return chart


def losses(page: Page, argument: str) -> str:
    """`[[losses]]`: the losses and the result as the tutorial prints them."""
    lines = page.recording(page.stage(argument))["printed"]
    return "\n".join(["``` { .text .sf-output }", *lines, "```"])


def losses_plot(page: Page, argument: str) -> str:
    """`[[losses-plot: numpy tensor]]`: the loss over the steps, on a logarithmic scale."""
    stages = [page.stage(name) for name in argument.split() or [""]]
    recordings = [page.recording(stage) for stage in stages]
    values = [loss for recording in recordings for _step, loss in recording["losses"] if loss > 0]
    last = max(recording["losses"][-1][0] for recording in recordings)
    chart = Chart((0, last + 1), (min(values) * 0.7, max(values) * 1.3), log=True)
    for number, recording in enumerate(recordings, 1):
        steps, losses = zip(*recording["losses"], strict=True)
        if len(recordings) > 1:
            chart.line(steps, losses, f"sf-l{number}", recording["stage"])
        else:
            chart.line(steps, losses, "sf-loss")
    named = listed(recording["stage"] for recording in recordings)
    alt = _("The loss over the steps, on a logarithmic scale: {stages}").format(stages=named)
    title = _("Loss by step, on a logarithmic scale")
    axis = f'<div class="sf-axis-title">{title}</div>'
    return f'<div class="sf-plot">{axis}{chart.svg(alt)}{chart.legend_html()}</div>'


def provenance(page: Page, argument: str) -> str:
    """`[[provenance]]`: the seed, the seconds, the versions and the processor of the numbers."""
    recording = page.recording(page.stage(argument))
    sentence = _(
        "Run once for all languages with seed {seed}, in {seconds} s of training: {versions}. "
        "The processor: {machine}."
    ).format(
        seed=recording["seed"],
        seconds=f"{recording['elapsed']:.2g}",
        versions=listed(f"{name} {number}" for name, number in recording["versions"].items()),
        machine=listed(recording["machine"]),
    )
    return f'<div class="sf-provenance">{sentence}</div>'
