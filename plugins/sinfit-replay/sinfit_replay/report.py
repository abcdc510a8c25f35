"""Replay: what was printed, what we get, and the verdict; and the words that the judges share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sinfit_replay.case import Case, Run
from sinfit_replay.i18n import _
from sinfit_replay.setting import Bools
from sinfit_replay.setting import relative as relative  # pages print deviations, too

Verdict = Literal["reproduced", "undecided", "contradicted"]
SAME = 1e-6  # relative: learning rates this close are one


@dataclass(frozen=True)
class Replay:
    """A printed log, replayed.

    Attributes:
        verdict: `reproduced`: every line is ours, within rounding. `contradicted`: it is proven
            that no run of this stage prints this. `undecided`: neither; a start was not found, or
            cannot be found, and that proves nothing.
        max_relative_deviation: The largest |ours / printed - 1| of all lines; None without ours.
        first_departure: The step t of the first line that contradicts, `result` for the Result
            line, or None.
        initial: The recovered start, in the model's order, from which ours were computed; None if
            there is none.
        explanation: In words, one sentence or more.
        lines: (t, printed, ours) for each line; ours from a run of the real stage, or None.
        stage: The fitter that was run.
        result: The parameters of the printed Result line, or None.
        parameters: The parameters that our run ends with, or None.
    """

    verdict: Verdict
    max_relative_deviation: float | None
    first_departure: int | Literal["result"] | None
    initial: tuple[float, ...] | None
    explanation: str
    lines: tuple[tuple[int, float, float | None], ...]
    stage: str
    result: tuple[float, ...] | None
    parameters: tuple[float, ...] | None

    @property
    def deviations(self) -> tuple[float | None, ...]:
        """The relative deviation, ours / printed - 1, of each line; infinite from a printed 0."""
        return tuple(
            None if ours is None else float(relative(ours, printed))
            for _step, printed, ours in self.lines
        )

    def to_dict(self) -> dict[str, Any]:
        """The replay as plain data, ready for JSON.

        Returns:
            The attributes by name, tuples as lists. `verdict` is the English word in any language.
            `first_departure` is an int, the step t of the first line that contradicts; the string
            `"result"`, if that is the Result line; or None, in JSON null, if nothing contradicts.
            `lines` are [t, printed, ours], ours None where no start is known; a loss that was
            printed with a minus keeps it.
        """

        def plain(value: Any) -> Any:
            return [plain(each) for each in value] if isinstance(value, tuple) else value

        return {name: plain(value) for name, value in vars(self).items()}


def report(
    case: Case,
    verdict: Verdict,
    run: Run | None,
    explanation: str,
    departing: Bools | Literal["result"] | None = None,
) -> Replay:
    """Put the replay together.

    Args:
        case: The case.
        verdict: The verdict.
        run: The real stage from the recovered start; None if no start is known.
        explanation: In words.
        departing: The lines that depart, (k,), or `result`.
    """
    log, dash = case.log, ""
    first: int | Literal["result"] | None = None
    if isinstance(departing, str):
        first = departing
    elif departing is not None and departing.any():  # the first in reading order
        first = log.steps[int(case.order[departing].min())]
    if (case.signed < 0).all() and verdict == "reproduced":
        verdict = "undecided"
        dash = _(
            "Every loss has a minus before it: a sum of squares has none, but a dash may stand "
            "there."
        )
    back = np.argsort(case.order)
    ours = [None] * len(back) if run is None else run.losses[back].tolist()
    return Replay(
        verdict=verdict,
        max_relative_deviation=(
            None if run is None else float(np.abs(relative(run.losses, case.signed)).max())
        ),
        first_departure=first,
        initial=None if run is None else run.initial,
        explanation=joined(explanation, dash, _about_order(case), _about_unread(case)),
        lines=tuple(zip(log.steps, log.losses.tolist(), ours, strict=True)),
        stage=case.fitter.name,
        result=None if case.result is None else tuple(case.result.tolist()),
        parameters=None if run is None else run.parameters,
    )


def joined(*sentences: str) -> str:
    """The sentences that there are, one after the other."""
    return " ".join(filter(None, sentences))


def named(case: Case, parameters: Iterable[float]) -> str:
    """The parameters of the stage's model by name."""
    names = case.fitter.spec.model.parameters
    return ", ".join(f"{n} = {v:.6g}" for n, v in zip(names, parameters, strict=True))


def about_all_lines(case: Case) -> str:
    """Say that every line is reproduced."""
    return _("Every line is ours, within rounding ({dtype}).").format(dtype=case.log.rounding.dtype)


def about_the_rate(case: Case, rate: float, fits: Callable[[float], bool]) -> str:
    """Say that a learning rate fits, in the fewest digits that still do: as somebody typed it."""
    rounded = (float(f"{rate:.{digits}g}") for digits in range(1, 5))
    rate = next((short for short in rounded if fits(short)), rate)
    if abs(rate / case.learning_rate - 1) < SAME:
        return ""
    return _("Every line fits with a learning rate of {rate:.6g} instead of {given:.6g}.").format(
        rate=rate, given=case.learning_rate
    )


def about_the_floor(floor: float) -> str:
    """Say that a loss is smaller than any curve of the model makes it."""
    return _("No curve of this model has a loss below {floor:.6g}.").format(floor=floor)


def about_the_result(case: Case, run: Run) -> str:
    """Say that the Result line belongs to another run."""
    assert case.result is not None, "only called with a Result line"  # noqa: S101
    return _(
        "The losses are a run of this stage, but the Result line is another run's: this one ends "
        "with {ours}, the Result line says {printed}, whose loss is {sse:.6g}; the last line says "
        "{last:.6g}."
    ).format(
        ours=named(case, run.parameters),
        printed=named(case, case.result),
        sse=case.result_loss,
        last=case.losses[-1],
    )


def about_misprints(case: Case) -> str:
    """What is odd about the misprinted lines; empty if there are none."""
    parts = []
    for index in np.flatnonzero(case.misprinted)[:3]:
        line = int(case.order[index])
        step, printed = case.log.steps[line], case.log.printed[line]
        if float(printed) < 0:
            text = _("The loss at step {step} is {loss}: a sum of squares cannot be negative.")
        else:
            text = _(
                "The loss at step {step}, {loss}, is not how a {dtype} is printed, and the others "
                "are."
            )
        parts.append(text.format(step=step, loss=printed, dtype=case.log.rounding.dtype))
    return joined(*parts)


def about_trained(case: Case) -> str:
    """Say that the start was no random one."""
    return _(
        "The log starts from an already trained state: at step {step} the loss is {loss:.6g} "
        "already, as when a notebook cell is run again."
    ).format(step=int(case.at[0]), loss=case.losses[0])


def _about_order(case: Case) -> str:
    """That the lines are not in the order in which they were printed; empty if they are."""
    for line, before in zip(case.log.steps[1:], case.log.steps, strict=False):
        if line < before:
            return _("The line of step {step} is out of order.").format(step=line)
    return ""


def _about_unread(case: Case) -> str:
    """That the Result line was not compared; empty if there is none, or it was."""
    log = case.log
    if case.result is not None or not (log.unread or log.result):
        return ""
    return _(
        "The log has a Result line that could not be understood, so it was not compared: {line}"
    ).format(line=log.unread or ", ".join(map(str, log.result or ())))
