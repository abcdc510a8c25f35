"""parametrize_with_checks(): the checks of a fitter as the tests of a pytest file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sinfit.fitting.fit import Fitter, fitters
from sinfit.registry.plugins import quietly

from sinfit_author.conformance.check import Check, NotNeeded
from sinfit_author.conformance.running import all_checks
from sinfit_author.conformance.subject import Subject

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True)
class CheckOfFitter:
    """A check and the fitter to try it on; calling it raises if it does not hold."""

    check: Check
    subject: Subject

    def __call__(self) -> None:
        """Try it, or skip the test if it does not apply.

        Raises:
            CheckFailure: It does not hold; the message says what was seen instead.
        """
        import pytest

        __tracebackhide__ = True
        try:
            self.check.run(self.subject)
        except NotNeeded:
            pytest.skip(f"{self.check.name}: not needed")


def parametrize_with_checks(*names: str | Fitter) -> pytest.MarkDecorator:
    """Make a test of every check that applies to a fitter.

        @parametrize_with_checks("sinfit-mine/mine")
        def test_contract(check):
            check()

    Args:
        *names: The fitters, by name or by `distribution/name`.

    Returns:
        A decorator for a test function with one argument, `check`.

    Raises:
        UsageError: No fitter is named, or none of this name is installed; `sinfit doctor` says
            why.
    """
    import pytest
    from sinfit.errors import UsageError

    from sinfit_author.i18n import _

    if not names:
        raise UsageError(_("parametrize_with_checks needs a fitter's name."))
    found = [name if isinstance(name, Fitter) else quietly(fitters)[name] for name in names]
    company, answers = tuple(fitter.id for fitter in found), dict[Any, Any]()
    cases = [
        pytest.param(
            CheckOfFitter(check, subject),
            id=check.name if len(found) == 1 else f"{subject.fitter.id}-{check.name}",
        )
        for subject in (Subject(fitter, company, answers) for fitter in found)
        for check in all_checks()
        if check.applies(subject)
    ]
    return pytest.mark.parametrize("check", cases)
