"""Judge a log that no formula describes: of RMSprop, or of a model that is drawn anew at each step.

No start can be recovered, so no line can be had again, and that nothing is found proves nothing.
What is left are a few facts that hold for any start and any draws.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from sinfit.theory import spectrum

from sinfit_replay.case import Case
from sinfit_replay.explain import scales
from sinfit_replay.i18n import _
from sinfit_replay.proof import below_the_floor
from sinfit_replay.report import Replay, about_misprints, about_the_floor, joined, report

ALPHA = 0.99  # of torch.optim.RMSprop; no update is larger than the learning rate / √(1 - ALPHA)
DRAWN = 10.0  # by what factor a draw of the dynamic stage may lower a loss; 2 was seen in 300 runs


def judge_rmsprop(case: Case) -> Replay:
    """Judge a log of RMSprop on a cubic."""
    text = _(
        "Every update of RMSprop depends on all gradients before it, and near the minimum rounding "
        "decides them, so no start can be recovered."
    )
    return _judge(case, case.spectrum.floor, text, out_of_reach=_is_out_of_reach(case))


def judge_dynamic(case: Case) -> Replay:
    """Judge a log of the dynamic stage, whose model is drawn at every step."""
    x = case.x
    floors = [spectrum([*case.columns, more], case.y).floor for more in (x**4, x**4 + x**5)]
    text = _("The model is drawn anew at every step, so no line can be had again.")
    return _judge(case, min(floors), text, dip=DRAWN)


def _judge(
    case: Case, floor: float, why: str, *, dip: float = 1.0, out_of_reach: bool = False
) -> Replay:
    below = below_the_floor(case, floor, dip)
    departing = below | case.misprinted
    if departing.any():
        text = joined(about_misprints(case), about_the_floor(floor) if below.any() else "")
        return report(case, "contradicted", None, text, departing)
    if out_of_reach:
        text = _(
            "The Result line is another run's: no {updates} updates lead from the loss of the last "
            "line, {last:.6g}, to that curve."
        ).format(updates=int(case.ends[1] - case.at[-1]), last=case.losses[-1])
        return report(case, "contradicted", None, text, "result")
    text = _("Nothing in the log is impossible, and nothing more can be said.")
    return report(case, "undecided", None, f"{why} {text}")


def _is_out_of_reach(case: Case) -> bool:
    """Whether no run with this last line, on any scale, ends with the Result line's parameters."""
    if case.result is None or not case.said:
        return False
    setting, problem = case.setting(), case.spectrum
    last = setting.losses[-1] * (1 + np.array([-1, 1]) * setting.tolerance[-1])
    factors = np.array([1.0, *(factor for _words, factor in scales(case.points))])
    ends = np.sqrt(np.maximum(last / factors[:, None] - problem.floor, 0.0))  # (scales, 2)
    updates = case.ends[1] - case.at[-1] + 1  # one more: the steps may be counted from 1
    hop = case.learning_rate / np.sqrt(1 - ALPHA) * updates
    for ending in (case.ending(), case.backwards().ending()):
        corners = (hop + ending.tolerance) * np.array(list(product((-1.0, 1.0), repeat=4)))
        reach = np.linalg.norm(corners @ problem.directions * problem.singular, axis=1).max()
        ended = float(np.linalg.norm(problem.amplitudes(ending.parameters)))
        if ((ends[:, 0] - reach <= ended) & (ended <= ends[:, 1] + reach)).any():
            return False
    return True
