"""Which numbers are equal on which machine, and how far apart the others may be.

`make numbers` runs every fitter with its defaults, again and again with one thing changed, and
writes what came out to `recorded.json`. From that come the table on the site, what `sinfit doctor`
says of this machine, and the tolerances of a test that measures again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Expected = Literal["equal", "close", "not measured"]
"""Every digit; within the stage's tolerance; nobody has looked."""

REFERENCE = "reference"
"""The run that the others are compared with: all instruction sets of its machine, one thread."""


@cache
def recorded() -> dict[str, Any]:
    """What `make numbers` has written.

    Returns:
        `date`; `runs`, a list of runs with the `change`, its `environment`, the `fingerprint` and
        for each stage the `lines` that are equal, of how many, and the largest differences of the
        `losses` (relative) and of the final `parameters`; `starts`, the same differences for starts
        moved by a rounding; `tolerances`; and `numbers`, the losses and the parameters themselves.
    """
    text = files("sinfit_author.numbers").joinpath("recorded.json").read_text("utf-8")
    return dict(json.loads(text))


def run_of(change: str) -> dict[str, Any]:
    """The recorded run of a change, such as `reference`."""
    return next(run for run in recorded()["runs"] if run["change"] == change)


def expected(fingerprint: Mapping[str, str]) -> dict[str, Expected]:
    """For each recorded stage, whether a machine is to print the recorded numbers.

    A machine is one of the recorded ones if it has their platform, their versions of NumPy and
    PyTorch and uses the same instruction sets. Some changes are invisible to a fingerprint, such as
    the library that multiplies matrices for NumPy: a stage that they change is never called equal.

    Args:
        fingerprint: A machine, as `fingerprint()` describes it. Without PyTorch,
            only the stages on NumPy are judged.
    """
    with_torch = "torch" in fingerprint
    runs = [run for run in recorded()["runs"] if "points" not in run]
    here = [run for run in runs if _same(run["fingerprint"], fingerprint, with_torch)]
    reference = run_of(REFERENCE)["fingerprint"]
    hidden = [run for run in runs if _same(run["fingerprint"], reference, True)]
    found: dict[str, Expected] = {}
    for stage, numbers in recorded()["numbers"].items():
        if numbers["torch"] and not with_torch:
            continue
        found[stage] = (
            "not measured"
            if not here
            else "equal"
            if all(run["stages"][stage]["equal"] for run in here + hidden)
            else "close"
        )
    return found


def _same(one: Mapping[str, str], other: Mapping[str, str], with_torch: bool) -> bool:
    """Whether two fingerprints are of the same arithmetic; threads do not share 2000 points."""
    keys = ["platform", "numpy", "numpy_simd", *(["torch", "torch_cpu"] if with_torch else [])]
    # 2.13.0+cpu and 2.13.0+cu130 have the same loops for the processor
    return all(one[key].partition("+")[0] == other[key].partition("+")[0] for key in keys)
