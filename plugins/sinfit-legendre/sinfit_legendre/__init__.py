"""Stage 4 of sinfit: an autograd Function of your own."""

from sinfit import TORCH_OPTIONS, FitterSpec, Model, hookimpl


def predict(x, parameters):
    """Predict y = a + b P₃(c + d x), P₃(z) = (5 z³ - 3 z) / 2; x, y have shape (n,)."""
    a, b, c, d = parameters
    z = c + d * x
    return a + b * (5 * z**3 - 3 * z) / 2


def coefficients(parameters):
    """The same curve as a cubic: its coefficients in ascending powers of x."""
    a, b, c, d = map(float, parameters)
    return (
        a + b * (5 * c**3 - 3 * c) / 2,
        b * d * (15 * c**2 - 3) / 2,
        b * d**2 * 15 * c / 2,
        b * d**3 * 5 / 2,
    )


LEGENDRE = Model(
    name="legendre",
    parameters=("a", "b", "c", "d"),
    formula="a + b P3(c + d x)",
    latex="a + b P_3(c + d x)",
    result="{a} + {b} * P3({c} + {d} x)",
    predict=predict,
    coefficients=coefficients,
    degree=3,
)


@hookimpl
def sinfit_fitters():
    """Offer this stage's fitter."""
    return [
        FitterSpec(
            name="legendre",
            order=4,
            title="An autograd Function of your own",
            summary="A Legendre polynomial brings its own forward and backward pass.",
            fitter="sinfit_legendre.fitter:fit",
            model=LEGENDRE,
            steps=2000,
            learning_rate=5e-6,
            initial=(0.0, -1.0, 0.0, 0.3),
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
            tutorial="tutorial.py",
        )
    ]
