"""Model: what the parameters of a fitter mean.

A model is data and three small functions: its parameters' names, its formula as text and as LaTeX,
the prediction, and, where it has them, the design matrix and the coefficients in ascending powers.
Nothing here imports NumPy: the functions use only the operators of the arrays they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, repeat
from operator import add, mul
from typing import Any

Parameters = Sequence[float]
MOST_DEGREE = 25  # a letter for each coefficient


@dataclass(frozen=True)
class Model:
    """What the parameters of a fitter mean.

    Attributes:
        name: A short name, such as `cubic`.
        parameters: The parameters' names, such as `("a", "b", "c", "d")`; p of them.
        formula: The formula as plain text, such as `a + b x + c x^2 + d x^3`.
        latex: The formula as LaTeX, the part right of `y =`.
        result: The printed form, a format string over the parameters' names, the part right of
            `y =` in the tutorial's `Result:` line.
        predict: `predict(x, parameters)` with x of shape (n,) gives y of shape (n,).
        coefficients: `coefficients(parameters)` gives the coefficients in ascending powers of x,
            or None if the model is no polynomial.
        basis: `basis(x)` gives the p columns, each of shape (n,), that the parameters multiply,
            or None if the model is not linear in its parameters.
        degree: The degree of the polynomial that the optimality gap is measured against, or None.
    """

    name: str
    parameters: tuple[str, ...]
    formula: str
    latex: str
    result: str
    predict: Callable[[Any, Parameters], Any] = field(repr=False)
    coefficients: Callable[[Parameters], tuple[float, ...]] | None = field(default=None, repr=False)
    basis: Callable[[Any], tuple[Any, ...]] | None = field(default=None, repr=False)
    degree: int | None = None

    def equation(self, parameters: Parameters) -> str:
        """The fitted equation in the tutorial's form.

        Examples:
            >>> CUBIC.equation((0.0, 0.5, 0.0, -0.25))
            'y = 0.0 + 0.5 x + 0.0 x^2 + -0.25 x^3'
        """
        named = dict(zip(self.parameters, map(float, parameters), strict=True))
        return "y = " + self.result.format(**named)


def polynomial(degree: int) -> Model:
    """A polynomial with one parameter for each power: a + b x + c x^2 and so on.

    Examples:
        >>> polynomial(2).formula
        'a + b x + c x^2'

    Args:
        degree: The highest power, 0 to 25.
    """
    names = tuple("abcdefghijklmnopqrstuvwxyz"[: degree + 1])
    powers = ["", " x", *(f" x^{k}" for k in range(2, degree + 1))][: degree + 1]
    formula = " + ".join(map(add, names, powers))
    return Model(
        name={1: "line", 2: "parabola", 3: "cubic"}.get(degree, f"polynomial{degree}"),
        parameters=names,
        formula=formula,
        latex=formula,
        result=" + ".join(f"{{{n}}}{p}" for n, p in zip(names, powers, strict=True)),
        predict=_horner,
        coefficients=tuple,
        basis=Powers(degree),
        degree=degree,
    )


# of the module, not of the call: a model must be able to travel to another process
def _horner(x: Any, parameters: Parameters) -> Any:
    y = 0 * x
    for coefficient in reversed(parameters):  # Horner's rule
        y = y * x + coefficient
    return y


@dataclass(frozen=True)
class Powers:
    """The columns 1, x, x², …: the basis of a polynomial of this degree."""

    degree: int

    def __call__(self, x: Any) -> tuple[Any, ...]:
        """All of them at x."""
        # x**3 takes ten times as long as a product
        return tuple(accumulate(repeat(x, self.degree), mul, initial=x**0))


CUBIC = polynomial(3)
"""y = a + b x + c x² + d x³, the model of most stages."""
