"""The lab as HTML: playing, pictures and controls."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sinfit.i18n import N_

from sinfit_lab.i18n import _
from sinfit_lab.words import mistakes

CONTROLS = (
    *("target", "n", "noise", "held", "degree", "scale", "loss", "optimizer", "rate", "steps"),
    *("seed", "bug"),
)
"""The names of the controls, in the order of the page."""

RANGES = {
    "n": (0, 10, 1, N_("Points")),
    "noise": (0, 1, 0.05, N_("Noise")),
    "degree": (1, 15, 1, N_("Degree")),
    "rate": (-9, 1, 0.01, N_("Learning rate")),
}
"""Controls that slide: least, greatest, step, label. Points and learning rate are not linear."""

WHOLE = """
<div class="sf-tries"><span>{tries}</span>{links}</div>
{playing}
<div class="sf-desk"><div class="sf-pictures">{pictures}</div>
<form class="sf-controls-all" onsubmit="return false">
<fieldset><legend>{data}</legend>{of_data}
<label class="sf-own" hidden>{points}<textarea data-key="points" rows="4" spellcheck="false">
</textarea><small>{click}</small></label></fieldset>
<fieldset><legend>{model}</legend>{of_model}</fieldset>
<fieldset><legend>{training}</legend>{of_training}
<details class="sf-start"><summary>{start}</summary><small>{drag}</small><div></div></details>
</fieldset></form></div>
<p class="sf-note" role="status" hidden></p>
<div class="sf-sharing">
<button type="button" class="md-button" data-do="link">{link}</button>
<button type="button" class="md-button" data-do="python">{python}</button>
<span class="sf-copied" role="status"></span>
<details><summary>{program}</summary>
<pre class="sf-program" tabindex="0"><code></code></pre></details></div>
"""

SMALL = """
<div class="sf-pictures">{pictures}</div>{playing}
<form class="sf-controls-all" onsubmit="return false">{controls}</form>
<p class="sf-note" role="status" hidden></p>
<p class="sf-more"><a data-do="open" href="#">{open}</a></p>
"""

PLAYING = """
<div class="sf-transport" role="group" aria-label="{playing}">
<button type="button" class="md-button md-button--primary" data-do="play">{play}</button>
<button type="button" class="md-button" data-do="step">{step}</button>
<button type="button" class="md-button" data-do="reset">{reset}</button>
<label class="sf-at">{at}<input type="range" data-do="at" id="{said}" min="0" max="2000"
 value="2000"></label><label>{speed}<select data-do="speed">{speeds}</select></label>
<output for="{said}" aria-live="polite"></output></div>
"""

PICTURE = """
<figure class="sf-picture" data-chart="{name}"><figcaption><b>{title}</b>{more}
<span class="sf-said"></span></figcaption>
<svg class="sf-svg" tabindex="0" role="slider" aria-valuenow="0" aria-valuemin="0"
 aria-valuemax="100" aria-label="{label}"></svg><div class="sf-legend"></div></figure>
