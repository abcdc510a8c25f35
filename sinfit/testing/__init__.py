"""Conformance checks for plugin authors: what holds for every fitter, tried on one.

In a test file of the plugin:

    from sinfit.testing import parametrize_with_checks

    @parametrize_with_checks("sinfit-mine/mine")
    def test_contract(check):
        check()

From Python, or on the command line as `sinfit check numpy`:

    >>> from sinfit.testing import check_fitter
    >>> check_fitter("numpy").success
    True
"""

from sinfit.testing.check import CheckFailure, Outcome
from sinfit.testing.parametrizing import parametrize_with_checks
from sinfit.testing.running import MINIMUM, CheckReport, check_fitter

__all__ = [
    "MINIMUM",
    "CheckFailure",
    "CheckReport",
    "Outcome",
    "check_fitter",
    "parametrize_with_checks",
]
