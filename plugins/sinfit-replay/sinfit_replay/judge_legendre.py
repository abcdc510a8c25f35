"""Judge a log of the Legendre stage: from its published start, else from the best-fitting one.

A log of the published start has no randomness in it, so each of its lines can be wrong provably.
Another start has to be searched for, and where the search fails nothing is known. The model,
y = a + b P₃(c + d x), is a cubic whose coefficients q depend on a, b, c, d, so a run needs x and y
only through XᵀX and Xᵀy, and thousands of starts are simulated at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import numpy as np
from sinfit.ground.arrays import Array
from sinfit.theory import Spectrum

from sinfit_replay.case import RESULT_TOLERANCE, Case, Run
from sinfit_replay.explain import fitting_rate
from sinfit_replay.i18n import _
from sinfit_replay.proof import below_the_floor
from sinfit_replay.recovery import MOST_OUTLIERS
from sinfit_replay.report import (
    Replay,
    about_all_lines,
    about_misprints,
    about_the_floor,
    about_the_rate,
    about_the_result,
    about_trained,
    joined,
    named,
    report,
)
from sinfit_replay.setting import Bools, Setting, relative

PUBLISHED = (0.0, -1.0, 0.0, 0.3)
MIRRORS = np.array([[1, 1, 1, 1], [1, -1, -1, -1], [-1, -1, 1, -1], [-1, 1, -1, 1]])
CHANCE = 1e4  # so many other losses could stand there; a start near it meets one by that chance
CLOSE = 3  # tolerances: this far a line may be off where another learning rate explains it
FURTHER = 1.01  # rounding, and the bend of a curve within the digits, make less of a loss
TRAINED = 1.2  # a first line below this many times the floor comes from no fresh start

# random starts on the first quarter of the lines, the best of them on the first half, the best of
# these on all: (how many, the share of the lines, rounds)
STAGES = ((300, 0.25, 10), (40, 0.5, 10), (8, 1.0, 15))
FITTED = 2e-6  # of a loss, root mean square; float32 sums are no better
ROBUST = 8  # the best are refined again, so that a misprint cannot lead astray
FAR = 1e-3  # deviations beyond this are taken for misprints
SPREAD = (1.0, 1.5, 0.5, 0.6)  # of a, b, c, d; farther out the runs diverge
ROUNDINGS = 10  # at the start, of the last digit, do what those of all steps do together
AWAY = 1e-7  # the step of the finite differences; about the square root of the rounding unit


def judge(case: Case) -> Replay:
    """Run the real stage from its published start; if that is not it, look for another."""
    published = case.fitter.spec.initial or PUBLISHED
    for shift in (0, 1, -1):
        counted = case.counted(shift)
        if counted.at[0] < 0:
            continue
        setting, run = _from(counted, published)
        off = setting.departing(run.losses)
        few = off.sum() <= MOST_OUTLIERS and len(off) > 2 * off.sum() + MOST_OUTLIERS
        if few and _by_no_chance(counted, setting, off):
            return _is_published(counted, run, off)
    return _is_another(case, np.array(published))


def _by_no_chance(case: Case, setting: Setting, off: Bools) -> bool:
    """Whether a line that agrees has digits enough that no other start would print it as well.

    Near the floor, or rounded to whole numbers, many starts print the same.
    """
    above = (setting.losses - case.spectrum.floor) / (setting.tolerance * setting.losses)
    return bool(above[~off].max() >= CHANCE)


def _is_published(case: Case, run: Run, off: Bools) -> Replay:
    """The lines are those of the published start, but for very few."""
    departing = off | case.misprinted
    text = joined(about_misprints(case), _about(case, run, off))
    if departing.any():
        # the first line may be another start's, whose fast modes have died out by the second
        if off[0] and not (departing[1:].any() or case.misprinted[0]):
            return report(case, "undecided", run, text)
        if not case.misprinted.any() and _turns_on_rounding(case, run):
            return report(case, "undecided", run, joined(text, _about_rounding()))
        return report(case, "contradicted", run, text, departing)
    ended = _mirrored(case, run)
    if ended is None and _may_come_later(case, run):
        text = _(
            "The losses are a run of this stage, but it does not end where the Result line says. "
            "Nobody said after how many updates it was printed, so nothing is proven."
        )
        return report(case, "undecided", run, text)
    if ended is None and _turns_on_rounding(case, run):
        text = _(
            "The losses are a run of this stage, but it does not end where the Result line says."
        )
        return report(case, "undecided", run, joined(text, _about_rounding()))
    if ended is None:
        return report(case, "contradicted", run, about_the_result(case, run), "result")
    start = _("The start is the published one, nothing is random.")
    if ended is not run:
        start = _about_the_start(case, ended)
    return report(case, "reproduced", ended, joined(about_all_lines(case), start))


def _is_another(case: Case, published: Array) -> Replay:
    """Look for another start."""
    floor = case.spectrum.floor
    below = below_the_floor(case, floor)
    departing = below | case.misprinted
    rate = _another_rate(case, published)
    run = case.run(published if rate else recover_start(case.setting(), published))
    setting, run = _from(case, run.initial)  # with what rounding does to this very run
    off = setting.departing(run.losses)
    if departing.any():
        floored = about_the_floor(floor) if below.any() else ""
        text = joined(about_misprints(case), floored, rate)
        return report(case, "contradicted", run, text, departing)
    trained = about_trained(case) if 0 < case.signed[0] < TRAINED * floor else ""
    if off.any():
        closest = _(
            "The closest start found leaves {count} of {lines} lines off, by up to {worst:.1e}; "
            "that is no proof that there is no closer one."
        ).format(count=int(off.sum()), lines=len(off), worst=setting.off(run.losses).max())
        return report(case, "undecided", run, rate or joined(closest, trained))
    ended = _mirrored(case, run)
    if ended is None:
        text = _(
            "The losses are a run of this stage, but it does not end where the Result line says. "
            "Another start may print the same losses, so nothing is proven."
        )
        return report(case, "undecided", run, text)
    text = joined(about_all_lines(case), _about_the_start(case, ended), trained)
    return report(case, "reproduced", ended, text)


def _from(case: Case, initial: tuple[float, ...]) -> tuple[Setting, Run]:
    """The run from a start, and the lines with what rounding does to it allowed for."""
    setting, run = case.setting(), case.run(initial)
    ideal = simulate(setting, np.array([run.initial]))[:, 0]
    noise = float(np.abs(relative(run.losses, ideal)).max())
    return case.setting(noise) if np.isfinite(noise) else setting, run


def _mirrored(case: Case, run: Run) -> Run | None:
    """The run itself, or a mirror image of it that ends where the Result line says.

    The sine is odd and P₃ too, so these starts print the same losses.
    """
    if case.result is None or case.ending().reached(run.parameters):
        return run
    endings = case.ending(), case.backwards().ending()
    for steps in sorted({case.steps, case.ends[0]}):
        for mirror in MIRRORS:
            other = case.run(mirror * np.array(run.initial), steps)
            if any(ending.reached(other.parameters) for ending in endings):
                return other
    return None


def _may_come_later(case: Case, run: Run) -> bool:
    """Whether the Result line is after a number of updates that nobody said, and can be.

    Once the losses fall they fall on, so that its own loss tells whether it can.
    """
    falls = bool((np.diff(run.losses) < 0).all())
    return case.ends[0] != case.ends[1] and not (
        falls and case.least_result_loss > run.losses[-1] * FURTHER
    )


def _turns_on_rounding(case: Case, run: Run) -> bool:
    """Whether a run from a start that is hardly another ends somewhere else."""
    dtype = case.log.rounding.dtype
    moved = np.finfo(dtype).eps * np.concatenate([np.zeros((1, 4)), np.eye(4), -np.eye(4)])
    updates = _updates(case.spectrum, np.array(run.initial) + moved, case.learning_rate)
    with np.errstate(over="ignore", invalid="ignore"):
        parameters = np.array(next(islice(updates, case.steps, None))[0])  # (4, 9)
    apart = np.abs(parameters - parameters[:, :1]).max()
    return bool(ROUNDINGS * apart > RESULT_TOLERANCE[dtype])


def _about_rounding() -> str:
    return _("With so large a learning rate the run turns on rounding, so nothing is proven.")


def _another_rate(case: Case, start: Array) -> str:
    """Another learning rate with which the published start prints these lines, if there is one."""
    setting = case.setting()

    def misfits(rates: Array) -> Array:
        runs = simulate(setting, np.repeat(start[None], len(rates), axis=0), rates)
        off = np.abs(relative(runs, setting.losses[:, None])) / setting.tolerance[:, None]
        return np.asarray(off.max(axis=0))

    def fits(rate: float) -> bool:
        return bool(misfits(np.array([rate]))[0] <= CLOSE)

    rate = fitting_rate(misfits, case.learning_rate * np.array([0.1, 10]), many=64)
    return about_the_rate(case, rate, fits) if fits(rate) else ""


def _about_the_start(case: Case, run: Run) -> str:
    text = _("The start is not the published one, but {start}.")
    return text.format(start=named(case, run.initial))


def _about(case: Case, run: Run, off: Bools) -> str:
    """How many lines are not the published start's, and the first of them; empty if all are."""
    if not off.any():
        return ""
    first = int(np.argmax(off))
    return _(
        "{count} of {lines} lines depart; at step {step} the stage prints {ours:.9g}, not "
        "{printed:.9g} ({deviation:+.1e})."
    ).format(
        count=int(off.sum()),
        lines=len(off),
        step=int(case.at[first]),
        ours=run.losses[first],
        printed=case.signed[first],
        deviation=relative(run.losses[first], case.signed[first]),
    )


