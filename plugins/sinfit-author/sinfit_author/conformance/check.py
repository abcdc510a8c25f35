"""Check: one thing that must hold for a fitter, and what came of trying it."""

from __future__ import annotations

import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sinfit.errors import one_line
from sinfit.ground.ctrl_c import watching_ctrl_c
from sinfit.i18n import gettext_of

from sinfit_author.conformance.limit import LIMIT, OutOfTime, out_of_time_after
from sinfit_author.conformance.states import kept_states
from sinfit_author.conformance.subject import Subject
from sinfit_author.i18n import _

Needed = Callable[[Subject], bool]


class CheckFailure(AssertionError):  # noqa: N818 (what pytest calls a failure)
    """A check found that something does not hold; the message says what was seen."""


class NotNeeded(Exception):  # noqa: N818 (nothing is wrong)
    """A plugin's check does not apply to this fitter."""


@dataclass(frozen=True)
class Outcome:
    """What came of a check.

    Attributes:
        name: The check's name.
        holds: What must hold, in the current language.
        status: `passed`, `failed`, `not needed` where it does not apply to this fitter, or
            `not tried` where one failed that comes first.
        message: What was seen instead; empty unless it failed.
        traceback: The traceback, if the fitter raised.
        seconds: How long it took.
    """

    name: str
    holds: str
    status: Literal["passed", "failed", "not needed", "not tried"]
    message: str = ""
    traceback: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Check:
    """One thing that must hold for a fitter.

    Attributes:
        name: A short name, such as `returns`.
        says: What must hold, in English.
        try_it: Tries it on a fitter; raises `CheckFailure` if it does not hold.
        needed: Whether it applies to a fitter; to every one if None.
        package: The package whose catalogs translate what must hold.
    """

    name: str
    says: str
    try_it: Callable[[Subject], None]
    needed: Needed | None = None
    package: str = "sinfit_author"

    @property
    def holds(self) -> str:
        """What must hold, in the current language."""
        return gettext_of(self.package, self.says)

    def applies(self, subject: Subject) -> bool:
        """Whether there is anything to check of this fitter."""
        return self.needed is None or self.needed(subject)

    def run(self, subject: Subject, limit: float = LIMIT) -> None:
        """Try it.

        Raises:
            CheckFailure: It does not hold, or takes longer than limit seconds.
            NotNeeded: It does not apply to this fitter.
            Exception: Whatever the fitter raised.
            KeyboardInterrupt: Ctrl-C; one that the fitter raises by itself is a failure.
        """
        __tracebackhide__ = True
        with watching_ctrl_c() as ctrl_c:
            try:
                with out_of_time_after(limit), warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # check `quiet` looks at them
                    subject.import_libraries()
                    with kept_states():
                        try:
                            self.try_it(subject)
                        finally:
                            subject.end()
            except OutOfTime:
                raise CheckFailure(
                    _("it was not done after {limit:g} s: the fitter hangs").format(limit=limit)
                ) from None
            except KeyboardInterrupt as error:
                if ctrl_c.came:
                    raise
                raise CheckFailure(one_line(error)) from error

    def outcome(self, subject: Subject, limit: float = LIMIT) -> Outcome:
        """Try it, whatever happens, and say what came of it."""
        if not self.applies(subject):
            return Outcome(self.name, self.holds, "not needed")
        message = trace = ""
        started = time.perf_counter()
        try:
            self.run(subject, limit)
        except NotNeeded:
            return Outcome(self.name, self.holds, "not needed")
        except AssertionError as failure:
            message = str(failure) or one_line(failure)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit, pytest's Skipped, whatever it raises
            message, trace = one_line(error), "".join(traceback.format_exception(error))
        seconds = time.perf_counter() - started
        return Outcome(
            self.name, self.holds, "failed" if message else "passed", message, trace, seconds
        )


def check(says: str, needed: Needed | None = None) -> Callable[[Callable[[Subject], None]], Check]:
    """Make a check of a function, called by the function's name."""

    def make(try_it: Callable[[Subject], None]) -> Check:
        return Check(try_it.__name__.replace("_", "-"), says, try_it, needed)

    return make


def require(holds: bool, message: str) -> None:
    """Raise `CheckFailure` with the message unless it holds."""
    __tracebackhide__ = True
    if not holds:
        raise CheckFailure(message)
