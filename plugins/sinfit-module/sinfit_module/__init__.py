"""Stage 7 of sinfit: an nn.Module of your own."""

from sinfit import CUBIC, TORCH_OPTIONS, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer this stage's fitter."""
    return [
        FitterSpec(
            name="module",
            order=7,
            title="An nn.Module of your own",
            summary="The model is a class with four parameters and a forward pass.",
            fitter="sinfit_module.fitter:fit",
            model=CUBIC,
            steps=2000,
            learning_rate=1e-6,
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
            tutorial="tutorial.py",
        )
    ]
