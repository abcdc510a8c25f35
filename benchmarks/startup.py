"""How long sinfit takes to start, against Python itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

from measure import Ratio, side_by_side

CASES = {
    "import sinfit": ["-c", "import sinfit"],
    "sinfit --version": ["-m", "sinfit", "--version"],
    "sinfit list": ["-m", "sinfit", "list"],
    "sinfit list --json": ["-m", "sinfit", "list", "--json"],
    "import numpy (for comparison)": ["-c", "import numpy"],
    "import torch (for comparison)": ["-c", "import torch"],
}


def rows() -> Iterator[Ratio]:
    """Each case in a fresh process, against `python -c pass`."""
    nothing = _process(["-c", "pass"])
    for name, arguments in CASES.items():
        aim = 12 if name == "sinfit list" else None
        yield side_by_side(name, "python -c pass", _process(arguments), nothing, aim=aim, rounds=7)


def _process(arguments: list[str]) -> Callable[[], object]:
    # as at a user's second start: modules are compiled, and their bytecode is kept
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(  # noqa: S603 (our own)
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=kept
    )
