"""What would explain a log of plain gradient descent that the stage does not print.

A parameter that was not trained, another learning rate, another number of points; and another scale
of the losses, a mean instead of the sum or a half of it, printed only or trained on, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
from sinfit.ground.arrays import Array
from sinfit.theory import Spectrum, spectrum

from sinfit_replay.case import Case, sine
from sinfit_replay.i18n import _
from sinfit_replay.recovery import explains
from sinfit_replay.report import about_the_rate
from sinfit_replay.setting import Setting

DIPS = 6  # dips of the misfit, as a function of the learning rate, that are looked into
VAGUE = 0.05  # lines printed so coarsely fit almost anything, and explain nothing
WIDEST = 30.0  # learning rates up to this factor away are tried
EXACT = 1e-8  # relative: learning rates are looked for this closely
POINTS = (100, 200, 500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 10000)


def explain(case: Case, setting: Setting) -> str:
    """Find what else prints these lines; an empty string if nothing that is known does.

    Args:
        case: The log and its stage, whose model is linear in its parameters.
        setting: The lines; the tolerance is that of an explanation.
    """
    if np.median(setting.tolerance) > VAGUE:
        return ""
    return _untrained(case, setting) or _another_rate(case, setting) or _other_points(case, setting)


def _untrained(case: Case, setting: Setting) -> str:
    size = len(case.columns)
    for left in range(size - 1, 0, -1):
        for trained in combinations(range(size), left):
            problem = spectrum([case.columns[i] for i in trained], case.y)
            if explains(replace(setting, spectrum=problem)) <= 1:
                return _about_untrained(case, trained, problem)
    return ""


def _about_untrained(case: Case, trained: tuple[int, ...], problem: Spectrum) -> str:
    parameters = case.fitter.spec.model.parameters
    missing = [i for i in range(len(parameters)) if i not in trained]
    names = ", ".join(parameters[i] for i in missing)
    kind = {
        (0, 1, 2): _("best parabola"),
        (0, 1): _("best straight line"),
        (0,): _("best constant"),
    }.get(trained, _("best fit without {names}").format(names=names))
    text = _(
        "Every line fits if {names} is not trained: the losses settle at {floor:.1f}, the floor "
        "of the {kind}, not at {best:.3f}."
    ).format(names=names, kind=kind, floor=problem.floor, best=case.spectrum.floor)
    if case.result is not None:
        text += " " + _("The Result line prints {values}, which no step has moved.").format(
            values=", ".join(f"{parameters[i]} = {case.result[i]:.4f}" for i in missing)
        )
    return text


def _another_rate(case: Case, setting: Setting) -> str:
    def misfit(rate: float) -> float:
        return explains(replace(setting, learning_rate=float(rate)))

    def misfits(rates: Array) -> Array:
        return np.array([misfit(rate) for rate in rates])

    rates = case.learning_rate * np.geomspace(1 / WIDEST, WIDEST, 161)
    rates = rates[rates < 1 / setting.spectrum.singular[0] ** 2]
    around = np.concatenate([[np.inf], misfits(rates), [np.inf]])
    dips = np.flatnonzero((around[1:-1] <= around[:-2]) & (around[1:-1] <= around[2:]))
    for at in dips[np.argsort(around[1:-1][dips])][:DIPS]:
        rate = fitting_rate(misfits, rates[max(at - 1, 0) : at + 2])
        if misfit(rate) <= 1:
            return about_the_rate(case, rate, lambda short: misfit(short) <= 1)
    return ""


def fitting_rate(misfits: Callable[[Array], Array], rates: Array, many: int = 9) -> float:
    """The learning rate that fits best, between the first and the last of some.

    Args:
        misfits: How badly each of an array of learning rates fits.
        rates: Shape (k,), ascending.
        many: How many to try at once; then the neighbourhood of the best is looked into.
    """
    while rates[-1] / rates[0] - 1 > EXACT:
        rates = np.geomspace(rates[0], rates[-1], many)
        best = int(np.argmin(misfits(rates)))
        rates = rates[max(best - 1, 0) : best + 2]
    return float(rates[len(rates) // 2])


def _other_points(case: Case, setting: Setting) -> str:
    for count in POINTS:
        problem = replace(case, problem=sine(count)).spectrum
        stable = setting.learning_rate * problem.singular[0] ** 2 < 1
        if count != case.points and stable and explains(replace(setting, spectrum=problem)) <= 1:
            return _("Every line fits with {count} points instead of {points}.").format(
                count=count, points=case.points
            )
    return ""


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


def another_scale(case: Case, setting: Setting, *, trained: bool) -> str:
    """Say on what scale every line fits; empty if on none.

    Args:
        case: The log and its stage.
        setting: The lines; the tolerance is that of an explanation.
        trained: Whether its gradient was taken, too, or it was printed only.
    """
    losses = setting.losses
    still = bool((np.abs(losses / losses[0] - 1) <= setting.tolerance).all())
    if trained and still:  # a loss that stays the same fits any rate that is tiny
        return ""
    for words, factor in scales(case.points):
        rate = setting.learning_rate * (factor if trained else 1)
        if explains(replace(setting, learning_rate=rate, losses=losses / factor)) > 1:
            continue
        text = _("Every line fits if {words} was printed.").format(words=words)
        if trained:
            text += " " + _(
                "It was trained on, too: the gradients are those of the sum times {factor:.6g}."
            ).format(factor=factor)
        return text
    return ""