def recover_start(setting: Setting, near: Array) -> Array:
    """The start whose simulated losses come closest, (4,); a given one, (4,), is tried first."""

    def bounded(starts: Array) -> Array:  # a misprint counts no more than this, however large
        values = _residuals(setting, starts) / FAR
        return np.asarray(values / np.sqrt(1 + np.square(values)))

    rng = np.random.default_rng(0)
    starts = rng.uniform(-1, 1, (STAGES[0][0], 4)) * SPREAD
    starts[:, 3] = np.abs(starts[:, 3])  # (-b, -c, -d) is the same curve as (b, c, d)
    starts[0] = near
    count = len(setting.steps)
    for kept, share, rounds in STAGES:
        part = setting.only(slice(max(4, round(share * count))))
        enough = FITTED**2 * len(part.steps)
        starts, sums = descend(partial(_residuals, part), starts[:kept], rounds, enough)
        starts, sums = starts[np.argsort(sums)], np.sort(sums)
    if sums[0] > FAR**2 * count:
        starts, sums = descend(bounded, starts[:ROBUST], rounds=12)
    return np.asarray(starts[np.argmin(sums)])


def _residuals(setting: Setting, starts: Array) -> Array:
    """The relative deviations of the losses from many starts, (k, m)."""
    return np.asarray(simulate(setting, starts) / setting.losses[:, None] - 1)


