"""Stage 8 of sinfit: control flow and weight sharing."""

from sinfit import CUBIC, TORCH_OPTIONS, FitterSpec, Model, hookimpl


def coefficients(parameters):
    """The mean of the three equally likely polynomials, in ascending powers of x.

    A step adds no term, e x⁴, or e x⁴ + e x⁵: x⁴ in two cases of three, x⁵ in one.
    """
    a, b, c, d, e = map(float, parameters)
    return a, b, c, d, 2 * e / 3, e / 3


def predict(x, parameters):
    """The mean prediction over the draws; x of shape (n,) gives y of shape (n,)."""
    a, b, c, d, e4, e5 = coefficients(parameters)
    return CUBIC.predict(x, (a, b, c, d)) + x**4 * (e4 + e5 * x)


DYNAMIC = Model(
    name="dynamic",
    parameters=("a", "b", "c", "d", "e"),
    formula="a + b x + c x^2 + d x^3 + e x^4 ? + e x^5 ?",
    latex="a + b x + c x^2 + d x^3 + e x^4\\,? + e x^5\\,?",
    result="{a} + {b} x + {c} x^2 + {d} x^3 + {e} x^4 ? + {e} x^5 ?",
    predict=predict,
    coefficients=coefficients,
    degree=3,
)


@hookimpl
def sinfit_fitters():
    """Offer this stage's fitter."""
    return [
        FitterSpec(
            name="dynamic",
            order=8,
            title="Control flow and weight sharing",
            summary="Every step draws which powers of x to add; they share one weight.",
            fitter="sinfit_dynamic.fitter:fit",
            model=DYNAMIC,
            steps=30000,
            learning_rate=1e-8,
            optimizer="sgd-momentum",
            draws=True,
            print_every=2000,
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
            tutorial="tutorial.py",
        )
    ]
