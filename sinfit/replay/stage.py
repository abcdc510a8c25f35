"""Run the real stage from a start, quietly, and read off the printed steps."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sinfit
from sinfit.errors import StabilityWarning
from sinfit.fitter import Fitter
from sinfit.replay.rounding import Dtype

Array = NDArray[np.float64]


def run_stage(
    fitter: Fitter,
    initial: Iterable[float],
    *,
    points: int,
    steps: int,
    learning_rate: float,
    dtype: Dtype,
    at: Sequence[int],
    seed: int = 0,
) -> tuple[Array, tuple[float, ...]]:
    """The losses of a real run at some steps, and its final parameters.

    Args:
        fitter: The stage.
        initial: The start, p numbers.
        points: The number of points.
        steps: The number of updates.
        learning_rate: The learning rate.
        dtype: What to compute in, if the stage lets one choose.
        at: The steps to read off.
        seed: For a stage that draws.

    Returns:
        The losses, of shape (len(at),), NaN where the run ended before; and p parameters.
    """
    choices = {option.name for option in fitter.spec.options}
    options: dict[str, Any] = {"dtype": dtype} if "dtype" in choices else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StabilityWarning)
        result = sinfit.fit(
            fitter,
            points=points,
            steps=steps,
            learning_rate=learning_rate,
            initial=tuple(initial),
            seed=seed,
            **options,
        )
    losses = np.full(max(steps, max(at) + 1), np.nan)
    losses[result.steps_recorded] = result.losses
    return losses[list(at)], tuple(result.parameters.values())
