"""Losses that were printed or trained on another scale: a mean instead of the sum, a half of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinfit.i18n import _
from sinfit.replay.linear import explains
from sinfit.theory import Spectrum

Array = NDArray[np.float64]


def scales(points: int) -> tuple[tuple[str, float], ...]:
    """What programs print instead of the sum of squares, in words and as a factor of it."""
    return (
        (
            _("the mean instead of the sum of squares (times 1/{points})").format(points=points),
            1 / points,
        ),
        (_("half of the sum of squares"), 0.5),
        (
            _("half of the mean of squares (times 1/{points})").format(points=2 * points),
            0.5 / points,
        ),
    )


def another_scale(
    problem: Spectrum,
    points: int,
    learning_rate: float,
    steps: Array,
    losses: Array,
    tolerance: Array,
    *,
    trained: bool,
) -> str:
    """Say on what scale every line fits; empty if on none.

    Args:
        problem: The least-squares problem.
        points: n.
        learning_rate: The learning rate.
        steps: The step of each line, (k,).
        losses: The printed losses, (k,).
        tolerance: How closely an explanation has to fit each line, relative, (k,).
        trained: Whether its gradient was taken, too, or it was printed only.
    """
    still = bool((np.abs(losses / losses[0] - 1) <= tolerance).all())
    if trained and still:  # a loss that stays the same fits any rate that is tiny
        return ""
    for words, factor in scales(points):
        rate = learning_rate * (factor if trained else 1)
        if explains(problem, rate, steps, losses / factor, tolerance) > 1:
            continue
        text = _("Every line fits if {words} was printed.").format(words=words)
        if trained:
            text += " " + _(
                "It was trained on, too: the gradients are those of the sum times {factor:.6g}."
            ).format(factor=factor)
        return text
    return ""


def about_the_floor(loss: float, floor: float) -> str:
    """Say that a loss is smaller than any curve of the model makes it; empty if it is not.

    Args:
        loss: The loss, as large as its digits allow.
        floor: The least sum of squared errors.
    """
    if loss >= floor:
        return ""
    return _("No curve of this model has a loss below {floor:.6g}.").format(floor=floor)
