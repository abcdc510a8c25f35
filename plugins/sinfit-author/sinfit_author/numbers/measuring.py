"""Run fitters here and now, and say how far their numbers are from recorded ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sinfit
from sinfit.fitting.fit import Fitter

MOVED_STARTS = 8
POINTS = 2000  # of a fit where nothing else is asked for

Numbers = dict[str, Any]
"""Of one fit: `lines` as printed, `losses` at those lines and of the end, final `parameters`."""


def numbers_of(fitter: Fitter, points: int = POINTS, **settings: Any) -> Numbers:
    """Fit with the defaults, or with some settings, and keep what is compared.

    More points are fitted with a smaller learning rate: the gradient of a sum grows with them.
    """
    if points != POINTS and fitter.spec.optimizer != "rmsprop":
        settings["learning_rate"] = fitter.spec.learning_rate * POINTS / points
    result = sinfit.fit(fitter, points=points, **settings)
    every = result.print_every
    printed = result.steps_recorded % every == every - 1
    return {
        "lines": result.printed(),
        "losses": [*result.losses[printed].tolist(), float(result.sse)],
        "parameters": [float(value) for value in result.parameters.values()],
        "torch": "torch" in result.provenance,
    }


def difference(one: Numbers, other: Numbers) -> dict[str, Any]:
    """How far two fits are apart.

    Returns:
        `lines` equal and `of` how many; the largest differences of the `losses`, relative, and of
        the final `parameters`, which are of order 1; `equal` if there are none.
    """
    ours, theirs = np.array(one["losses"]), np.array(other["losses"])
    losses = float(np.abs(theirs / ours - 1).max())
    parameters = float(np.abs(np.subtract(one["parameters"], other["parameters"])).max())
    same = sum(a == b for a, b in zip(one["lines"], other["lines"], strict=True))
    return {
        "equal": same == len(one["lines"]) and losses == 0 == parameters,
        "lines": same,
        "of": len(one["lines"]),
        "losses": losses,
        "parameters": parameters,
    }


def moved_starts(fitter: Fitter) -> dict[str, float]:
    """The largest differences if each number of the start is one rounding off, up or down.

    This is what the roundings of a processor that nobody has measured may do: small, everywhere,
    and nobody knows in which direction.
    """
    first = sinfit.fit(fitter, steps=1)
    numbers = numbers_of(fitter)
    start = np.array(list(first.initial.values()))
    rng = np.random.default_rng(0)
    found = []
    for _ in range(MOVED_STARTS):
        signs = rng.choice([-1.0, 1.0], len(start))
        moved = (start * (1 + epsilon(numbers) * signs)).tolist()
        found.append(difference(numbers, numbers_of(fitter, initial=moved)))
    return {key: max(each[key] for each in found) for key in ("losses", "parameters")}


def epsilon(numbers: Numbers) -> float:
    """The rounding of a fit's arithmetic: PyTorch's default is float32, NumPy's float64."""
    return float(np.finfo(np.float32 if numbers["torch"] else np.float64).eps)


def tolerances(numbers: Numbers, seen: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """How far from the recorded numbers a genuine run may be.

    Four times the largest difference that was seen, by changes and by moved starts, since others
    will see larger ones. But no less than √n roundings, which the order of summing n points makes
    of a sum by itself: n roundings up or down.
    """
    least = math.sqrt(POINTS) * epsilon(numbers)
    return {
        key: _up(max(least, 4 * max(each[key] for each in seen)))
        for key in ("losses", "parameters")
    }


def _up(value: float) -> float:
    """The next number with one digit."""
    power = 10.0 ** math.floor(math.log10(value))
    return float(f"{math.ceil(value / power - 1e-9) * power:.0e}")
