"""Judge a log of plain gradient descent on a model that is linear in its parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from sinfit.ground.arrays import Array
from sinfit.theory import Trajectory

from sinfit_replay.case import TOLERANCE, Case, Run
from sinfit_replay.explain import another_scale, explain, scales
from sinfit_replay.i18n import _
from sinfit_replay.proof import bends_down, no_start_prints
from sinfit_replay.recovery import Recovery, joint_start, recover, signs_of
from sinfit_replay.report import (
    Replay,
    about_all_lines,
    about_misprints,
    about_the_floor,
    about_the_result,
    about_trained,
    joined,
    report,
)
from sinfit_replay.setting import Bools, Ending, Setting, relative

TRAINED = 0.1  # a start with no slow mode longer than this was hardly drawn at random
CORRECTIONS = 2  # times that the difference between the formula and the real stage is taken out
COARSE = 3 * TOLERANCE["float32"]
FINE = 1e-3  # of a loss: printed so finely, lines that all fit confirm points and learning rate
LONGEST = 100_000  # numbers of updates that are tried for a Result line


@dataclass(frozen=True)
class Found:
    """The run that comes closest to the lines.

    Attributes:
        setting: The problem and the lines, with what rounding does to such a run allowed for.
        recovery: What the lines say of the start.
        run: The real stage from there.
        moved: By how much rounding moves where it ends, a parameter at most.
        sure: The setting for proofs: twice what is allowed a run that is found is allowed one that
            is not, for its rounding is another.
    """

    setting: Setting
    recovery: Recovery
    run: Run
    moved: float
    sure: Setting

    @property
    def off(self) -> Bools:
        """The lines that the run does not print, (k,)."""
        return self.setting.departing(self.run.losses)


def judge(case: Case, *, again: bool = True) -> Replay:
    """Recover the start from the losses, run the real stage from it, and compare.

    Args:
        case: The log and its stage.
        again: Whether to try other ways to count the steps and to name the parameters.
    """
    found = _closest(case)
    setting, recovery = found.setting, found.recovery
    departing = found.off | case.misprinted
    if not recovery.whole:
        departing[recovery.departing[0]] = True
    if not departing.any():
        return _about_the_end(case, found, again)

    sure = found.sure
    proven = bool(np.isfinite(sure.tolerance).all()) and no_start_prints(sure)
    for shift in (1, -1) if again and proven else ():
        counted = case.counted(shift)
        if counted.at[0] >= 0 and not no_start_prints(replace(sure, steps=counted.at)):
            outcome = judge(counted, again=False)
            text = _(
                "The lines fit if every loss is that of the step {shift:+d}: printed after its "
                "update, or counted from another number."
            ).format(shift=shift)
            return replace(outcome, explanation=f"{text} {outcome.explanation}")

    text = _about_departures(case, found, departing)
    # a mean of float32 losses is a float64, and no more exact than they are
    wide = replace(setting, tolerance=np.maximum(3 * setting.tolerance, COARSE))
    scaled = another_scale(case, wide, trained=False) if proven else ""
    other = "" if recovery.whole or scaled else explain(case, wide)
    if proven and not recovery.whole and not scaled and not other:
        # half of the sum over 2000 points is almost the sum over 1000 points, which is likelier
        scaled = another_scale(case, wide, trained=True)
    if case.misprinted.any() or (proven and not scaled and _is_known(case, found)):
        nothing = _("No other learning rate, model or number of points that was tried explains it.")
        more = "" if recovery.whole else other or nothing
        return report(case, "contradicted", found.run, f"{text} {more}".strip(), departing)
    why = scaled or other
    if not proven:
        why += " " + _("That is no proof: the right start may not have been found.")
    elif not scaled:
        why += " " + _(
            "Nobody said how many points there were and what the learning rate was; {points} and "
            "{rate:.6g} were assumed, so nothing is proven."
        ).format(points=case.points, rate=case.learning_rate)
    return report(case, "undecided", found.run, f"{text} {why.strip()}")


def _is_known(case: Case, found: Found) -> bool:
    """Whether what no start prints is proven wrong, and not an assumption of ours."""
    setting, departing = found.setting, found.recovery.departing
    kept = len(setting.steps) - len(departing)
    # two sums of so many exponentials that agree in more lines than these agree throughout
    enough = kept >= 2 * len(setting.spectrum.singular) + 2
    confirmed = found.recovery.whole and enough and np.median(setting.tolerance) < FINE
    # a mean of float32 losses has the digits of a float64
    rough = replace(found.sure, tolerance=np.maximum(found.sure.tolerance, COARSE))
    return bool(case.said or confirmed or bends_down(rough))


def _closest(case: Case) -> Found:
    found = _corrected(case, case.setting())
    if found.off.any() and np.isfinite(found.sure.tolerance).all():
        # what rounding makes of this run is more than of most
        found = _corrected(case, replace(found.sure, tolerance=found.sure.tolerance / 2))
    return found


def _corrected(case: Case, setting: Setting) -> Found:
    """The run that comes closest: what rounding does to it is taken out of the lines."""
    signs = signs_of(setting, case.steps, case.result)
    aim = setting
    for _round in range(1 + CORRECTIONS):
        recovery = recover(aim, signs)
        run = case.run(recovery.initial)
        formula = _formula(case, run)
        ideal = formula.losses_at(case.at)
        off = setting.departing(run.losses)
        off[list(recovery.departing)] = False
        if not off.any() or not np.isfinite(run.losses).all():
            break
        aim = setting.corrected(ideal, run.losses)
    moved = float(np.abs(np.array(run.parameters) - formula.parameters).max())
    wide = case.setting(noise=float(np.abs(relative(run.losses, ideal)).max()))
    return Found(setting, recovery, run, moved, replace(wide, tolerance=2 * wide.tolerance))


def _formula(case: Case, run: Run) -> Trajectory:
    """What the run would be without rounding."""
    return Trajectory(case.spectrum, run.initial, case.learning_rate, case.steps)


def _about_the_end(case: Case, found: Found, again: bool) -> Replay:
    """All lines are ours: does the run end where the Result line says?"""
    run, setting = found.run, found.setting
    if case.result is not None and not case.ending(found.moved).reached(run.parameters):
        together = _together(case, found) or _another_end(case, found)
        if together is None:
            ending = case.ending(found.moved)
            proven = _is_known(case, found) and _ends_elsewhere(case, found.sure, ending)
            named = case.backwards()
            if again and not no_start_prints(found.sure, named.ending(found.moved)):
                outcome = judge(named, again=False)
                if outcome.verdict == "reproduced" or proven:
                    return outcome
            if proven:
                return report(case, "contradicted", run, about_the_result(case, run), "result")
            text = _(
                "The losses are a run of this stage. No start was found with which it ends where "
                "the Result line says, which is no proof that there is none."
            )
            return report(case, "undecided", run, text)
        run = together
    text = about_all_lines(case)
    if case.result is None:
        text += " " + _("Without a Result line the signs of the slow modes stay open.")
    away = setting.spectrum.amplitudes(run.initial) / setting.spectrum.singular
    if (np.abs(away) < TRAINED).all():
        text += " " + about_trained(case)
    return report(case, "reproduced", run, text)


def _ends_elsewhere(case: Case, sure: Setting, ending: Ending) -> bool:
    """Whether no start prints these lines, on any scale that programs print, and ends there."""
    factors = [1.0, *(factor for _words, factor in scales(case.points))]
    settings = (replace(sure, losses=sure.losses / factor) for factor in factors)
    return all(no_start_prints(setting, ending) for setting in settings)


def _together(case: Case, found: Found) -> Run | None:
    """The run from the start that lines and Result line name together; None if it prints others."""
    setting, run = found.setting, found.run
    ending = case.ending(found.moved)
    for _round in range(1 + CORRECTIONS):
        formula = _formula(case, run)
        aim = setting.corrected(formula.losses_at(case.at), run.losses)
        end = ending.parameters + np.array(formula.parameters) - np.array(run.parameters)
        target = replace(ending, parameters=end, first=case.steps, last=case.steps)
        run = case.run(joint_start(aim, target, run.initial))
        if not np.isfinite(run.losses).all() or setting.departing(run.losses).any():
            return None
        if ending.reached(run.parameters):
            return run
    return None


def _another_end(case: Case, found: Found) -> Run | None:
    """The run to the number of updates that the Result line names, if nobody said how many."""
    first, last = case.ends
    if first == last:
        return None
    ends = np.arange(first, min(last, first + LONGEST) + 1)
    run, ending = found.run, case.ending(found.moved)
    apart = np.abs(_formula(case, run).parameters_at(ends) - ending.parameters) / ending.tolerance
    steps = int(ends[apart.max(axis=1).argmin()])
    other = replace(case, steps=steps)
    run = other.run(run.initial)
    if ending.reached(run.parameters):
        return run
    return _together(other, replace(found, run=run))


def _about_departures(case: Case, found: Found, departing: Bools) -> str:
    """What is wrong with the lines, the first of them in reading order."""
    ours, misprints = found.run.losses, about_misprints(case)
    reading = [int(i) for i in np.argsort(case.order) if departing[i]]
    beyond = [i for i in reading if found.off[i]]
    if not found.recovery.whole:
        return joined(misprints, _about_the_beginning(case, found, reading[0]))
    if len(beyond) == 2 and _swapped(case, ours, beyond, found.setting.tolerance):
        text = _("The losses of steps {first} and {second} are swapped.").format(
            first=int(case.at[beyond[0]]), second=int(case.at[beyond[1]])
        )
        return joined(misprints, text)
    if not beyond:
        return misprints
    first = beyond[0]
    text = _(
        "All other lines belong to one run; at step {step} it prints {ours!r}, not {printed!r} "
        "({deviation:+.1e})."
    ).format(
        step=int(case.at[first]),
        ours=float(ours[first]),
        printed=float(case.signed[first]),
        deviation=relative(ours[first], case.signed[first]),
    )
    return joined(misprints, text)


def _about_the_beginning(case: Case, found: Found, first: int) -> str:
    """That no start explains a line together with those before it."""
    printed, ours = case.signed[first], found.run.losses[first]
    if not np.isfinite(ours):
        return _("A run from the closest start found diverges.")
    text = _(
        "No start explains the line of step {step} together with those before it: {printed:.6g} is "
        "printed, {ours:.6g} would follow ({deviation:+.1e})."
    ).format(
        step=int(case.at[first]), printed=printed, ours=ours, deviation=relative(ours, printed)
    )
    most = (abs(printed) + case.half_unit[first]) * (1 + found.setting.tolerance[first])
    floor = case.spectrum.floor
    return joined(text, about_the_floor(floor) if most < floor else "")


def _swapped(case: Case, ours: Array, pair: list[int], tolerance: Array) -> bool:
    crossed = np.abs(ours[pair] / case.losses[pair[::-1]] - 1)
    return bool((crossed <= tolerance[pair[::-1]]).all())
