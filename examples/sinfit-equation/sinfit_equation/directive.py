"""What `[[equation: numpy]]` becomes: the equation of a fit that is made with the page."""

import sinfit


def render(page, argument):
    """The equation in LaTeX, which the page shows as mathematics.

    Args:
        page: The page, a `sinfit_site.model.Page`.
        argument: A fitter's name; on the page of a fitter it may be left out.
    """
    name = argument or page.stage().spec.name
    # made once for all languages and builds, until a program changes
    return page.kept(f"equation/{name}", lambda: equation(name), page.site.code)


def equation(name):
    """Fit with the defaults, from the start of seed 0, and write what was found."""
    inline = sinfit.fit(name, seed=0)._repr_latex_()  # $…$, as Jupyter shows a result
    return f"${inline}$"
