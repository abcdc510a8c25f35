"""Stopping: Ctrl-C, an early end and divergence, each of which a fitter must let happen."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Generator
from types import FrameType
from typing import Any

from sinfit.errors import FitterError, one_line
from sinfit.fitting.arguments import MOST_LEARNING_RATE
from sinfit.i18n import N_

from sinfit_author.conformance.check import CheckFailure, check, require
from sinfit_author.conformance.states import changed, global_states, kept_states, odd_states
from sinfit_author.conformance.subject import Subject
from sinfit_author.i18n import _

MOST_LINES = 40  # of one step, at each of which Ctrl-C is tried
LARGER = 1e4  # times its learning rate: far above the stability limit of gradient descent


@check(N_("Ctrl-C ends it, at whichever line of a step it comes."))
def interrupted(subject: Subject) -> None:
    """A KeyboardInterrupt goes through: at the yield, and at each line of the next step."""
    with odd_states(0) as before:
        subject.trace(*subject.data(), 3)
        require(
            "SIGINT" not in changed(before, global_states()),
            _("it set a handler of its own for SIGINT, which is Ctrl-C"),
        )
    made = _after_one_step(subject)
    try:
        made.throw(KeyboardInterrupt)
    except KeyboardInterrupt:
        pass
    except StopIteration:
        raise CheckFailure(_("it swallowed a KeyboardInterrupt at its yield")) from None
    else:
        raise CheckFailure(_("it swallowed a KeyboardInterrupt at its yield"))
    for count in range(MOST_LINES):
        # at the end of a `with`, Ctrl-C leaves its state behind: the host mends PyTorch's modes
        with kept_states():
            line = _interrupt(_after_one_step(subject), count)
        if line == 0:
            break  # the step has no more lines


def _after_one_step(subject: Subject) -> Generator[Any, None, Any]:
    made = subject.generate(*subject.data(), 3)
    next(made)
    return made


def _interrupt(made: Generator[Any, None, Any], count: int) -> int:
    """Raise KeyboardInterrupt at the line with this number of the next step, and see it go through.

    Returns:
        The line in the source; 0 if the step has fewer lines.
    """
    code = getattr(made, "gi_code", None)
    seen, line = 0, 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal seen, line
        if code is None or frame.f_code.co_filename != code.co_filename:
            return None
        if event == "line":
            seen += 1
            if seen > count and not line:
                line = frame.f_lineno
                raise KeyboardInterrupt
        return trace

    earlier = sys.gettrace()
    sys.settrace(trace)
    outcome = ""
    try:
        next(made, None)
    except KeyboardInterrupt:
        outcome = "interrupted"
    except Exception as error:
        outcome = one_line(error)
    finally:
        sys.settrace(earlier)
    require(
        not line or outcome == "interrupted",
        _("a KeyboardInterrupt at line {line} of its file became {outcome}").format(
            line=line, outcome=outcome or _("nothing: it went on")
        ),
    )
    return line


@check(N_("It can be closed at any step."))
def closes(subject: Subject) -> None:
    """`generator.close()` after the first step and in the middle raises nothing."""
    for steps in (1, 3):
        made = subject.generate(*subject.data())
        for _step in range(steps):
            next(made, None)
        try:
            made.close()
        except Exception as error:
            raise CheckFailure(
                _("closed after {steps} steps it raised {error}").format(
                    steps=steps, error=one_line(error)
                )
            ) from error


@check(N_("With a learning rate that is far too large it ends in finite parameters, no error."))
def diverges(subject: Subject) -> None:
    """The host ends a fit whose loss explodes; the fitter must neither raise nor end first."""
    rate = min(LARGER * subject.fitter.spec.learning_rate, MOST_LEARNING_RATE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the host's about the stability limit
        try:
            result = subject.fit(steps=500, learning_rate=rate)
        except FitterError as error:
            raise CheckFailure(
                _("with learning_rate {rate:g}: {error}").format(rate=rate, error=one_line(error))
            ) from error
    wrong = [name for name, value in result.parameters.items() if not math.isfinite(value)]
    require(not wrong, _("parameters {names} are not finite").format(names=", ".join(wrong)))


CHECKS = (interrupted, closes, diverges)
