"""What statisticians ask of a fit: errors, intervals, bands, information criteria, a summary.

All of it holds for independent errors in y, of one variance or as the weights say, at the
least-squares fit of a model that is linear in its parameters; far from there it warns. The words
and the formulas are those of statsmodels' `OLS` and `WLS` (Seber and Lee, Linear Regression
Analysis, 3 to 5, 10). Where sigma is absolute nothing is estimated: the quantiles are the normal
distribution's, and the likelihood is that of these sigma.

The columns of a polynomial are those of Legendre polynomials of x scaled to [-1, 1], which are
nearly orthogonal there: in powers of x, degree 10 would leave no digit.
"""

from __future__ import annotations

import math
import warnings
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from rich.cells import cell_len
from sinfit.contract.models import Powers
from sinfit.errors import OptimalityWarning, UsageError
from sinfit.fitting.arguments import positive
from sinfit.ground.arrays import Array, real_numbers
from sinfit.ground.optional import needing
from sinfit.theory.best import ScaledLegendre
from sinfit.theory.spectrum import triangle_of

from sinfit_exact.i18n import _
from sinfit_exact.refinement import residuals

Edges = tuple[Array, Array]


class Summary(str):
    """A text that a notebook shows in a fixed width."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self)}</pre>"


class Statistics:
    """The statistics of a result, each computed when it is asked for.

    Args:
        result: The result.
    """

    def __init__(self, result: Any) -> None:
        self.result = result
        self.n, self.p = result.problem.count, len(result.parameters)
        self.freedom = self.n - self.p  # degrees of it

    @cached_property
    def sse(self) -> float:
        """The sum of squared errors; of a polynomial with the digits that its powers would cost."""
        problem, model = self.result.problem, self.result.model
        if not isinstance(model.basis, Powers):
            return float(self.result.sse)
        with np.errstate(over="ignore", invalid="ignore"):
            left = residuals(problem.x, problem.y, [*self.result.parameters.values()])
            return float(problem.sum_of_squares(left))

    @property
    def variance(self) -> float:
        """The variance of a y of weight 1: sse / (n - p), or 1 where sigma is absolute."""
        return 1.0 if self.result.problem.absolute else self.sse / self.freedom

    @cached_property
    def logs_of_weights(self) -> float | None:
        """The sum of the logarithms of the weights above 0; None without weights."""
        problem = self.result.problem
        if problem.stands_for is not None:
            return problem.stands_for[1]
        weights = problem.weights
        return None if weights is None else float(np.log(weights[weights > 0]).sum())

    @cached_property
    def distance(self) -> float | None:
        """How many standard errors the parameters are from the best ones; None if that is open."""
        gap = self.result.optimality_gap
        if gap is None or self.result.model.basis is None or self.freedom <= 0:
            return None
        # at a distance δ from the optimum the gap is δᵀXᵀXδ, so no parameter is further from it
        # than the root of gap/σ² standard errors, and some combination of them is as far
        return math.sqrt(gap / self.variance) if gap > 0 < self.variance else 0.0

    def check(self) -> None:
        """Warn if the fit is further from the optimum than a standard error; of its own caller."""
        if self.distance is not None and self.distance > 1:
            warnings.warn(self._far(), OptimalityWarning, stacklevel=4)

    def _far(self) -> str:
        return _(
            "the fit is {distance:.3g} standard errors away from the optimum (its loss is "
            "{gap:.4g} above it): errors, intervals and criteria hold there, not here. "
            "Make more steps, or use 'lstsq'."
        ).format(distance=self.distance, gap=self.result.optimality_gap)

    @cached_property
    def factor(self) -> tuple[Any, Array, Array] | None:
        """Columns C(x), R⁻¹ of their triangle, and T R⁻¹ for parameters T times those of C."""
        problem, model = self.result.problem, self.result.model
        if model.basis is None or self.freedom <= 0:
            return None
        columns, to_parameters = model.basis, np.eye(self.p)
        if isinstance(model.basis, Powers):
            scaled = ScaledLegendre.of(problem.x, model.basis.degree)
            columns, to_parameters = scaled.columns, scaled.powers
        rows = [np.broadcast_to(c * problem.roots, problem.x.shape) for c in columns(problem.x)]
        try:
            inverse = np.linalg.inv(triangle_of(rows))
        except np.linalg.LinAlgError:  # one column is made of the others
            return None
        return columns, inverse, to_parameters @ inverse

    def covariance(self) -> Array | None:
        """σ² (XᵀWX)⁻¹, of shape (p, p)."""
        if self.factor is None:
            return None
        self.check()
        covariance = self.variance * self.factor[2] @ self.factor[2].T
        covariance.setflags(write=False)
        return covariance

    def errors(self) -> dict[str, float] | None:
        """The standard error of each parameter, by name."""
        if self.factor is None:
            return None
        self.check()
        return self._errors()

    def _errors(self) -> dict[str, float]:
        lengths = np.sqrt(self.variance * np.square(self.factor[2]).sum(axis=1))
        return dict(zip(self.result.parameters, lengths.tolist(), strict=True))

    def intervals(self, level: float) -> dict[str, tuple[float, float]] | None:
        """The confidence interval of each parameter, by name."""
        if self.factor is None:
            return None
        self.check()
        return self._intervals(level)

    def _intervals(self, level: float) -> dict[str, tuple[float, float]]:
        reach, errors = self._quantile(level), self._errors()
        return {
            name: (value - reach * errors[name], value + reach * errors[name])
            for name, value in self.result.parameters.items()
        }

    def _quantile(self, level: float) -> float:
        """How many standard errors an interval of this level reaches to either side."""
        if positive("level", level) >= 1:
            raise UsageError(
                _("level must lie between 0 and 1, such as 0.95, not {value}.").format(value=level)
            )
        with needing("scipy", "stats"):
            from scipy.special import ndtri, stdtrit
        if self.result.problem.absolute:
            return float(ndtri((1 + level) / 2))
        return float(stdtrit(self.freedom, (1 + level) / 2))

    def band(self, x: ArrayLike, level: float, weights: ArrayLike | None = None) -> Edges | None:
        """The edges of a band around the curve, or around new points of these weights."""
        if self.factor is None:
            return None
        self.check()
        x, (columns, inverse, _to_parameters) = real_numbers("x", x), self.factor
        rows = np.stack([np.broadcast_to(column, x.shape) for column in columns(x)])  # (p, …)
        variance = self.variance * np.square(np.tensordot(inverse.T, rows, axes=1)).sum(axis=0)
        if weights is not None:
            variance = variance + self.variance / real_numbers("weights", weights)
        middle, reach = self.result.predict(x), self._quantile(level) * np.sqrt(variance)
        return np.asarray(middle - reach), np.asarray(middle + reach)

    def criterion(self, factor: float) -> float:
        """An information criterion: so much for each parameter, minus twice the likelihood."""
        self.check()
        return self._criterion(factor)

    def _criterion(self, factor: float) -> float:
        problem, sse = self.result.problem, self.sse
        if not (sse > 0 or problem.absolute):  # nothing is left over: as likely as can be
            return -math.inf
        logs = self.logs_of_weights or 0.0
        n = self.n
        estimated = n * (math.log(2 * math.pi * sse / n) + 1) if not problem.absolute else None
        known = n * math.log(2 * math.pi) + sse
        return factor * self.p - logs + (known if estimated is None else estimated)

    def summary(self, level: float) -> Summary:
        """The parameters with their errors and intervals, and how good the fit is, as a text."""
        self.check()
        result = self.result
        weighted = _("weighted, with absolute sigma") if result.problem.absolute else _("weighted")
        aic, bic = self._criterion(2), self._criterion(math.log(self.n))
        lines = [
            f"{result.title} ({result.fitter})",
            f"y = {result.model.formula}",
            "",
            _("points {n}, parameters {p}, degrees of freedom {df}").format(
                n=self.n, p=self.p, df=self.freedom
            ),
            *([] if self.logs_of_weights is None else [weighted]),
            f"sse {result.sse:.6g}, rmse {result.rmse:.6g}, R² {result.rsquared:.6f}",
            f"AIC {aic:.6g}, BIC {bic:.6g}",
            f"{result.status}: {result.message}",
            *([self._far()] if self.distance is not None and self.distance > 1 else []),
            "",
            *(self._without_errors() if self.factor is None else self._table(level)),
        ]
        return Summary("\n".join(lines))

    def _table(self, level: float) -> list[str]:
        found, errors = self._intervals(level), self._errors()
        low, high = f"{(1 - level) / 2:.4g}", f"{(1 + level) / 2:.4g}"
        heads = (_("estimate"), _("std. error"), "t", low, high)
        lines = [" " * 8 + "".join(" " * (14 - cell_len(head)) + head for head in heads)]
        for name, value in self.result.parameters.items():
            t = value / errors[name] if errors[name] else math.copysign(math.inf, value)
            numbers = (value, errors[name], t, *found[name])
            lines.append(f"{name:<8}" + "".join(f"{number:>14.6g}" for number in numbers))
        return lines

    def _without_errors(self) -> list[str]:
        lines = [f"{name:<8}{value:>14.6g}" for name, value in self.result.parameters.items()]
        why = _("No standard errors: the model is not linear, or the points do not determine it.")
        return [*lines, why]
