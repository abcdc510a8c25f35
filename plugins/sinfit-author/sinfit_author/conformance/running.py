"""check_fitter(): run all checks on a fitter and report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sinfit.contract.specs import CheckSpec
from sinfit.fitting.fit import Fitter, fitters
from sinfit.registry.offers import Offer
from sinfit.registry.plugins import offers, quietly

from sinfit_author.conformance import contract, describing, devices, fresh, purity, stopping
from sinfit_author.conformance.check import Check, Outcome
from sinfit_author.conformance.limit import LIMIT
from sinfit_author.conformance.subject import Subject

CHECKS: tuple[Check, ...] = (
    *contract.CHECKS,
    *describing.CHECKS,
    *purity.CHECKS,
    *fresh.CHECKS,
    *stopping.CHECKS,
    *devices.CHECKS,
)
"""Our own checks, in their order."""

FIRST = ("loads", "signature", "generator")
"""What all checks after them stand on: a fitter that cannot be called fails each of those."""

MINIMUM = 27
"""So many checks at least run on every fitter of a plugin, whatever it is."""

OF_PACKAGES = 4
"""So many of them do not apply to a fitter that is only registered."""


def all_checks() -> tuple[Check, ...]:
    """Our own checks, and those that plugins add (`sinfit_checks`)."""

    def of(name: str, offer: Offer[CheckSpec]) -> Check:
        def try_it(subject: Subject) -> None:
            offer.load("check")(subject)

        return Check(name, offer.spec.title, try_it, package=offer.package)

    return (*CHECKS, *(of(*each) for each in quietly(lambda: offers("sinfit_checks")).items()))


@dataclass(frozen=True)
class CheckReport:
    """What came of all checks of a fitter.

    Attributes:
        fitter: The fitter's id, `distribution/name`.
        outcomes: One for each check, those that do not apply included.
        minimum: So many checks must have run.
    """

    fitter: str
    outcomes: tuple[Outcome, ...]
    minimum: int = MINIMUM

    @property
    def ran(self) -> tuple[Outcome, ...]:
        """The checks that applied and were tried."""
        return tuple(each for each in self.outcomes if each.status in ("passed", "failed"))

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The checks that found something."""
        return tuple(each for each in self.outcomes if each.status == "failed")

    @property
    def success(self) -> bool:
        """Whether enough checks ran and every one of them passed."""
        return len(self.ran) >= self.minimum and not self.failed

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
    outcomes: list[Outcome] = []
    for check in all_checks():
        if any(each.name in FIRST and each.status == "failed" for each in outcomes):
            outcomes.append(Outcome(check.name, check.holds, "not tried"))
            continue
        if progress:
            progress(check)
        outcomes.append(check.outcome(subject, time_limit))
    least = MINIMUM if subject.packaged else MINIMUM - OF_PACKAGES
    return CheckReport(subject.fitter.id, tuple(outcomes), least)
