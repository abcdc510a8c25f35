"""check_fitter(): run all checks on a fitter and report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sinfit.fitter import Fitter
from sinfit.plugins import fitters, quietly
from sinfit.testing import contract, describing, devices, fresh, pages, purity, stopping
from sinfit.testing.check import Check, Outcome
from sinfit.testing.limit import LIMIT
from sinfit.testing.subject import Subject

CHECKS: tuple[Check, ...] = (
    *describing.CHECKS,
    *contract.CHECKS,
    *purity.CHECKS,
    *fresh.CHECKS,
    *stopping.CHECKS,
    *devices.CHECKS,
    *pages.CHECKS,
)
"""All checks, in their order."""

MINIMUM = 27
"""So many checks at least run on every fitter, whatever it is."""


@dataclass(frozen=True)
class CheckReport:
    """What came of all checks of a fitter.

    Attributes:
        fitter: The fitter's id, `distribution/name`.
        outcomes: One for each check, those that do not apply included.
    """

    fitter: str
    outcomes: tuple[Outcome, ...]

    @property
    def ran(self) -> tuple[Outcome, ...]:
        """The checks that applied."""
        return tuple(each for each in self.outcomes if each.status != "not needed")

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The checks that found something."""
        return tuple(each for each in self.outcomes if each.status == "failed")

    @property
    def success(self) -> bool:
        """Whether enough checks ran and every one of them passed."""
        return len(self.ran) >= MINIMUM and not self.failed

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "fitter": self.fitter,
            "success": self.success,
            "checks": [
                {
                    "name": each.name,
                    "holds": each.holds,
                    "status": each.status,
                    "message": each.message,
                    "traceback": each.traceback,
                    "seconds": each.seconds,
                }
                for each in self.outcomes
            ],
        }

    def __repr__(self) -> str:
        lines = [f"{each.name}: {each.message}" for each in self.failed]
        passed = len(self.ran) - len(self.failed)
        return "\n".join([f"{self.fitter}: {passed} of {len(self.ran)} checks passed", *lines])


def check_fitter(
    name: str | Fitter,
    *,
    time_limit: float = LIMIT,
    progress: Callable[[Check], object] | None = None,
) -> CheckReport:
    """Try all that must hold for a fitter.

    Args:
        name: A fitter's name, or `distribution/name`.
        time_limit: How many seconds a check may take; one that takes longer has failed.
        progress: Told of each check before it runs.

    Returns:
        The report; nothing is raised, whatever the fitter does.

    Raises:
        UsageError: No installed fitter has this name.
    """
    subject = Subject(name if isinstance(name, Fitter) else quietly(fitters)[name])
    outcomes = []
    for check in CHECKS:
        if progress:
            progress(check)
        outcomes.append(check.outcome(subject, time_limit))
    return CheckReport(subject.fitter.id, tuple(outcomes))
