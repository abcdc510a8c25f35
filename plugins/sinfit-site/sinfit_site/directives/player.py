"""`[[player]]`: a slider through the training; without a script it shows the last step."""

from __future__ import annotations

import json
from html import escape
from itertools import pairwise

from sinfit_cli.i18n import labelled

from sinfit_site.directives.chart import Chart
from sinfit_site.directives.run import curves_of
from sinfit_site.i18n import _
from sinfit_site.model import Page, title_of


def render(page: Page, argument: str) -> str:
    """The player; `autoplay` among the argument starts it unless the reader wants no motion."""
    words = argument.split()
    autoplay = "autoplay" in words
    stage = page.stage(next((each for each in words if each != "autoplay"), ""))
    recording = page.recording(stage)
    name = recording["stage"]
    frames, x = recording["frames"], recording["x"]
    curves = curves_of(recording, height=260)

    values = [loss for _step, loss, _curve in frames if loss > 0]
    losses = Chart(
        (0, max(frames[-1][0], 1)), (min(values) * 0.7, max(values) * 1.3), log=True, height=110
    )
    steps, history = zip(*recording["losses"], strict=True)
    losses.line(steps, history, "sf-loss")
    cx, cy = losses.px(frames[-1][0]), losses.py(frames[-1][1])
    dot = f'<circle class="sf-dot" r="4.5" cx="{cx:.1f}" cy="{cy:.1f}"/>'

    far = 2 * curves.height
    data = {
        "x": [round(curves.px(value), 1) for value in x],
        "y": [
            _bends([round(10 * min(max(curves.py(value), -far), far)) for value in row])
            for _step, _loss, row in frames
        ],
        "t": [step for step, _loss, _curve in frames],
        "loss": [float(f"{loss:.4g}") for _step, loss, _curve in frames],
        "dot": [[round(losses.px(t), 1), round(losses.py(loss), 1)] for t, loss, _curve in frames],
        "speak": _("step {step}, loss {loss}"),
        "play": _("Play"),
        "pause": _("Pause"),
        "autoplay": autoplay,
    }
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    last = len(frames) - 1
    spoken = _("step {step}, loss {loss}").format(
        step=frames[-1][0], loss=f"{float(f'{frames[-1][1]:.4g}'):g}"
    )
    # frames lie closer where more happens: the slider says so to a screen reader, and the text
    # below it to a pointer (hover text of the slider itself would hide that text)
    bent = 3 * frames[last // 2][0] < frames[-1][0]
    words_of_hint = _(
        "The early steps are spread out: half of the slider is a quarter of the steps."
    )
    hint = f'="{escape(words_of_hint)}"'
    described, titled = (f" aria-description{hint}", f" title{hint}") if bent else ("", "")
    title = escape(labelled(_("Training player"), title_of(stage)))
    step = escape(_("step"))
    identity = f"sf-player-{page.number('player')}"
    alt = _("The start, the fit and the true curve of the stage {stage}")
    alt_losses = _("The loss over the steps, on a logarithmic scale: {stages}")
    return (
        f'<div class="sf-player" role="group" aria-label="{title}">'
        f"{curves.svg(alt.format(stage=name))}{losses.svg(alt_losses.format(stages=name), dot)}"
        '<div class="sf-controls">'
        f'<button type="button" class="md-button md-button--primary">{data["play"]}</button>'
        f'<input type="range" id="{identity}" min="0" max="{last}" value="{last}" '
        f'aria-label="{step}" aria-valuetext="{escape(spoken)}"{described}>'
        f'<output for="{identity}"{titled}>{escape(spoken)}</output></div>'
        f"{curves.legend_html()}"
        f'<script type="application/json">{packed}</script>'
        "</div>"
    )


def _bends(row: list[int]) -> list[int]:
    """The second differences of a row, small for a smooth curve; site.js adds them up."""
    for _time in range(2):
        row = [row[0], *(after - before for before, after in pairwise(row))]
    return row
