"""The plugin of the host's own: its targets, and Korean and Chinese."""

import math

from sinfit.contract.hookspecs import hookimpl
from sinfit.contract.specs import LanguageSpec, TargetSpec
from sinfit.i18n import BUILT_IN, LANGUAGES


@hookimpl
def sinfit_targets() -> list[TargetSpec]:
    """Offer sin, cos and exp, each on the interval that the tutorials use."""
    circle = (-math.pi, math.pi)  # radians
    return [
        TargetSpec(name="sin", title="sin(x)", function="numpy:sin", interval=circle),
        TargetSpec(name="cos", title="cos(x)", function="numpy:cos", interval=circle),
        TargetSpec(name="exp", title="exp(x)", function="numpy:exp", interval=(-1.0, 1.0)),
    ]


@hookimpl
def sinfit_languages() -> list[LanguageSpec]:
    """Offer the languages whose catalogs are in each package."""
    return [LanguageSpec(**vars(LANGUAGES[code])) for code in BUILT_IN if code != "en"]
