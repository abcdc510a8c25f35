"""Stage 3 of sinfit: tensors and autograd."""

from sinfit import CUBIC, TORCH_OPTIONS, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer this stage's fitter."""
    return [
        FitterSpec(
            name="autograd",
            order=3,
            title="Tensors and autograd",
            summary="One call of backward() works out all the gradients.",
            fitter="sinfit_autograd.fitter:fit",
            model=CUBIC,
            steps=2000,
            learning_rate=1e-6,
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
            tutorial="tutorial.py",
        )
    ]
