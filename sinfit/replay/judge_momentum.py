"""Judge a log of the dynamic stage, whose draws are random: does it fit what such runs print?"""

from __future__ import annotations

import numpy as np

from sinfit.i18n import _
from sinfit.replay.case import Case
from sinfit.replay.judge_linear import about_trained
from sinfit.replay.momentum import LEAST_SPREAD, least_loss, recover_start, setting_of, slow_modes
from sinfit.replay.report import Replay
from sinfit.replay.scaled import about_the_floor
from sinfit.theory import best_polynomial

STRAY = 6.0  # standard deviations; the draws' effect has longer tails than a normal one
FEWEST = 5  # lines that have to be left to say what the others should be
TRAINED = 1.2  # a first line below this many times the floor comes from no fresh start


def judge(case: Case) -> Replay:
    """Recover the slow modes of the start, simulate runs from it, and run the real stage once."""
    setting = setting_of(case.x, case.y, case.learning_rate)
    best, slow = slow_modes(setting)
    away = np.ones(2) if case.result is None else slow.T @ (case.result - best)
    end = max(case.steps, int(case.at[-1]) + 1)
    start, spread = recover_start(setting, case.at, case.losses, np.where(away < 0, -1.0, 1.0), end)
    ours, final = case.run(start)

    lines, size = len(case.at), len(start)
    half = case.rounding.half_unit[case.order] / case.losses
    values = np.concatenate([np.log(case.losses), np.zeros(size)])
    known = np.arange(lines + size) < lines
    off = np.zeros(lines, dtype=bool)
    stray = np.zeros(lines)
    while known.sum() > FEWEST:  # the line that fits the others worst, until all that are left fit
        apart = np.abs(spread.widened(np.concatenate([half, np.zeros(size)])).strays(values, known))
        worst = int(np.argmax(apart))
        stray[~off] = apart[:lines][~off]
        if apart[worst] <= STRAY:
            break
        off[worst], known[worst] = True, False
    expected, sigma = spread.expected(values, known)
    # no draw of the model has a curve below its own floor
    least = least_loss(setting)
    below = case.signed + case.rounding.half_unit[case.order] < least * (1 - LEAST_SPREAD)
    off |= below
    departing = off | case.misprinted
    if departing.any():
        parts = [case.about_misprints()]
        if below.any():
            parts.append(about_the_floor(float(case.signed[below].min()), least))
        strayed = np.abs(stray) > STRAY
        if strayed.any():
            first = int(np.flatnonzero(strayed)[0])
            parts.append(
                _(
                    "At step {step} runs that print the other lines print {typical:.6g}, give or "
                    "take {spread:.1%}; the log says {printed:.6g}, {stray:.0f} standard "
                    "deviations away."
                ).format(
                    step=int(case.at[first]),
                    typical=np.exp(expected[first]),
                    spread=sigma[first],
                    printed=case.signed[first],
                    stray=abs(stray[first]),
                )
            )
            if 0 < case.signed[0] < TRAINED * best_polynomial(case.x, case.y).sse:
                parts.append(about_trained(case))
        return case.report(
            "contradicted", start, ours, final, " ".join(filter(None, parts)), departing
        )
    if case.result is not None:
        ends, around = expected[lines:], sigma[lines:] + case.result_half_unit
        apart = np.abs(case.result - ends) / around
        if (apart > STRAY).any():
            which = int(np.argmax(apart))
            text = _(
                "The losses fit, but the Result line is another run's, or the learning rate "
                "another: {name} = {printed:.6g} where runs with these losses end at "
                "{typical:.6g} ± {spread:.1g}."
            ).format(
                name=case.fitter.spec.model.parameters[which],
                printed=case.result[which],
                typical=ends[which],
                spread=around[which],
            )
            return case.report("contradicted", start, ours, final, text, "result")
    text = _(
        "The draws are random, so no line can be had again; all of them lie within {stray:.1f} "
        "standard deviations of what runs that print the others print."
    ).format(stray=float(np.abs(stray).max()))
    return case.report("consistent", start, ours, final, text)
