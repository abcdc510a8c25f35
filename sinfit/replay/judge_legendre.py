"""Judge a log of the Legendre stage: from its published start, else from the best-fitting one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinfit.i18n import _
from sinfit.replay.case import Case
from sinfit.replay.explain import shortest
from sinfit.replay.judge_linear import (
    TOLERANCE,
    about_the_result,
    about_trained,
    ends_there,
)
from sinfit.replay.legendre import fitting_rate, improve, recover_start, sensitivity, simulate
from sinfit.replay.linear import MOST_OUTLIERS
from sinfit.replay.report import Replay
from sinfit.theory import best_polynomial

Array = NDArray[np.float64]

PUBLISHED = (0.0, -1.0, 0.0, 0.3)
MIRRORS = np.array([[1, -1, -1, -1], [-1, -1, 1, -1], [-1, 1, -1, 1]])
CORRECTIONS = 3  # times that the difference between simulation and real stage is taken out
CONSISTENT = 2e-2  # of a loss; as close as a search that may have missed the start has to come
SHAKEN = 30.0  # float32 roundings of the start; the run itself rounds in every step, too
TRAINED = 1.2  # a first line below this many times the floor comes from no fresh start


def judge(case: Case) -> Replay:
    """Run the real stage from its published start; if that is not it, look for another."""
    spec = case.fitter.spec
    dtype = case.rounding.dtype
    tolerance = TOLERANCE[dtype] + case.rounding.half_unit[case.order] / case.losses
    best = best_polynomial(case.x, case.y)
    published = spec.initial or PUBLISHED

    initial = published
    ours, final = case.run(initial)
    off = np.abs(case.deviations(ours)) > tolerance
    rate = _about_the_rate(case, published) if off.sum() > len(off) / 2 else ""
    shaken = np.zeros_like(off)
    if off.sum() > len(off) / 2 and not rate:
        found, run, end = _search(case, tolerance)
        apart = np.abs(case.deviations(run))
        wrong = apart > tolerance
        if wrong.sum() > MOST_OUTLIERS and apart.max() < CONSISTENT:
            # misprints are few; this is a search that came close, and proves nothing
            initial, ours, final, shaken, off = found, run, end, wrong, wrong & False
        elif wrong.sum() < off.sum():
            initial, ours, final = found, run, end
            shaken = wrong & (apart <= SHAKEN * _sensitivity(case, initial))
            off = wrong & ~shaken
    if case.result is not None and not ends_there(case, final):
        # the sine is odd and P₃ too, so these starts print the same losses
        for mirror in MIRRORS:
            if ends_there(case, tuple(mirror * np.array(final))):
                initial = tuple(map(float, mirror * np.array(initial)))
                ours, final = case.run(initial)
                break

    trained = about_trained(case) if 0 < case.signed[0] < TRAINED * best.sse else ""
    departing = off | case.misprinted
    if departing.any():
        parts = (case.about_misprints(), _about(case, ours, off), rate, trained)
        text = " ".join(filter(None, parts))
        return case.report("contradicted", initial, ours, final, text, departing)
    if case.result is not None and not shaken.any() and not ends_there(case, final):
        curve = spec.model.predict(case.x, tuple(case.result))
        text = about_the_result(case, final, float(np.square(curve - case.y).sum()))
        return case.report("contradicted", initial, ours, final, text, "result")
    if shaken.any():
        worst = float(np.abs(case.deviations(ours)).max())
        text = _("The closest start found leaves every line within {worst:.1e}.").format(
            worst=worst
        )
        if (np.abs(case.deviations(ours))[shaken] < CONSISTENT).all():
            return case.report("consistent", initial, ours, final, text)
        text = _(
            "Up to step {step} every line is ours. There the learning rate is too large for this "
            "start for a while, the run swings, and rounding decides what follows."
        ).format(step=int(case.at[max(int(np.flatnonzero(shaken)[0]) - 1, 0)]))
        return case.report("consistent", initial, ours, final, text)
    text = _("Every line is ours, within rounding ({dtype}).").format(dtype=dtype)
    if initial == published:
        text += " " + _("The start is the published one, nothing is random.")
    else:
        text += " " + _("The start is not the published one, but {start}.").format(
            start=", ".join(
                f"{n} = {v:.6g}" for n, v in zip(spec.model.parameters, initial, strict=True)
            )
        )
    return case.report("reproduced", initial, ours, final, " ".join(filter(None, (text, trained))))


def _problem(case: Case) -> tuple[Array, Array, float, float]:
    """XᵀX, the best cubic, its loss and the learning rate, as the search wants them."""
    best = best_polynomial(case.x, case.y)
    powers = np.stack([case.x**k for k in range(4)])
    return powers @ powers.T, np.array(best.parameters), best.sse, case.learning_rate


def _search(case: Case, tolerance: Array) -> tuple[tuple[float, ...], Array, tuple[float, ...]]:
    """The start that fits best, its run's losses at the lines, (k,), and where it ends.

    The search simulates runs in float64. What the rounding of the real run adds is then taken out.
    """
    problem = _problem(case)
    published = np.array(case.fitter.spec.initial or PUBLISHED)
    found = recover_start(*problem, case.at, case.losses, published)
    runs = []
    for _round in range(1 + CORRECTIONS):
        initial = tuple(map(float, found))
        ours, final = case.run(initial)
        off = np.abs(case.deviations(ours)) > tolerance
        runs.append((int(off.sum()), initial, ours, final))
        if not off.any() or not np.isfinite(ours).all():
            break
        ideal = simulate(*problem, found[None], case.at)[:, 0]
        found = improve(*problem, case.at, case.losses * ideal / ours, found)
    return min(runs, key=lambda run: run[0])[1:]


def _sensitivity(case: Case, start: tuple[float, ...]) -> Array:
    return sensitivity(*_problem(case), case.at, np.array(start))


def _about_the_rate(case: Case, start: tuple[float, ...]) -> str:
    """Another learning rate with which the published start prints these lines, if there is one."""
    best = best_polynomial(case.x, case.y)
    powers = np.stack([case.x**k for k in range(4)])
    gram, parameters = powers @ powers.T, np.array(best.parameters)
    limit = 3 * TOLERANCE[case.rounding.dtype]

    def fits(rate: float) -> bool:
        starts = np.array([start])
        run = simulate(gram, parameters, best.sse, rate, starts, case.at)[:, 0]
        return bool((np.abs(case.deviations(run)) <= limit).all())

    rate, worst = fitting_rate(
        gram, parameters, best.sse, case.learning_rate, case.at, case.losses, np.array(start)
    )
    if worst > limit:
        return ""
    return _("Every line fits with a learning rate of {rate:.6g} instead of {given:.6g}.").format(
        rate=shortest(rate, fits), given=case.learning_rate
    )


def _about(case: Case, ours: np.ndarray[tuple[int], np.dtype[np.float64]], off: object) -> str:
    wrong = np.flatnonzero(np.asarray(off))
    if not wrong.size:
        return ""
    first = int(wrong[0])
    return _(
        "{count} of {lines} lines depart; at step {step} the stage prints {ours:.9g}, not "
        "{printed:.9g} ({deviation:+.1e})."
    ).format(
        count=wrong.size,
        lines=len(case.at),
        step=int(case.at[first]),
        ours=ours[first],
        printed=case.signed[first],
        deviation=case.deviations(ours, case.signed)[first],
    )
