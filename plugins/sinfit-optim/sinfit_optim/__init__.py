"""Stage 6 of sinfit: optim."""

from sinfit import CUBIC, TORCH_OPTIONS, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer this stage's fitter."""
    return [
        FitterSpec(
            name="optim",
            order=6,
            title="An optimizer from optim",
            summary="RMSprop takes the update over, with a step size for each parameter.",
            fitter="sinfit_optim.fitter:fit",
            model=CUBIC,
            steps=2000,
            learning_rate=1e-3,
            optimizer="rmsprop",
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
            tutorial="tutorial.py",
        )
    ]
