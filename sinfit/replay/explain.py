"""What would explain a log of plain gradient descent that the stage does not print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sinfit.i18n import _
from sinfit.models import Model
from sinfit.replay.linear import explains
from sinfit.replay.scaled import another_scale
from sinfit.theory import Spectrum, spectrum

Array = NDArray[np.float64]

DIPS = 6  # dips of the misfit, as a function of the learning rate, that are looked into
VAGUE = 0.05  # lines printed so coarsely fit almost anything, and explain nothing
WIDEST = 30.0  # learning rates up to this factor away are tried
POINTS = (100, 200, 500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 10000)


def explain(
    model: Model,
    x: Array,
    y: Array,
    points: int,
    learning_rate: float,
    steps: Array,
    losses: Array,
    tolerance: Array,
    result: Array | None,
) -> str:
    """Find what else prints these lines; an empty string if nothing that is known does.

    Args:
        model: The stage's model, linear in its parameters.
        x: The points, (n,).
        y: The target there, (n,).
        points: n.
        learning_rate: The learning rate that the log is said to have.
        steps: The step of each line, (k,).
        losses: The printed losses, (k,).
        tolerance: How closely an explanation has to fit each line, relative, (k,).
        result: The Result line, or None.
    """
    assert model.basis is not None, "only called for models that are linear"  # noqa: S101
    if np.median(tolerance) > VAGUE:
        return ""
    columns = model.basis(x)
    whole = spectrum(columns, y)
    log = (learning_rate, steps, losses, tolerance)
    return (
        another_scale(whole, points, *log, trained=False)
        or _untrained(model, columns, y, *log, result)
        or _another_rate(whole, *log)
        or _other_points(model, points, *log)
        # half of the sum over 2000 points is almost the sum over 1000 points, which is likelier
        or another_scale(whole, points, *log, trained=True)
    )


def _untrained(
    model: Model,
    columns: Sequence[Array],
    y: Array,
    learning_rate: float,
    steps: Array,
    losses: Array,
    tolerance: Array,
    result: Array | None,
) -> str:
    size = len(columns)
    for left in range(size - 1, 0, -1):
        for trained in combinations(range(size), left):
            problem = spectrum([columns[i] for i in trained], y)
            if explains(problem, learning_rate, steps, losses, tolerance) > 1:
                continue
            missing = [i for i in range(size) if i not in trained]
            names = ", ".join(model.parameters[i] for i in missing)
            kind = {
                (0, 1, 2): _("best parabola"),
                (0, 1): _("best straight line"),
                (0,): _("best constant"),
            }.get(trained, _("best fit without {names}").format(names=names))
            text = _(
                "Every line fits if {names} is not trained: the losses settle at {floor:.1f}, the "
                "floor of the {kind}, not at {best:.3f}."
            ).format(names=names, kind=kind, floor=problem.floor, best=spectrum(columns, y).floor)
            if result is not None and len(result) == size:
                text += " " + _("The Result line prints {values}, which no step has moved.").format(
                    values=", ".join(f"{model.parameters[i]} = {result[i]:.4f}" for i in missing)
                )
            return text
    return ""


def _another_rate(
    problem: Spectrum, learning_rate: float, steps: Array, losses: Array, tolerance: Array
) -> str:
    rate = fitting_rate(problem, learning_rate, steps, losses, tolerance)
    if explains(problem, rate, steps, losses, tolerance) > 1:
        return ""
    rate = shortest(rate, lambda short: explains(problem, short, steps, losses, tolerance) <= 1)
    if abs(rate / learning_rate - 1) < 1e-6:
        return ""
    return _("Every line fits with a learning rate of {rate:.6g} instead of {given:.6g}.").format(
        rate=rate, given=learning_rate
    )


def shortest(rate: float, fits: Callable[[float], bool]) -> float:
    """The learning rate with the fewest digits that still fits: the one that somebody typed."""
    rounded = (float(f"{rate:.{digits}g}") for digits in range(1, 5))
    return next((short for short in rounded if fits(short)), rate)


def fitting_rate(
    problem: Spectrum, near: float, steps: Array, losses: Array, tolerance: Array
) -> float:
    """The learning rate with which some start comes closest to the lines."""
    limit = 1 / float(problem.singular[0]) ** 2
    rates = near * np.geomspace(1 / WIDEST, WIDEST, 161)
    rates = rates[rates < limit]
    if not len(rates):
        return near
    worst = np.array([explains(problem, rate, steps, losses, tolerance) for rate in rates])
    around = np.concatenate([[np.inf], worst, [np.inf]])
    dips = np.flatnonzero((around[1:-1] <= around[:-2]) & (around[1:-1] <= around[2:]))
    found = [
        _golden_section(
            lambda rate: explains(problem, rate, steps, losses, tolerance),
            float(rates[max(at - 1, 0)]),
            float(rates[min(at + 1, len(rates) - 1)]),
        )
        for at in dips[np.argsort(worst[dips])][:DIPS]
    ]
    return min(found, key=lambda rate: explains(problem, rate, steps, losses, tolerance))


def _golden_section(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function of one dip is least; each round keeps 62 % of the interval."""
    golden = (5**0.5 - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = function(left), function(right)
    for _round in range(40):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = function(right)
    return (low + high) / 2


def _other_points(
    model: Model,
    points: int,
    learning_rate: float,
    steps: Array,
    losses: Array,
    tolerance: Array,
) -> str:
    assert model.basis is not None, "only called for models that are linear"  # noqa: S101
    for count in POINTS:
        x = np.linspace(-np.pi, np.pi, count)
        problem = spectrum(model.basis(x), np.sin(x))
        stable = learning_rate * problem.singular[0] ** 2 < 1
        if (
            count != points
            and stable
            and explains(problem, learning_rate, steps, losses, tolerance) <= 1
        ):
            return _("Every line fits with {count} points instead of {points}.").format(
                count=count, points=points
            )
    return ""
