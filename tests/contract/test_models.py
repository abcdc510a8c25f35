"""Model and polynomial(): names, formulas, curves and columns belong together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinfit import CUBIC, polynomial


@pytest.mark.parametrize(
    ("degree", "name", "formula"),
    [
        (0, "polynomial0", "a"),
        (1, "line", "a + b x"),
        (2, "parabola", "a + b x + c x^2"),
        (3, "cubic", "a + b x + c x^2 + d x^3"),
        (4, "polynomial4", "a + b x + c x^2 + d x^3 + e x^4"),
    ],
)
def test_a_polynomial_is_named_after_its_degree(degree, name, formula):
    model = polynomial(degree)
    assert (model.name, model.formula, model.latex, model.degree) == (
        name,
        formula,
        formula,
        degree,
    )
    assert len(model.parameters) == degree + 1


@given(coefficients=st.lists(st.floats(-5, 5), min_size=1, max_size=8))
def test_prediction_columns_and_coefficients_are_one_curve(coefficients):
    model = polynomial(len(coefficients) - 1)
    x = np.linspace(-2, 2, 7)
    curve = np.polynomial.Polynomial(coefficients)(x)
    np.testing.assert_allclose(model.predict(x, coefficients), curve, atol=1e-11)
    columns = np.stack(np.broadcast_arrays(*model.basis(x)), axis=1)
    np.testing.assert_allclose(columns @ np.array(coefficients), curve, atol=1e-11)
    assert model.coefficients(coefficients) == tuple(coefficients)


def test_the_equation_is_printed_in_the_tutorials_form_with_all_digits():
    assert CUBIC.equation((0.1, -2.0, 1e-7, 1 / 3)) == (
        "y = 0.1 + -2.0 x + 1e-07 x^2 + 0.3333333333333333 x^3"
    )


def test_an_equation_needs_as_many_numbers_as_parameters():
    with pytest.raises(ValueError, match="argument"):
        CUBIC.equation((1.0, 2.0))
