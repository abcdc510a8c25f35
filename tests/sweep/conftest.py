"""What the tests of sweeps share."""

import json
import os
from pathlib import Path

import pytest

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has neither these signals nor limits")
WITHOUT = ("elapsed",)  # the one column that no second run repeats


def numbers(rows):
    """The rows without the seconds that they took: two sweeps must agree in them bit for bit."""
    return [{name: row[name] for name in row if name not in WITHOUT} for row in rows]


def lines(path):
    """The rows of a file, each line parsed."""
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
