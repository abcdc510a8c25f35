"""Stage 1 of sinfit: NumPy, by hand."""

from sinfit import CUBIC, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer this stage's fitter."""
    return [
        FitterSpec(
            name="numpy",
            order=1,
            title="NumPy, by hand",
            summary="The prediction, the loss and its gradients, written out on arrays.",
            fitter="sinfit_numpy.fitter:fit",
            model=CUBIC,
            steps=2000,
            learning_rate=1e-6,
            tutorial="tutorial.py",
        )
    ]
