"""The model: a net with one hidden layer, written without PyTorch.

sinfit needs to know three things of a model: what its parameters are called, in a fixed order; how
it is written; and what it predicts. There are no coefficients and there is no degree, so sinfit
shows neither a polynomial nor a gap to the best one.
"""

from sinfit import Model

UNITS = 4
NAMES = (
    *(f"w{i}" for i in range(1, UNITS + 1)),  # from x to the units
    *(f"b{i}" for i in range(1, UNITS + 1)),
    *(f"v{i}" for i in range(1, UNITS + 1)),  # from the units to y
    "c",
)


def predict(x, parameters):
    """The sum over the units of v tanh(w x + b), and c; x of any shape gives y of that shape."""
    import numpy as np  # here, so that `sinfit list` need not wait for it

    *weights, c = parameters
    w, b, v = np.reshape(weights, (3, UNITS))
    return np.tanh(np.multiply.outer(x, w) + b) @ v + c  # (n, UNITS) @ (UNITS,)


def written(unit):
    """The formula, each unit written by a function of its number."""
    return " + ".join([*(unit(i) for i in range(1, UNITS + 1)), "{c}"])


NET = Model(
    name="sine-net",
    parameters=NAMES,
    formula=written(lambda i: f"v{i} tanh(w{i} x + b{i})").format(c="c"),
    latex=rf"\sum_{{i=1}}^{{{UNITS}}} v_i \tanh(w_i x + b_i) + c",
    result=written(lambda i: f"{{v{i}}} tanh({{w{i}}} x + {{b{i}}})"),
    predict=predict,
)
