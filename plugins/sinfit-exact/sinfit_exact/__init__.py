"""The best cubic, and plain gradient descent in closed form."""

from sinfit import CUBIC, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer the two fitters that know the answer."""
    return [
        FitterSpec(
            name="lstsq",
            order=9,
            title="Least squares",
            summary="The best cubic, computed in one step: no cubic has a smaller loss.",
            fitter="sinfit_exact.lstsq:fit",
            model=CUBIC,
            steps=100,  # at most: it is done after the first
            learning_rate=1e-6,
            optimizer="lstsq",
            print_every=1,
        ),
        FitterSpec(
            name="exact",
            order=10,
            title="Gradient descent, solved",
            summary="The whole loss history of plain gradient descent, from a formula.",
            fitter="sinfit_exact.exact:fit",
            model=CUBIC,
            steps=2000,
            learning_rate=1e-6,
        ),
    ]
