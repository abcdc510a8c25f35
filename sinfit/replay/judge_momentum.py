"""Judge a log of the dynamic stage, whose draws are random: does it fit what such runs print?"""

from __future__ import annotations

import numpy as np

from sinfit.i18n import _
from sinfit.replay.case import Case
from sinfit.replay.judge_linear import about_trained
from sinfit.replay.momentum import recover_start, setting_of, slow_modes
from sinfit.replay.report import Replay
from sinfit.theory import best_polynomial

STRAY = 6.0  # standard deviations; the draws' effect has longer tails than a normal one
LEAST_SPREAD = 2e-3  # of a loss; the recovered start itself is no more exact than this
TRAINED = 1.2  # a first line below this many times the floor comes from no fresh start


def judge(case: Case) -> Replay:
    """Recover the slow modes of the start, simulate runs from it, and run the real stage once."""
    setting = setting_of(case.x, case.y, case.learning_rate)
    best, slow = slow_modes(setting)
    away = np.ones(2) if case.result is None else slow.T @ (case.result - best)
    end = max(case.steps, int(case.at[-1]) + 1)
    start, typical = recover_start(
        setting, case.at, case.losses, np.where(away < 0, -1.0, 1.0), end
    )
    ours, final = case.run(start)

    spread = np.maximum(typical.spread, LEAST_SPREAD)
    stray = np.log(case.losses / typical.losses) / spread
    off = np.abs(stray) > STRAY
    departing = off | case.misprinted
    if departing.any():
        parts = [case.about_misprints()]
        if off.any():
            first = int(np.flatnonzero(off)[0])
            parts.append(
                _(
                    "At step {step} runs from the start that fits best print {typical:.6g}, give "
                    "or take {spread:.1%}; the log says {printed:.6g}, {stray:.0f} standard "
                    "deviations away."
                ).format(
                    step=int(case.at[first]),
                    typical=typical.losses[first],
                    spread=spread[first],
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
        apart = np.abs(case.result - typical.result) / typical.result_spread
        if (apart > STRAY).any():
            which = int(np.argmax(apart))
            text = _(
                "The losses fit, but the Result line is another run's, or the learning rate "
                "another: {name} = {printed:.6g} where runs with these losses end at "
                "{typical:.6g} ± {spread:.1g}."
            ).format(
                name=case.fitter.spec.model.parameters[which],
                printed=case.result[which],
                typical=typical.result[which],
                spread=typical.result_spread[which],
            )
            return case.report("contradicted", start, ours, final, text, "result")
    text = _(
        "The draws are random, so no line can be had again; all of them lie within {stray:.1f} "
        "standard deviations of what runs from one start print."
    ).format(stray=float(np.abs(stray).max()))
    return case.report("consistent", start, ours, final, text)
