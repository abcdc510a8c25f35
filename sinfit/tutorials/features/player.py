"""`[[player]]`: a slider through the training; without a script it shows the last step."""

from __future__ import annotations

import json
from html import escape

from sinfit.tutorials.chart import Chart
from sinfit.tutorials.features.curves import frame
from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:
    """The player; `autoplay` among the arguments starts it unless the reader wants no motion."""
    words = arguments.split()
    autoplay = "autoplay" in words
    stage = place.stage(next((name for name in words if name != "autoplay"), ""))
    recording = place.recording(stage)
    frames, x = recording["frames"], recording["x"]
    curves = frame(recording, height=260)
    curves.line(x, recording["truth"], "sf-truth", place.word("truth"))
    curves.line(x, frames[0][2], "sf-start", place.word("start"))
    curves.line(x, frames[-1][2], "sf-fit", place.word("fit"))

    values = [loss for _, loss, _ in frames if loss > 0]
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
            [round(min(max(curves.py(value), -far), far), 1) for value in row]
            for _, _, row in frames
        ],
        "t": [step for step, _, _ in frames],
        "loss": [float(f"{loss:.4g}") for _, loss, _ in frames],
        "dot": [[round(losses.px(t), 1), round(losses.py(loss), 1)] for t, loss, _ in frames],
        "speak": place.word("speak"),
        "play": place.word("play"),
        "pause": place.word("pause"),
        "autoplay": autoplay,
    }
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    last = len(frames) - 1
    spoken = place.word("speak", step=frames[-1][0], loss=f"{data['loss'][-1]:g}")  # type: ignore[index]  # the list above
    # frames lie closer where more happens: the slider says so to a screen reader, and the text
    # below it to a pointer (hover text of the slider itself would hide that text)
    bent = 3 * frames[last // 2][0] < frames[-1][0]
    hint = f'="{escape(place.word("player hint"))}"'
    described, titled = (f" aria-description{hint}", f" title{hint}") if bent else ("", "")
    name = escape(place.joined([place.word("player"), place.stage_title(stage)], "colon"))
    identity = f"sf-player-{place.number('player')}"
    alt = place.word("curves alt", stage=recording["stage"])
    alt_losses = place.word("losses alt", stages=recording["stage"])
    return (
        f'<div class="sf-player" role="group" aria-label="{name}">'
        f"{curves.svg(alt)}{losses.svg(alt_losses, dot)}"
        '<div class="sf-controls">'
        f'<button type="button" class="md-button md-button--primary">{data["play"]}</button>'
        f'<input type="range" id="{identity}" min="0" max="{last}" value="{last}" '
        f'aria-label="{escape(place.word("step"))}" aria-valuetext="{escape(spoken)}"{described}>'
        f'<output for="{identity}"{titled}>{escape(spoken)}</output></div>'
        f"{curves.legend_html()}"
        f'<script type="application/json">{packed}</script>'
        "</div>"
    )
