"""Models of one's own: functions that are linear in their parameters, written as for SciPy.

The columns of such a model are what it gives for (1, 0, 0, …), (0, 1, 0, …), and so on. Whether it
is linear is tried where that must show: at other parameters and at the x that are fitted.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sinfit import CUBIC, Model, polynomial
from sinfit.errors import DataError, UsageError, one_line, shown
from sinfit.theory.spectrum import triangle_of

from sinfit_exact.i18n import _

LIKELY = 1e-9  # of the terms: rounding is a millionth of it, and what bends is far more
NAMED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
RANK = 1e-12  # a column shorter than this, relative to its length before, depends on the others


def model_of(degree: int, model: Any = None) -> Model:
    """The polynomial of a degree, or the model of a function.

    Examples:
        >>> import sinfit
        >>> x = np.linspace(0, 3, 20)
        >>> def wave(x, a, b):
        ...     return a * np.sin(x) + b
        >>> result = sinfit.fit("lstsq", x, 2 * np.sin(x) + 1, model=wave)
        >>> {name: round(value, 9) for name, value in result.parameters.items()}
        {'a': 2.0, 'b': 1.0}

    Args:
        degree: The degree; another than 3 goes without a model.
        model: A function of x, shape (n,), and of p numbers; or a `Model` with a basis.

    Raises:
        UsageError: The model is neither, has no basis, or a degree is given as well.
    """
    if model is None:
        return polynomial(degree)
    if degree != CUBIC.degree:
        raise UsageError(_("degree is that of a polynomial, and goes without model."))
    if isinstance(model, Model):
        if model.basis is None:
            says = _("model {name} has no basis, so it is not linear in its parameters.")
            raise UsageError(says.format(name=model.name))
        return model
    names = _parameters(model)
    name = getattr(model, "__name__", "")
    name = name if name.isidentifier() else "model"  # a lambda has none
    curve = Curve(model, len(names))
    return Model(
        name=name,
        parameters=names,
        formula=f"{name}(x, {', '.join(names)})",
        latex=rf"\mathrm{{{name}}}(x, {', '.join(names)})".replace("_", r"\_"),
        result=f"{name}(x, {', '.join(f'{each}={{{each}}}' for each in names)})",
        predict=curve.predict,
        basis=curve.basis,
    )


@dataclass(frozen=True)
class Curve:
    """A function f(x, a, b, …) of one's own, with p parameters."""

    function: Callable[..., Any]
    size: int

    def predict(self, x: Any, parameters: Any) -> Any:
        """F at x, of x's shape.

        Raises:
            UsageError: The function raises, or gives another shape.
        """
        try:
            y = np.asarray(self.function(x, *map(float, parameters)), dtype=np.float64)
            return np.broadcast_to(y, np.shape(x))
        except Exception as error:  # whatever a foreign function raises
            says = _("the model cannot be computed at x of shape {shape}: {error}.")
            text = says.format(shape=np.shape(x), error=one_line(error))
            raise UsageError(text) from error

    def basis(self, x: Any) -> tuple[Any, ...]:
        """The p columns at x, each of x's shape.

        Raises:
            UsageError: The function is not linear in its parameters there.
        """
        columns = tuple(self.predict(x, unit) for unit in np.eye(self.size))
        for scale in (0.0, 0.7, -30.0):  # no power of one is another
            parameters = scale * np.sqrt(1.0 + np.arange(self.size))
            terms = [each * column for each, column in zip(parameters, columns, strict=True)]
            off = np.abs(self.predict(x, parameters) - sum(terms))
            if (off > LIKELY * sum(map(np.abs, terms))).any():  # not where it is NaN
                says = _(
                    "the model is not linear in its parameters, so least squares have no formula: "
                    "at ({parameters}) it is not the sum of what each parameter brings. A fixed "
                    "term is to be subtracted from y."
                )
                numbers = ", ".join(f"{each:.3g}" for each in parameters)
                raise UsageError(says.format(parameters=numbers))
        return columns


def best_of(columns: Sequence[Any], y: Any) -> tuple[float, ...]:
    """The parameters with the least sum of squared errors.

    Args:
        columns: What the p parameters are multiplied by, each of shape (n,).
        y: What is fitted, of shape (n,).

    Raises:
        DataError: A column is made of the others, so that many parameters are best.
    """
    triangle = triangle_of([*columns, y])
    matrix, target = triangle[:-1, :-1], triangle[:-1, -1]
    lengths = np.sqrt(np.square(matrix).sum(axis=0))
    dependent = np.flatnonzero(np.abs(matrix.diagonal()) <= RANK * lengths)
    if dependent.size:
        says = _(
            "the points do not determine the model: at these x, what parameter {number} of {count} "
            "brings is made of what those before it do, or is nothing."
        )
        raise DataError(says.format(number=dependent[0] + 1, count=len(columns)))
    solution = np.linalg.solve(matrix / lengths, target) / lengths
    return tuple(solution.tolist())


def _parameters(model: Any) -> tuple[str, ...]:
    """The names of a function's parameters after x."""
    try:
        _x, *parameters = inspect.signature(model).parameters.values()
        if not parameters or any(each.kind not in NAMED for each in parameters):
            raise TypeError
    except (TypeError, ValueError) as error:
        says = _("model is a function f(x, a, b, …) with a name for each parameter, not {given}.")
        raise UsageError(says.format(given=shown(model)[:80])) from error
    return tuple(each.name for each in parameters)
