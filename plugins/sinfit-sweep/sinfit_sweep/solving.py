"""Thousands of fits at once: where plain gradient descent has a closed form, without its loop.

The state after T steps is the start moved along each mode by f^T - 1 times its distance to the best
fit (`sinfit.theory`), so for one learning rate all starts are one product of matrices.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from sinfit.errors import SinfitError
from sinfit.fitting.arguments import read_start
from sinfit.fitting.driving import Status
from sinfit.fitting.fit import DIVERGED_FACTOR
from sinfit.fitting.plan import draw_start
from sinfit.ground.arrays import Array
from sinfit.ground.entry import load
from sinfit.i18n import speaking
from sinfit.theory import Spectrum, Trajectory, best_polynomial, log_factors, spectrum

from sinfit_sweep.grid import Cell, Group
from sinfit_sweep.one_fit import outcome
from sinfit_sweep.rows import Row

AT_ONCE = 1000  # rows that are written together
BLOCK = 4096  # steps of a diverging fit that are looked at together


def solved(cells: Sequence[Cell]) -> Iterator[list[Row]]:
    """The rows of fits that have a closed form, in their order, some hundreds at a time."""
    for _group, of_a_group in groupby(cells, key=lambda cell: id(cell.group)):
        mine = [*of_a_group]
        try:
            with speaking("en"):  # as the rows of the loop
                problem = Solution.of(mine[0].group)
        except SinfitError as error:  # such as too few points: as the loop would say of each
            yield [cell.columns() | outcome({}, 0.0, error=str(error)) for cell in mine]
            continue
        for rate, of_a_rate in groupby(mine, key=lambda cell: cell.learning_rate):
            block = [*of_a_rate]
            for first in range(0, len(block), AT_ONCE):
                yield problem.rows(rate, block[first : first + AT_ONCE])


@dataclass(frozen=True, eq=False)
class Solution:
    """A fitter on a target, decomposed once for all seeds and learning rates."""

    group: Group
    spectrum: Spectrum
    steps: int
    best: float | None  # the loss of the best polynomial

    @classmethod
    def of(cls, group: Group) -> Solution:
        """Decompose the problem.

        Raises:
            DataError: The data cannot be fitted.
        """
        problem, model = group.problem, group.fitter.spec.model
        x, y, roots = problem.x, problem.y, problem.roots
        group.problem.check_enough_for(model)
        group.problem.check_powers()
        assert model.basis is not None  # noqa: S101 (has_closed_form asks for it)
        columns = [np.broadcast_to(column * roots, x.shape) for column in model.basis(x)]
        best = None
        if model.degree is not None:
            best = best_polynomial(x, y, model.degree, weights=problem.weights).sse
        return cls(group, spectrum(columns, y * roots), group.shared["steps"], best)

    def rows(self, rate: float, cells: Sequence[Cell]) -> list[Row]:
        """The rows of one learning rate: one product for all starts."""
        began = time.perf_counter()
        starts = np.array([self._start(cell.seed) for cell in cells])  # (m, p)
        amplitudes = self.spectrum.amplitudes(starts)  # (m, p)
        log, negative = log_factors(self.spectrum, rate)  # (p,)
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            growth = np.expm1(self.steps * log)  # f^T - 1, if f > 0
            growth = np.where(negative & (self.steps % 2 == 1), -2 - growth, growth)
            distance = np.where(self.spectrum.singular > 0, amplitudes / self.spectrum.singular, 0)
            moved = np.where(distance == 0, 0, growth * distance)
            parameters = starts + moved @ self.spectrum.directions.T  # (m, p)
            left = np.where(amplitudes == 0, 0, amplitudes * np.exp(self.steps * log))
            losses = np.square(left).sum(axis=1) + self.spectrum.floor  # (m,)
            first = np.square(amplitudes).sum(axis=1) + self.spectrum.floor
            size = self.group.problem.sum_of_squares(self.group.problem.y)
            diverged = ~(losses <= DIVERGED_FACTOR * np.maximum(first, size))
        took = (time.perf_counter() - began) / len(cells)
        rows = []
        for i, cell in enumerate(cells):
            found: dict[str, Any] = {
                "success": True,
                "status": Status.MAX_ITER,
                "nit": self.steps,
                "sse": float(losses[i]),
                "parameters": parameters[i].tolist(),
            }
            if diverged[i]:
                found |= self._diverged(starts[i], rate)
            if self.best is not None:
                found["optimality_gap"] = found["sse"] - self.best
            names = self.group.fitter.spec.model.parameters
            found["parameters"] = dict(zip(names, found["parameters"], strict=True))
            rows.append(cell.columns() | outcome(found, took))
        return rows

    def _start(self, seed: int) -> Sequence[float]:
        spec, problem = self.group.fitter.spec, self.group.problem
        if spec.initial is not None:
            return spec.initial
        if spec.start is not None:
            return read_start(load(spec.start)(problem.x, problem.y), spec.model)
        return draw_start(seed, len(spec.model.parameters))

    def _diverged(self, start: Array, rate: float) -> Row:
        """What the loop would hand back: the best step, and where the loss was no number."""
        run = Trajectory(self.spectrum, tuple(start.tolist()), rate, self.steps)
        best, at, ended = math.inf, 0, self.steps
        for block in range(0, self.steps, BLOCK):
            losses = run.losses_at(np.arange(block, min(block + BLOCK, self.steps)))
            if losses.min() < best:
                best, at = float(losses.min()), block + int(losses.argmin())
            infinite = np.flatnonzero(~np.isfinite(losses))
            if infinite.size:
                ended = block + int(infinite[0])
                break
        parameters = run.parameters_at([at])[0].tolist()
        status = {"success": False, "status": Status.DIVERGED, "nit": ended}
        return status | {"sse": best, "parameters": parameters}
