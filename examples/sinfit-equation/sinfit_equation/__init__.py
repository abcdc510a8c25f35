"""An example of sinfit: a directive. `[[equation: numpy]]` is what a fitter finds, as maths."""

from sinfit import DirectiveSpec, hookimpl


@hookimpl
def sinfit_directives():
    """Offer `[[equation]]`."""
    return [DirectiveSpec(name="equation", render="sinfit_equation.directive:render")]
