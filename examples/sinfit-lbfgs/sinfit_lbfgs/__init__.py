"""An example of sinfit: an optimizer whose step asks for the loss again."""

from sinfit import CUBIC, TORCH_OPTIONS, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    """Offer the fitter."""
    return [
        FitterSpec(
            name="lbfgs",
            title="L-BFGS",
            summary="Learns the curvature from its own steps, and arrives in a handful of them.",
            fitter="sinfit_lbfgs.fitter:fit",
            model=CUBIC,
            steps=50,
            learning_rate=1.0,
            optimizer="lbfgs",
            print_every=1,
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
        )
    ]
