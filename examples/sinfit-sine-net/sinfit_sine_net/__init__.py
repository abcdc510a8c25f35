"""An example of sinfit: a model that is no polynomial."""

from sinfit import TORCH_OPTIONS, FitterSpec, hookimpl
from sinfit_sine_net.model import NET


@hookimpl
def sinfit_fitters():
    """Offer the fitter."""
    return [
        FitterSpec(
            name="sine-net",
            title="A small neural net",
            summary="Four tanh units bend into the sine, closer than any cubic comes.",
            fitter="sinfit_sine_net.fitter:fit",
            model=NET,
            steps=2000,
            learning_rate=0.02,
            optimizer="adam",
            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
        )
    ]
