"""A CSV of a million rows, against pandas and NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from measure import Ratio, side_by_side

import sinfit

ROWS = 1_000_000


def rows() -> Iterator[Ratio]:
    """The data of a fit, checked, from a file as pandas writes it."""
    x = np.random.default_rng(0).standard_normal(ROWS)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "measured.csv"
        pd.DataFrame({"x": x, "y": np.sin(x)}).to_csv(path, index=False)
        yield side_by_side(
            "Problem.from_csv, a million rows",
            "pandas.read_csv",
            lambda: sinfit.Problem.from_csv(path),
            lambda: pd.read_csv(path),
            aim=1.2,  # of two processors; each number is looked at once more: whether it is finite
            rounds=7,
        )
        yield side_by_side(
            "Problem.from_csv, a million rows",
            "numpy.loadtxt",
            lambda: sinfit.Problem.from_csv(path),
            lambda: np.loadtxt(path, delimiter=",", skiprows=1),
            aim=1 / 2,
            rounds=5,
        )
