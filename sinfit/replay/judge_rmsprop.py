"""Judge a log of RMSprop: search for its start, run the real stage, and say how close it came."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sinfit.i18n import _
from sinfit.replay.case import Case
from sinfit.replay.judge_linear import about_the_result, about_trained
from sinfit.replay.report import Replay, Verdict
from sinfit.replay.rmsprop import EARLY, Setting, recover_starts
from sinfit.replay.rmsprop_end import can_end_at, mirrors
from sinfit.theory import best_polynomial

Array = NDArray[np.float64]

REPRODUCED = 1e-4
CONSISTENT = 2e-2
RUNS = 9  # starts that the real stage is run from; chaos in the late lines decides between them
MOST_RUNS = 36  # if chaos has not been kind in the first ones
RESULT = 3  # learning rates; in the limit cycle every parameter hops by about one of them
TRAINED = 1.2  # a first line below this many times the floor comes from no fresh start


def judge(case: Case) -> Replay:
    """Search for the start; the real stage decides among the best candidates."""
    best = best_polynomial(case.x, case.y)
    powers = np.stack([case.x**k for k in range(4)])
    setting = Setting(powers @ powers.T, np.array(best.parameters), best.sse, case.learning_rate)
    runs: list[tuple[Array, Array, tuple[float, ...]]] = []
    for candidate in recover_starts(setting, case.at, case.losses, MOST_RUNS):
        runs.append((candidate, *case.run(candidate)))
        start, ours, final = min(runs, key=lambda run: _rank(case.deviations(run[1])))
        off = np.abs(case.deviations(ours)) >= CONSISTENT
        # only lines in the limit cycle are a matter of chance, which another start may have
        if len(runs) >= RUNS and not (off & (case.losses < EARLY * best.sse)).any():
            break
    if case.result is not None and not _ends_there(case, final):
        closest = min(mirrors(setting, np.array(final)), key=lambda end: _apart(case, end))
        if _apart(case, closest) < _apart(case, final):
            which = [tuple(end) for end in mirrors(setting, np.array(final))].index(tuple(closest))
            start = mirrors(setting, start)[which]
            ours, final = case.run(start)

    off = np.abs(case.deviations(ours)) >= CONSISTENT
    worst = float(np.abs(case.deviations(ours)).max())
    departing = off | case.misprinted
    if departing.any():
        parts = [case.about_misprints()]
        if off.any():
            first = int(np.flatnonzero(off)[0])
            parts.append(
                _(
                    "The closest start found leaves {count} of {lines} lines off by more than "
                    "{limit:.0%}; at step {step} the stage prints {ours:.6g}, not {printed:.6g} "
                    "({deviation:+.1e})."
                ).format(
                    count=int(off.sum()),
                    lines=len(off),
                    limit=CONSISTENT,
                    step=int(case.at[first]),
                    ours=ours[first],
                    printed=case.signed[first],
                    deviation=case.deviations(ours, case.signed)[first],
                )
            )
            if case.losses[0] < TRAINED * best.sse:
                parts.append(about_trained(case))
        return case.report(
            "contradicted", start, ours, final, " ".join(filter(None, parts)), departing
        )
    if case.result is not None and not can_end_at(
        setting, case.at, case.losses, case.steps, case.result, case.result_half_unit
    ):
        away = case.result - setting.best
        sse = float(away @ setting.gram @ away + setting.floor)
        text = about_the_result(case, final, sse)
        return case.report("contradicted", start, ours, final, text, "result")
    text = _("The closest start found leaves every line within {worst:.1e}.").format(worst=worst)
    if worst >= REPRODUCED:
        text += " " + _(
            "Near the minimum RMSprop runs in a limit cycle, where rounding decides the last "
            "digits."
        )
    known = case.result is None or _ends_there(case, final)
    if not known:
        text += " " + _(
            "It ends elsewhere than the Result line says. Other starts may print the same losses, "
            "so it is not known whether the Result line is this run's."
        )
    verdict: Verdict = "reproduced" if worst < REPRODUCED and known else "consistent"
    return case.report(verdict, start, ours, final, text)


def _apart(case: Case, final: Iterable[float]) -> float:
    """The largest distance of any parameter from the Result line's."""
    assert case.result is not None, "only called with a Result line"  # noqa: S101
    return float(np.abs(case.result - np.array(final)).max())


def _ends_there(case: Case, final: Iterable[float]) -> bool:
    """Whether a run's final parameters are those of the Result line, as far as chaos allows."""
    assert case.result is not None, "only called with a Result line"  # noqa: S101
    apart = np.abs(case.result - np.array(final))
    return bool((apart <= RESULT * case.learning_rate + case.result_half_unit).all())


def _rank(deviations: Array) -> tuple[int, float]:
    """Fewest lines that are off, then the closest in the others."""
    sizes = np.abs(deviations)
    off = sizes >= CONSISTENT
    return int(off.sum()), float(sizes[~off].max(initial=0.0))