"""

MODES = """
<figure class="sf-picture" data-chart="modes"><figcaption><b>{modes}</b>
<span class="sf-said"></span></figcaption>
<div class="sf-scroll" tabindex="0" role="region" aria-label="{modes}">
<table class="sf-modes"><thead><tr>{heads}</tr></thead><tbody></tbody></table></div></figure>
"""


class Html(str):
    """A text that is HTML already."""

    __slots__ = ()


def filled(template: str, **values: str) -> Html:
    """A template with its values, which are escaped unless they are HTML; on one line.

    Examples:
        >>> filled("<b>{word}</b>", word="a < b")
        '<b>a &lt; b</b>'
    """
    safe = {
        name: value if isinstance(value, Html) else escape(value) for name, value in values.items()
    }
    return Html(template.replace("\n", "").format(**safe))


def whole(number: int) -> Html:
    """Everything but the games."""
    axes = [
        filled('<select data-key="{key}" aria-label="{label}"></select>', key=key, label=label)
        for key, label in (("across", _("Parameter across")), ("up", _("Parameter up")))
    ]
    landscape = _picture(
        "landscape", _("Path over the loss"), _("The path: arrow keys follow it"), axes
    )
    return filled(
        WHOLE,
        tries=_("Try:"),
        links=_tries(),
        playing=_playing(number),
        pictures=_joined([_curve(), _loss(), landscape, _modes()]),
        data=_("Data"),
        of_data=_controls(CONTROLS[:4], number),
        points=_("Points, one x and y a line"),
        click=_("A click into the curve adds a point."),
        model=_("Model and loss"),
        of_model=_controls(CONTROLS[4:7], number),
        training=_("Training"),
        of_training=_controls(CONTROLS[7:], number),
        start=_("Start values"),
        drag=_("Drag the ring in the path, or type."),
        link=_("Copy the link"),
        python=_("Copy as Python"),
        program=_("This training as Python"),
    )


def small(number: int, shown: Iterable[str]) -> Html:
    """A part of the lab: curve, loss, playing and some controls."""
    return filled(
        SMALL,
        pictures=_joined([_curve(), _loss()]),
        playing=_playing(number),
        controls=_controls(shown, number),
        open=_("Open this in the lab"),
    )


def _joined(parts: Iterable[str]) -> Html:
    return Html("".join(parts))


def _curve() -> Html:
    return _picture("curve", _("Curve"), _("The curve: arrow keys move along x"))


def _loss() -> Html:
    return _picture("loss", _("Loss"), _("The loss: arrow keys move through the steps"))


def _picture(name: str, title: str, label: str, more: Iterable[str] = ()) -> Html:
    return filled(PICTURE, name=name, title=title, label=label, more=_joined(more))


def _modes() -> Html:
    # the share is that of the loss; a longer word would not fit on a phone
    heads = (_("eigenvalue"), _("mostly"), _("half-life"), _("share"))
    cells = [filled('<th scope="col">{head}</th>', head=head) for head in heads]
    return filled(MODES, modes=_("Modes"), heads=_joined(cells))


def _playing(number: int) -> Html:
    speeds = {5: _("slow motion"), 50: _("slow"), 250: _("normal"), 1000: _("fast")}
    return filled(
        PLAYING,
        playing=_("Playing"),
        play=_("Play"),
        step=_("Step"),
        reset=_("Reset"),
        at=_("Step of the training"),
        said=f"sf-lab-{number}-at",
        speed=_("Speed"),
        speeds=_options({str(value): text for value, text in speeds.items()}, "250"),
    )


def _tries() -> Html:
    overfitting = "n=20&noise=0.3&held=2&degree=9&scale=scaled&optimizer=adam&lr=0.1&steps=5000"
    tries = {
        "": _("The NumPy stage"),
        "lr=3.6e-6&steps=500": _("Just too fast"),
        "optimizer=rmsprop&lr=0.001": _("RMSprop's last swings"),
        "scale=scaled&lr=0.0004": _("The same with scaled x"),
        overfitting: _("Overfitting"),
    }
    button = '<button type="button" data-state="{state}">{text}</button>'
    return _joined(filled(button, state=state, text=text) for state, text in tries.items())


def _controls(names: Iterable[str], number: int) -> Html:
    return _joined(_control(name, number) for name in names)


def _control(name: str, number: int) -> Html:
    if name in RANGES:
        low, high, step, label = RANGES[name]
        return filled(
            '<div class="sf-range"><label for="{said}">{label}</label>'
            '<output for="{said}"></output><div>{mark}<input type="range" id="{said}" '
            'data-key="{key}" min="{low}" max="{high}" step="{step}"></div></div>',
            said=f"sf-lab-{number}-{name}",
            label=_(label),
            mark=Html(
                '<span class="sf-limit" aria-hidden="true"></span>' if name == "rate" else ""
            ),
            key="lr" if name == "rate" else name,
            low=str(low),
            high=str(high),
            step=str(step),
        )
    label, choices = _choices(name)
    return filled(
        '<label class="sf-choice"><span>{label}</span>'
        '<select data-key="{name}">{options}</select></label>',
        label=label,
        name=name,
        options=_options(choices),
    )


def _options(choices: dict[str, str], selected: str = "") -> Html:
    option = '<option value="{value}"{chosen}>{text}</option>'
    return _joined(
        filled(
            option, value=value, text=text, chosen=" selected" if value == selected != "" else ""
        )
        for value, text in choices.items()
    )


def _choices(name: str) -> tuple[str, dict[str, str]]:
    """The label of a control that is chosen from a list, and what there is to choose."""
    every = _("every {count}th point")
    return {
        "target": (
            _("Target"),
            {"sin": "sin x", "cos": "cos x", "exp": "exp x", "own": _("own points")},
        ),
        "held": (
            _("Held back"),
            {"0": _("nothing"), "2": _("every second point")}
            | {str(count): every.format(count=count) for count in (4, 5)},
        ),
        "scale": (_("Powers of"), {"powers": "x", "scaled": _("x scaled to [−1, 1]")}),
        "loss": (_("Loss"), {"sum": _("sum of squares"), "mean": _("mean of squares")}),
        "optimizer": (
            _("Optimizer"),
            {
                "gd": _("gradient descent"),
                "momentum": _("momentum 0.9"),
                "rmsprop": "RMSprop",
                "adam": "Adam",
            },
        ),
        "steps": (_("Steps"), {str(n): str(n) for n in (100, 200, 500, 1000, 2000, 5000)}),
        "seed": (_("Start: seed"), {str(n): str(n) for n in range(10)}),
        "bug": (_("Mistake"), {"": _("none"), **mistakes()}),
    }[name]
