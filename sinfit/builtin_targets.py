"""The plugin of the host's own: the targets that can be fitted by name."""

import math

from sinfit.hookspecs import hookimpl
from sinfit.specs import TargetSpec


@hookimpl
def sinfit_targets() -> list[TargetSpec]:
    """Offer sin, cos and exp, each on the interval that the tutorials use."""
    circle = (-math.pi, math.pi)  # radians
    return [
        TargetSpec(name="sin", title="sin(x)", function="numpy:sin", interval=circle),
        TargetSpec(name="cos", title="cos(x)", function="numpy:cos", interval=circle),
        TargetSpec(name="exp", title="exp(x)", function="numpy:exp", interval=(-1.0, 1.0)),
    ]
