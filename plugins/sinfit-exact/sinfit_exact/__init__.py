"""The best cubic, plain gradient descent in closed form, and its map over learning rates."""

from sinfit import CUBIC, CommandSpec, FitterSpec, Option, hookimpl
from sinfit.contract.models import MOST_DEGREE
from sinfit.i18n import N_

DEGREE = Option(
    "degree",
    int,
    3,
    N_("The highest power of x in the polynomial."),
    bounds=(1, MOST_DEGREE),
)
SHARED = {
    "model": CUBIC,
    "model_of": "sinfit_exact.own_model:model_of",
    "linear": True,
    "options": (DEGREE,),
    "weighted": True,
    "api_version": 2,
}


@hookimpl
def sinfit_fitters():
    """Offer the two fitters that know the answer."""
    return [
        FitterSpec(
            name="lstsq",
            order=9,
            title=N_("Least squares"),
            summary=N_("The best cubic, computed in one step: no cubic has a smaller loss."),
            fitter="sinfit_exact.lstsq:fit",
            steps=100,  # at most: it is done after the first
            learning_rate=1e-6,
            optimizer="lstsq",
            unused=(
                *("steps", "learning_rate", "seed", "initial"),
                *("tolerance", "patience", "record_every"),
            ),
            print_every=1,
            **SHARED,
        ),
        FitterSpec(
            name="exact",
            order=10,
            title=N_("Gradient descent, solved"),
            summary=N_("The whole loss history of plain gradient descent, from a formula."),
            fitter="sinfit_exact.exact:fit",
            steps=2000,
            learning_rate=1e-6,
            **SHARED,
        ),
    ]


@hookimpl
def sinfit_commands():
    """Offer `sinfit map`."""
    return [
        CommandSpec(
            name="map",
            summary=N_("Show the final loss of plain gradient descent over the learning rate."),
            command="sinfit_exact.map:map_",
            order=7,
        )
    ]