def simulate(setting: Setting, starts: Array, rates: float | Array | None = None) -> Array:
    """The losses of plain gradient descent from many starts, (k, m).

    Args:
        setting: The problem of the powers 0 to 3, and the steps, ascending, (k,).
        starts: Shape (m, 4).
        rates: Another learning rate, or one for each start, (m,).
    """
    rate = setting.learning_rate if rates is None else rates
    steps, last = setting.steps, int(setting.steps[-1])
    losses = np.empty((len(steps), len(starts)))
    line, updates = 0, _updates(setting.spectrum, starts, rate)
    with np.errstate(over="ignore", invalid="ignore"):
        for step, (_parameters, error, half) in zip(range(last + 1), updates, strict=False):
            if step == steps[line]:
                losses[line] = (error * half).sum(axis=0) + setting.spectrum.floor
                line += 1
    return losses


def _updates(
    problem: Spectrum, starts: Array, rate: float | Array
) -> Iterator[tuple[tuple[Array, ...], Array, Array]]:
    """Plain gradient descent from many starts, (m, 4), without end.

    Yields:
        Before each update a, b, c, d, (m,) each; how far their cubic's coefficients are from the
        best, and half of the gradient for these coefficients, (4, m) each.
    """
    scaled = problem.directions * problem.singular
    gram = scaled @ scaled.T  # XᵀX
    best = (problem.directions @ (problem.target / problem.singular))[:, None]
    a, b, c, d = starts.T.copy()
    while True:
        p, slope = (5 * c**3 - 3 * c) / 2, (15 * c**2 - 3) / 2
        bend, cube = 7.5 * c, 2.5
        q = np.stack([a + b * p, b * d * slope, b * d**2 * bend, b * d**3 * cube])
        error = q - best
        half = gram @ error  # half of the gradient for q
        yield (a, b, c, d), error, half
        g0, g1, g2, g3 = 2 * half
        grad_b = p * g0 + d * slope * g1 + d**2 * bend * g2 + d**3 * cube * g3
        grad_c = b * (slope * g0 + 2 * bend * d * g1 + 3 * cube * d**2 * g2)
        grad_d = b * (slope * g1 + 2 * bend * d * g2 + 3 * cube * d**2 * g3)
        a = a - rate * g0
        b = b - rate * grad_b
        c = c - rate * grad_c
        d = d - rate * grad_d


def descend(
    residuals: Callable[[Array], Array], starts: Array, rounds: int, enough: float = 0.0
) -> tuple[Array, Array]:
    """Improve every start on its own, by Levenberg-Marquardt.

    Args:
        residuals: Turns points of shape (m, p) into residuals of shape (k, m).
        starts: Shape (m, p).
        rounds: How many steps to try.
        enough: Stop as soon as a start has a sum of squares below this.

    Returns:
        The improved points, (m, p), and their sums of squares, (m,); infinite where a simulation
        diverged.
    """
    count, size = starts.shape

    def sums(values: Array) -> Array:
        return np.asarray(np.nan_to_num(np.square(values).sum(axis=0), nan=np.inf))

    with np.errstate(over="ignore", invalid="ignore"):
        current = residuals(starts)
        damping = np.full(count, 1e-2)
        for _round in range(rounds):
            if sums(current).min() < enough:
                break
            moved = np.concatenate([starts + AWAY * unit for unit in np.eye(size)])
            jacobian = (residuals(moved).reshape(-1, size, count) - current[:, None]) / AWAY
            jacobian = np.nan_to_num(jacobian, posinf=0, neginf=0)
            values = np.nan_to_num(current, posinf=0, neginf=0)
            normal = np.einsum("tkm,tlm->mkl", jacobian, jacobian)
            slope = np.einsum("tkm,tm->mk", jacobian, values)
            diagonal = np.einsum("mkk->mk", normal)
            damped = normal + (damping[:, None] * diagonal + 1e-12)[:, :, None] * np.eye(size)
            trial = starts - np.linalg.solve(damped, slope[:, :, None])[:, :, 0]
            after = residuals(trial)
            better = sums(after) < sums(current)
            starts = np.where(better[:, None], trial, starts)
            current = np.where(better, after, current)
            damping = np.where(better, damping * 0.2, damping * 5)
        return starts, sums(current)
