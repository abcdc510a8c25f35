"""Judge a log of plain gradient descent on a model that is linear in its parameters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinfit.i18n import _
from sinfit.replay.case import Case
from sinfit.replay.explain import explain
from sinfit.replay.joint import joint_start
from sinfit.replay.linear import Recovery, recover, signs_of
from sinfit.replay.report import Replay, relative
from sinfit.replay.scaled import about_the_floor
from sinfit.theory import Spectrum, Trajectory, spectrum

Array = NDArray[np.float64]

# float32 sums of 2000 squares are good to about 3e-6, float64 ones to about 1e-14
TOLERANCE = {"float32": 1e-5, "float64": 1e-11}
# parameters are this close, absolute, or relative if above 1; the published ones are within 2e-6
RESULT_TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
TRAINED = 0.1  # a start with no slow mode longer than this was hardly drawn at random
CORRECTIONS = 2  # times that the difference between the formula and the real stage is taken out


def judge(case: Case) -> Replay:
    """Recover the start from the losses, run the real stage from it, and compare."""
    model = case.fitter.spec.model
    assert model.basis is not None, "only called for models that are linear"  # noqa: S101
    problem = spectrum(model.basis(case.x), case.y)
    dtype = case.rounding.dtype
    # a whole unit of the last printed digit: half for the rounding, half for the fit's own error
    unit = 2 * case.rounding.half_unit[case.order] / case.losses
    tolerance = TOLERANCE[dtype] + unit
    signs = signs_of(problem, case.learning_rate, case.steps, case.result)

    aim = case.losses
    for _round in range(1 + CORRECTIONS):
        recovery = recover(problem, case.learning_rate, case.at, aim, tolerance, signs)
        ours, final = case.run(recovery.initial)
        off = np.abs(case.deviations(ours)) > tolerance
        kept = np.ones(len(off), dtype=bool)
        kept[list(recovery.departing)] = False
        if not (off & kept).any() or not np.isfinite(ours).all():
            break
        formula = trajectory_of(problem, case, recovery.initial)
        aim = case.losses * formula.losses_at(case.at) / ours

    departing = off | case.misprinted
    if not recovery.whole:
        departing[recovery.departing[0]] = True
    if departing.any():
        text = _about_departures(case, recovery, ours, departing, tolerance, problem)
        return case.report("contradicted", recovery.initial, ours, final, text, departing)

    initial = recovery.initial
    if case.result is not None:
        if not ends_there(case, final):
            together = _together(case, problem, recovery, ours, final, tolerance)
            if together is not None:
                initial, ours, final = together
        if not ends_there(case, final):
            sse = float(np.square(problem.amplitudes(case.result)).sum() + problem.floor)
            text = about_the_result(case, final, sse)
            return case.report("contradicted", initial, ours, final, text, "result")
    text = _("Every line is ours, within rounding ({dtype}).").format(dtype=dtype)
    if case.result is None:
        text += " " + _("Without a Result line the signs of the slow modes stay open.")
    if _is_trained(problem, initial):
        text += " " + about_trained(case)
    return case.report("reproduced", initial, ours, final, text)


def _together(
    case: Case,
    problem: Spectrum,
    recovery: Recovery,
    ours: Array,
    final: tuple[float, ...],
    tolerance: Array,
) -> tuple[tuple[float, ...], Array, tuple[float, ...]] | None:
    """The run from the start that lines and Result line name together; None if it prints others.

    Returns:
        The start, its losses at the lines, (k,), and where it ends.
    """
    assert case.result is not None, "only called with a Result line"  # noqa: S101
    initial = recovery.initial
    for _round in range(1 + CORRECTIONS):
        formula = trajectory_of(problem, case, initial)
        initial = joint_start(
            problem,
            case.learning_rate,
            case.at,
            case.losses * formula.losses_at(case.at) / ours,
            tolerance,
            case.steps,
            case.result + formula.parameters - np.array(final),
            result_tolerance(case),
            initial,
        )
        ours, final = case.run(initial)
        if not np.isfinite(ours).all() or (np.abs(case.deviations(ours)) > tolerance).any():
            return None
        if ends_there(case, final):
            return initial, ours, final
    return None


def about_the_result(case: Case, final: tuple[float, ...], sse: float) -> str:
    """Say that the Result line belongs to another run."""
    names = case.fitter.spec.model.parameters
    assert case.result is not None, "only called with a Result line"  # noqa: S101
    return _(
        "The losses are a run of this stage, but the Result line is another run's: this one ends "
        "with {ours}, the Result line says {printed}, whose loss is {sse:.6g}; the last line says "
        "{last:.6g}."
    ).format(
        ours=", ".join(f"{n} = {v:.6g}" for n, v in zip(names, final, strict=True)),
        printed=", ".join(f"{n} = {v:.6g}" for n, v in zip(names, case.result, strict=True)),
        sse=sse,
        last=case.losses[-1],
    )


def about_trained(case: Case) -> str:
    """Say that the start was no random one."""
    return _(
        "The log starts from an already trained state: at step {step} the loss is {loss:.6g} "
        "already, as when a notebook cell is run again."
    ).format(step=int(case.at[0]), loss=case.losses[0])


def _about_departures(
    case: Case,
    recovery: Recovery,
    ours: Array,
    departing: NDArray[np.bool_],
    tolerance: Array,
    problem: Spectrum,
) -> str:
    reading = [int(i) for i in np.argsort(case.order) if departing[i]]
    first = reading[0]
    step, printed, mine = int(case.at[first]), case.signed[first], ours[first]
    if recovery.whole:
        text = case.about_misprints()
        beyond = [i for i in reading if abs(case.deviations(ours)[i]) > tolerance[i]]
        if len(beyond) == 2 and _swapped(case, ours, beyond, tolerance):
            return _join(
                text,
                _("The losses of steps {first} and {second} are swapped.").format(
                    first=int(case.at[beyond[0]]), second=int(case.at[beyond[1]])
                ),
            )
        if beyond:
            step, printed, mine = int(case.at[beyond[0]]), case.signed[beyond[0]], ours[beyond[0]]
            text = _join(
                text,
                _(
                    "All other lines belong to one run; at step {step} it prints {ours!r}, not "
                    "{printed!r} ({deviation:+.1e})."
                ).format(
                    step=step,
                    ours=float(mine),
                    printed=float(printed),
                    deviation=relative(mine, printed),
                ),
            )
        return text
    found = explain(
        case.fitter.spec.model,
        case.x,
        case.y,
        case.points,
        case.learning_rate,
        case.at,
        case.losses,
        3 * tolerance,
        case.result,
    )
    text = _(
        "No start explains the line of step {step} together with those before it: {printed:.6g} is "
        "printed, {ours:.6g} would follow ({deviation:+.1e})."
    ).format(step=step, printed=printed, ours=mine, deviation=relative(mine, printed))
    found = found or _("No other learning rate, model or number of points explains it.")
    most = (abs(printed) + case.rounding.half_unit[case.order][first]) * (1 + tolerance[first])
    return _join(case.about_misprints(), text, about_the_floor(most, problem.floor), found)


def _swapped(case: Case, ours: Array, pair: list[int], tolerance: Array) -> bool:
    crossed = np.abs(ours[pair] / case.losses[pair[::-1]] - 1)
    return bool((crossed <= tolerance[pair[::-1]]).all())


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def trajectory_of(problem: Spectrum, case: Case, initial: tuple[float, ...]) -> Trajectory:
    """The run from a start by its formula, without the rounding of the real one."""
    return Trajectory(problem, initial, case.learning_rate, case.steps)


def result_tolerance(case: Case) -> Array:
    """How far the parameters may be from those of the Result line, absolute, (p,)."""
    assert case.result is not None, "only called with a Result line"  # noqa: S101
    own = RESULT_TOLERANCE[case.rounding.dtype] * np.maximum(np.abs(case.result), 1)
    return np.asarray(own + case.result_half_unit)


def ends_there(case: Case, final: tuple[float, ...]) -> bool:
    """Whether a run's final parameters are those of the Result line."""
    return bool((np.abs(np.array(final) - case.result) <= result_tolerance(case)).all())


def _is_trained(problem: Spectrum, initial: tuple[float, ...]) -> bool:
    away = problem.amplitudes(initial) / problem.singular
    return bool((np.abs(away) < TRAINED).all())
