"""Record a stage's run inside its kernel, for the player, the plots and the tables."""

from __future__ import annotations

import json
import platform
from importlib import metadata
from typing import Any

MIME = "application/vnd.sinfit.run+json"
FRAMES = 41  # of the player
SAMPLES = 41  # points of a curve


def recording(result: Any) -> dict[str, Any]:
    """The run as plain data.

    Args:
        result: The FitResult of the stage's run, every step recorded.

    Returns:
        The printed lines, what asked for them, the losses (thinned for plots), and frames for the
        player: the step, the loss, and the curve at `SAMPLES` points.
    """
    import numpy as np

    steps = result.steps_recorded
    x = np.linspace(result.problem.x.min(), result.problem.x.max(), SAMPLES)
    rows = [*result.parameters_recorded, list(result.parameters.values())]
    losses = [*map(float, result.losses), float(result.sse)]
    at = [*map(int, steps), int(result.nit)]
    # more frames where more happens: the first steps change the most
    spread = np.unique(np.round((np.linspace(0, 1, FRAMES) ** 2) * (len(rows) - 1)).astype(int))
    thin = np.unique(np.round(np.linspace(0, len(result.losses) - 1, 161)).astype(int))
    return {
        "stage": result.fitter,
        "title": result.title,
        "seed": result.seed,
        "asked": {
            "data": [result.problem.source, len(result.problem)],
            "initial": list(result.initial.values()),
            "steps": result.steps,
            "learning_rate": result.learning_rate,
            "options": dict(result.options),
            "print_every": result.print_every,
        },
        "elapsed": result.elapsed,
        "sse": float(result.sse),
        "gap": result.optimality_gap,
        "printed": result.printed(),
        "losses": [[at[i], losses[i]] for i in thin],
        "x": x.tolist(),
        "truth": np.interp(x, result.problem.x, result.problem.y).tolist(),
        "frames": [
            [at[i], losses[i], np.asarray(result.model.predict(x, rows[i])).tolist()]
            for i in spread
        ],
        "versions": versions(result),
        "machine": machine(result),
    }


def versions(result: Any) -> dict[str, str]:
    """The versions that the numbers depend on."""
    kept = {"Python": platform.python_version(), "sinfit": metadata.version("sinfit")}
    for package, name in (("numpy", "NumPy"), ("torch", "PyTorch"), ("matplotlib", "Matplotlib")):
        if package in result.provenance:
            kept[name] = result.provenance[package]
    return kept


def machine(result: Any) -> list[str]:
    """The platform, and the instruction sets of what computed the numbers."""
    made = result.provenance
    kept = [made["platform"], f"NumPy {made['numpy_simd'].split()[-1]}"]
    return [*kept, f"PyTorch {made['torch_cpu']}"] if "torch_cpu" in made else kept


def show(result: Any) -> None:
    """Hand the recording to the notebook that this runs in."""
    from IPython.display import display

    text = json.dumps(recording(result), allow_nan=False)
    display({MIME: json.loads(text)}, raw=True)  # type: ignore[no-untyped-call]
