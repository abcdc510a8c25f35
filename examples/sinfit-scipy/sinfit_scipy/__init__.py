"""An example of sinfit: a fitter with something more to say than its parameters."""

from sinfit import CUBIC, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer the fitter."""
    return [
        FitterSpec(
            name="scipy",
            title="SciPy's curve_fit",
            summary="Levenberg-Marquardt in one call, and how sure it is of every parameter.",
            fitter="sinfit_scipy.fitter:fit",
            model=CUBIC,
            steps=1,
            learning_rate=1.0,
            optimizer="levenberg-marquardt",
            print_every=1,
            requires=("scipy>=1.12",),
        )
    ]
