"""A result that sinfit saved, read as the log that its run printed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from sinfit.errors import DataError
from sinfit.i18n import _
from sinfit.saving import FORMAT

FEWEST, MOST = 3, 200  # lines that are taken as the run printed them; else about MOST evenly


def text_of(text: str) -> str:
    """The printed log of a saved result; any other text as it is."""
    saved = _saved(text)
    if saved is None:
        return text
    steps, losses, every = saved["steps_recorded"], saved["losses"], saved["print_every"]
    chosen = [i for i, step in enumerate(steps) if step % every == every - 1]
    if not FEWEST <= len(chosen) <= MOST:
        chosen = list(range(0, len(steps), len(steps) // MOST + 1))
    names = ", ".join(f"{name} = {value!r}" for name, value in saved["parameters"].items())
    return "\n".join([*(f"{steps[i]} {float(losses[i])!r}" for i in chosen), names, ""])


def settings_of(text: str) -> dict[str, float]:
    """The points, steps and learning rate that a saved result names; empty for any other text."""
    saved = _saved(text)
    if saved is None:
        return {}
    x, y = np.array(saved["x"], dtype=np.float64), np.array(saved["y"], dtype=np.float64)
    even = np.linspace(-np.pi, np.pi, len(x))
    if not (np.allclose(x, even, atol=1e-5) and np.allclose(y, np.sin(even), atol=1e-5)):
        # float32 holds x to 3e-7
        raise DataError(_("only fits of sin at evenly spaced points in [-pi, pi] are replayed."))
    return {
        "points": len(x),
        "steps": saved["nit"],
        "learning_rate": saved["learning_rate"],
    }


def _saved(text: str) -> dict[str, Any] | None:
    if f'"{FORMAT}"' not in text[:200]:
        return None
    try:
        saved = json.loads(text)
        saved["steps_recorded"][0], saved["losses"][0], saved["x"], saved["y"]
        saved["print_every"], saved["parameters"].items(), saved["nit"], saved["learning_rate"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    return dict(saved)
