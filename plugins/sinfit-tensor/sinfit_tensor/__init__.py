"""Stage 2 of sinfit: tensors, by hand."""

from sinfit import CUBIC, TORCH_OPTIONS, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer this stage's fitter."""
    return [
        FitterSpec(
            name="tensor",
            order=2,
            title="Tensors, by hand",
            summary="The same program on tensors, which can live on a GPU.",
            fitter="sinfit_tensor.fitter:fit",
            model=CUBIC,
            steps=2000,
            learning_rate=1e-6,
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
            tutorial="tutorial.py",
        )
    ]
