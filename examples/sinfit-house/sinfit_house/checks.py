"""The rules of the house, each a function that raises if a fitter does not keep it."""

import inspect

from sinfit_author import CheckFailure

LONGEST = 40  # beside it a row of `sinfit list` has the name, the summary and the package


def short_title(subject):
    """The title has at most 40 letters."""
    title = subject.fitter.spec.title
    if len(title) > LONGEST:
        raise CheckFailure(f"the title {title!r} has {len(title)} letters")


def says_what_it_yields(subject):
    """The docstring of the program says what it yields."""
    if "yields" not in (inspect.getdoc(subject.fitter.load()) or "").lower():
        raise CheckFailure("the docstring of the program does not say what it yields")
