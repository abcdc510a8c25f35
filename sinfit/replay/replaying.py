"""replay(): from a printed log and the name of a stage to a verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import sinfit
from sinfit.errors import UsageError
from sinfit.fitter import Fitter
from sinfit.i18n import _
from sinfit.replay import judge_legendre, judge_linear, judge_momentum, judge_rmsprop
from sinfit.replay.case import Case
from sinfit.replay.log import Log, read_log
from sinfit.replay.report import Replay
from sinfit.replay.rounding import rounding

ALIASES = {
    "sgd": "gd",
    "plain gd": "gd",
    "momentum": "sgd-momentum",
    "sgd momentum 0.9": "sgd-momentum",
    "sgd (plain gd)": "gd",
}
POINTS = 2000  # of every published program
OPTIMIZERS = ("gd", "rmsprop", "sgd-momentum")


def replay(
    log: Log | str | bytes | Path | Mapping[str, Any],
    stage: str,
    *,
    points: int | None = None,
    steps: int | None = None,
    learning_rate: float | None = None,
    optimizer: str | None = None,
    table: int | None = None,
) -> Replay:
    r"""Recover the start of a printed run, run the real stage from it, and compare line by line.

    Examples:
        >>> run = sinfit.fit("numpy", steps=1000, seed=1)
        >>> outcome = replay("\n".join(run.printed()), "numpy", steps=1000)
        >>> outcome.verdict, outcome.max_relative_deviation < 1e-11
        ('reproduced', True)

    Args:
        log: A path, the text itself, or its parsed JSON.
        stage: The fitter that is said to have printed it.
        points: The number of points n that it ran on; if None what a saved result says, or 2000.
        steps: The number of updates; if None the stage's own, or as the lines suggest.
        learning_rate: The learning rate; the stage's own if None.
        optimizer: The update rule, `gd`, `rmsprop` or `sgd-momentum`, if it was not the stage's
            own; the fitter of the same model that has this rule is run then.
        table: Which table, counted from 1, if the log has several.

    Returns:
        The verdict, the explanation, and printed and our losses.

    Raises:
        DataError: The log cannot be read, or holds no usable losses.
        UsageError: Something given cannot be used, or no way is known to replay this stage.
    """
    from sinfit import settings
    from sinfit.problem import Problem, check_points

    if isinstance(log, Mapping):
        log = json.dumps(log, ensure_ascii=False) + "\n"
    if not isinstance(log, Log):
        log = read_log(log, table)
    fitter = _with_optimizer(sinfit.fitters()[stage], optimizer)
    judge = _judge_of(fitter)
    spec = fitter.spec
    known = log.settings
    rate = (
        known.get("learning_rate", spec.learning_rate) if learning_rate is None else learning_rate
    )
    points = int(known.get("points", POINTS)) if points is None else points
    if steps is None:
        steps = int(known.get("steps", 0)) or _steps_of(log, spec.steps)
    steps = settings.whole("steps", steps, 1, settings.MOST_STEPS)
    if max(log.steps) >= steps:
        raise UsageError(
            _("the log prints step {step}, so steps must be more than that, not {steps}.").format(
                step=max(log.steps), steps=steps
            )
        )
    points = check_points(points)
    parameters = len(spec.model.parameters)
    if points < parameters:
        Problem.from_target(sinfit.targets()["sin"], points).check_enough_for(parameters)
    case = Case(
        log=log,
        rounding=rounding(log),
        fitter=fitter,
        points=points,
        steps=steps,
        learning_rate=settings.positive("learning_rate", rate, settings.MOST_LEARNING_RATE),
    )
    return judge(case)


def _steps_of(log: Log, usual: int) -> int:
    """How many updates the run made: the stage's own number if the last line allows it."""
    last, every = max(log.steps), min(abs(b - a) or 1 for a, b in pairwise(sorted(log.steps)))
    if last < usual <= last + every:
        return usual
    return last + 1 if (last + 1) % every == 0 else last + every


def _with_optimizer(fitter: Fitter, optimizer: str | None) -> Fitter:
    """The fitter itself, or the one of the same model that has this optimizer."""
    if optimizer is None:
        return fitter
    wanted = ALIASES.get(optimizer.lower(), optimizer.lower())
    if wanted not in OPTIMIZERS:
        raise UsageError(
            _("optimizer must be one of {names}, not {given!r}.").format(
                names=", ".join(OPTIMIZERS), given=optimizer
            )
        )
    if fitter.spec.optimizer == wanted:
        return fitter
    for other in sinfit.fitters().values():
        if other.spec.optimizer == wanted and other.spec.model == fitter.spec.model:
            return other
    raise UsageError(
        _("no installed fitter trains the model of {stage} with {optimizer}.").format(
            stage=fitter.name, optimizer=wanted
        )
    )


def _judge_of(fitter: Fitter) -> Callable[[Case], Replay]:
    model, optimizer = fitter.spec.model, fitter.spec.optimizer
    if optimizer == "gd" and model.basis is not None:
        return judge_linear.judge
    if optimizer == "gd" and model.name == "legendre":
        return judge_legendre.judge
    if optimizer == "rmsprop" and model.name == "cubic":
        return judge_rmsprop.judge
    if optimizer == "sgd-momentum" and model.name == "dynamic":
        return judge_momentum.judge
    raise UsageError(
        _(
            "{stage} cannot be replayed: it trains the model {model} with {optimizer}, and no way "
            "is known to recover the start of such a run."
        ).format(stage=fitter.name, model=model.name, optimizer=optimizer)
    )
