"""Stage 5 of sinfit: nn."""

from sinfit import CUBIC, TORCH_OPTIONS, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer this stage's fitter."""
    return [
        FitterSpec(
            name="nn",
            order=5,
            title="Layers from nn",
            summary="A linear layer holds the parameters; the update is still by hand.",
            fitter="sinfit_nn.fitter:fit",
            model=CUBIC,
            steps=2000,
            learning_rate=1e-6,
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
            tutorial="tutorial.py",
        )
    ]
