"""The exact trajectory against the loop, and the best cubic against NumPy's and SciPy's fits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import published
import sinfit_sweep
from measure import Ratio, side_by_side
from scipy.optimize import curve_fit
from sinfit_exact.batch import losses_of_starts

import sinfit
from sinfit.theory import best_polynomial, trajectory

START = (0.1, -0.2, 0.3, -0.4)
X = np.linspace(-np.pi, np.pi, published.POINTS)
Y = np.sin(X)


def rows() -> Iterator[Ratio]:
    """Closed forms against loops and libraries."""
    columns = (np.ones_like(X), X, X**2, X**3)

    def exact() -> object:
        return trajectory(columns, Y, START, 1e-6, published.STEPS).losses

    yield side_by_side(
        "exact, all 2000 losses",
        "the published NumPy program",
        exact,
        lambda: published.numpy(START),
        aim=1 / 500,
        rounds=7,
        repeat_ours=50,
    )
    yield side_by_side(
        'sinfit.fit("exact"), all 2000 losses kept',
        "the published NumPy program with a loss per step",
        lambda: sinfit.fit("exact", initial=START),
        lambda: published.numpy(START, every=1),
        aim=1 / 400,
        rounds=7,
        repeat_ours=50,
    )
    yield side_by_side(
        "lstsq",
        "numpy.polynomial.polynomial.polyfit",
        lambda: [best_polynomial(X, Y) for _ in range(200)],
        lambda: [np.polynomial.polynomial.polyfit(X, Y, 3) for _ in range(200)],
        aim=1.5,
    )
    yield side_by_side(
        "lstsq",
        "scipy.optimize.curve_fit",
        lambda: [best_polynomial(X, Y) for _ in range(200)],
        lambda: [curve_fit(_cubic, X, Y) for _ in range(200)],
    )
    rng = np.random.default_rng(0)
    starts, rates = rng.standard_normal((10_000, 4)), np.geomspace(1e-8, 3e-6, 100)
    yield side_by_side(
        "10,000 starts × 100 rates, 2000 steps",
        "one run of the published NumPy program",
        lambda: losses_of_starts(columns, Y, starts, rates, [published.STEPS]),
        lambda: published.numpy(START),
        rounds=5,
    )
    yield side_by_side(
        "sweep, 10,000 fits as rows of a file, exact",
        "one run of the published NumPy program",
        _sweep,
        lambda: published.numpy(START),
        aim=1,
        rounds=5,
    )


def _sweep() -> None:
    with TemporaryDirectory() as folder:
        sinfit_sweep.sweep(
            "numpy",
            seeds=range(1000),
            learning_rates=np.geomspace(1e-8, 3e-6, 10),
            method="exact",
            out=Path(folder) / "rows.jsonl",
        )


def _cubic(x, a, b, c, d):  # noqa: ANN001, ANN202 (curve_fit's form)
    return a + b * x + c * x**2 + d * x**3
