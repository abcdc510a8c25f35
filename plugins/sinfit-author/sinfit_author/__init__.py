"""For authors of plugins: `sinfit new`, `sinfit check`, `sinfit doctor`, and the conformance suite.

What holds for every fitter is tried on one. In a test file of the plugin:

    from sinfit_author import parametrize_with_checks

    @parametrize_with_checks("sinfit-mine/mine")
    def test_contract(check):
        check()

From Python, or on the command line as `sinfit check numpy`:

    >>> from sinfit_author import check_fitter
    >>> check_fitter("numpy").success
    True
"""

from typing import TYPE_CHECKING

from sinfit import CommandSpec, hookimpl
from sinfit.ground.entry import lazily
from sinfit.i18n import N_

if TYPE_CHECKING:
    from sinfit_author.conformance.check import CheckFailure, NotNeeded, Outcome
    from sinfit_author.conformance.parametrizing import parametrize_with_checks
    from sinfit_author.conformance.running import MINIMUM, CheckReport, check_fitter
    from sinfit_author.conformance.subject import Subject

__all__ = [
    "MINIMUM",
    "CheckFailure",
    "CheckReport",
    "NotNeeded",
    "Outcome",
    "Subject",
    "check_fitter",
    "parametrize_with_checks",
]


@hookimpl
def sinfit_commands() -> list[CommandSpec]:
    """Offer `sinfit doctor`, `sinfit check` and `sinfit new`."""
    return [
        CommandSpec(
            name="doctor",
            summary=N_("Say all about this environment and its plugins, tracebacks included."),
            command="sinfit_author.doctor:doctor",
            order=8,
        ),
        CommandSpec(
            name="check",
            summary=N_("Try all that must hold for a fitter."),
            command="sinfit_author.check_command:check",
            order=9,
        ),
        CommandSpec(
            name="new",
            summary=N_("Write a new plugin, sinfit-NAME."),
            command="sinfit_author.new_command:new",
            order=11,
        ),
    ]


if not TYPE_CHECKING:  # NumPy is imported when a name is used, not to list the commands
    __getattr__ = lazily(
        __name__,
        {
            "MINIMUM": "conformance.running:MINIMUM",
            "CheckFailure": "conformance.check:CheckFailure",
            "CheckReport": "conformance.running:CheckReport",
            "NotNeeded": "conformance.check:NotNeeded",
            "Outcome": "conformance.check:Outcome",
            "Subject": "conformance.subject:Subject",
            "check_fitter": "conformance.running:check_fitter",
            "parametrize_with_checks": "conformance.parametrizing:parametrize_with_checks",
        },
    )
