"""An example of sinfit: two checks of a house style, for `sinfit check`."""

from sinfit import CheckSpec, hookimpl


@hookimpl
def sinfit_checks():
    """Offer the rules of the house."""
    return [
        CheckSpec(
            name="short-title",
            title="The title has at most 40 letters.",
            check="sinfit_house.checks:short_title",
        ),
        CheckSpec(
            name="says-what-it-yields",
            title="The docstring of the program says what it yields.",
            check="sinfit_house.checks:says_what_it_yields",
        ),
    ]
