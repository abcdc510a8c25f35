"""What sinfit knows of this fitter before it runs; never imports the fitter."""

from sinfit import CUBIC, FitterSpec, Option, hookimpl

MOMENTUM = Option(
    "momentum",
    float,
    0.9,
    "The share of the last step that the next one keeps.",
    bounds=(0.0, 0.99),
)


@hookimpl
def sinfit_fitters():
    """Offer this fitter."""
    return [
        FitterSpec(
            name="heavy-ball",
            title="Heavy ball",
            summary="Each step keeps a share of the one before, so a downhill run gathers speed.",
            fitter="sinfit_heavy_ball.fitter:fit",
            model=CUBIC,
            steps=500,
            learning_rate=1e-6,
            optimizer="momentum",
            options=(MOMENTUM,),
            tutorial="tutorial.py",
        )
    ]
