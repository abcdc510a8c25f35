"""What the lab's programs say, in the language that is spoken; they get it as data."""

from __future__ import annotations

from sinfit_lab.i18n import _


def mistakes() -> dict[str, str]:
    """The mistakes that the lab can make, by name."""
    return {
        "zero_grad": _("zero_grad is forgotten"),
        "flatten": _("Flatten is forgotten"),
        "mean": _("the mean instead of the sum"),
        "cubed": _("c**3 instead of x**3"),
        "rate": _("four times the learning rate"),
    }


def fates() -> dict[str, str]:
    """What a loss can do, by name."""
    return {
        "falls": _("falls as it should"),
        "slow": _("falls, but far too slowly"),
        "stuck": _("falls, but gets stuck far too high"),
        "swings": _("goes up and down"),
        "explodes": _("grows without end"),
    }


def words() -> dict[str, object]:
    """Everything that is said while the lab is at work."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "at": _("step {step}: loss {loss}"),
        "validation_at": _("step {step}: loss {loss}, validation {validation}"),
        "diverged": _("The loss has left all bounds at step {step}."),
        "train": _("training"),
        "validation": _("validation, scaled to as many points"),
        "floor": _("the best fit"),
        "fit": _("the fit"),
        "start": _("the start"),
        "truth": _("the target"),
        "points": _("points"),
        "held": _("held back"),
        "path": _("the path"),
        "probe": _("x = {x}: target {truth}, fit {fit}"),
        "probe_points": _("x = {x}: fit {fit}"),
        "place": _("{across} = {x}, {up} = {y}: loss {loss}"),
        "limit": _("limit {limit}"),
        "below": _("{rate}, {part} of the limit"),
        "above": _("{rate}, {part} times the limit"),
        "no_limit": _("{rate}; this optimizer has no fixed limit"),
        "at_once": _("at once"),
        "never": _("never"),
        "grows": _("grows"),
        "steps": _("{count} steps"),
        "mixed": _("this optimizer mixes the modes"),
        "copied": _("Copied."),
        "not_copied": _("The browser does not allow it: copy it from below."),
        "bad": _("The address says {key}={value}, which the lab does not have; it has {known}."),
        "between": _("{low} to {high}"),
        "bad_line": _("Line {line} is no x and y: {text}"),
        "few": _("At least two points with different x are needed."),
        "bugs": mistakes(),
        "fates": fates(),
        "healthy": _("no mistake"),
        "choose": _("Choose first."),
        "open": _("Open this in the lab"),
        "right": _("Right: the loss {fate}."),
        "wrong": _("Look again: you said that it {said}, but the loss {fate}."),
        "found": _("Right: {bug}."),
        "missed": _(
            "No, it is not: {bug}. Compare the first loss, the last one, and the way between them."
        ),
        "because": {
            "zero_grad": _(
                "Every step adds to the gradients of all steps before. That is a momentum without"
                " friction, so the loss swings and never settles."
            ),
            "flatten": _(
                "Shape (n, 1) against (n,) gives n × n differences: every prediction against "
                "every true value. The best answer to all of them is the mean of y, so the curve "
                "becomes flat, and the gradients are n times as large."
            ),
            "mean": _(
                "The gradients of the mean are n times as small, so with the same learning rate "
                "every step is, too."
            ),
            "cubed": _(
                "The last column is a constant, so the cubic has become a parabola. It fits as "
                "well as a parabola can."
            ),
            "rate": _(
                "Above the stability limit the steepest mode jumps across the bowl and lands "
                "higher each time."
            ),
            "": _(
                "Fast at first, then slow, and down to the best cubic: that is how it should look."
            ),
        },
        "judged": {
            "unread": _(
                "No line with a step and a loss was found. Lines such as “99 5545.57” are "
                "understood."
            ),
            "few": _(
                "{count} lines were read; at least {least} are needed, more than the modes that "
                "they can show."
            ),
            "optimizer": _(
                "Only plain gradient descent can be judged from its losses: choose it in the lab "
                "above."
            ),
            "nonlinear": _(
                "Choose no mistake in the lab above: a log is judged as a run of the right program."
            ),
            "fits": _(
                "All {count} lines fit: there is a start from which this training prints them, to"
                " {off} at most."
            ),
            "open": _("Show that run in the lab"),
            "proves": _(
                "That proves that the lines can be such a run, not that they are one. The signs "
                "of the modes cannot be seen in the losses, so the start is one of several."
            ),
            "below": _(
                "Contradicted: step {step} prints {loss}, and no parameters have a loss below "
                "{floor}."
            ),
            "rises": _(
                "Contradicted: the loss rises from step {from} to step {to}. Gradient descent "
                "below the stability limit never does that on all points."
            ),
            "misfit": _(
                "Undecided: the closest run found is off by {off}, first at step {step}. That is "
                "no proof that there is none."
            ),
            "instead": _("But all lines fit {what}."),
            "mean": _("if the mean was trained on and printed"),
            "printed_mean": _("if the mean was printed and the sum trained on"),
            "half": _("if half of the sum was trained on and printed"),
            "rate": _("if the learning rate was {rate}"),
            "replay": _(
                "sinfit replay knows more: other stages, rounding, the Result line, and proofs."
            ),
        },
    }
