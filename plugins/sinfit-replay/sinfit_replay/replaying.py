"""replay(): from a printed log and the name of a stage to a verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import sinfit
from sinfit.errors import UsageError
from sinfit.fitting.arguments import MOST_LEARNING_RATE, MOST_STEPS, positive, whole
from sinfit.fitting.fit import Fitter

from sinfit_replay import judge_legendre, judge_linear
from sinfit_replay.case import Case, sine
from sinfit_replay.i18n import _
from sinfit_replay.judge_undecidable import judge_dynamic, judge_rmsprop
from sinfit_replay.log import Log, read_log
from sinfit_replay.report import Replay

ALIASES = {"sgd": "gd", "momentum": "sgd-momentum"}
POINTS = 2000  # of every published program
JUDGES = {  # by update rule and model; plain gradient descent on a linear model is judge_linear's
    ("gd", "legendre"): judge_legendre.judge,
    ("rmsprop", "cubic"): judge_rmsprop,
    ("sgd-momentum", "dynamic"): judge_dynamic,
}


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
    if isinstance(log, Mapping):
        log = json.dumps(log, ensure_ascii=False) + "\n"
    if not isinstance(log, Log):
        log = read_log(log, table)
    fitter = _with_optimizer(sinfit.fitters()[stage], optimizer)
    judge = _judge_of(fitter)
    spec, given = fitter.spec, {"points": points, "steps": steps, "learning_rate": learning_rate}
    known = {**log.settings, **{name: each for name, each in given.items() if each is not None}}
    likely = whole("steps", known.get("steps", _steps_of(log, spec.steps)), 1, MOST_STEPS)
    if max(log.steps) >= likely:
        raise UsageError(
            _("the log prints step {step}, so steps must be more than that, not {steps}.").format(
                step=max(log.steps), steps=likely
            )
        )
    problem = sine(known.get("points", POINTS))
    problem.check_enough_for(spec.model)
    rate = known.get("learning_rate", spec.learning_rate)
    case = Case(
        log=log,
        fitter=fitter,
        problem=problem,
        learning_rate=positive("learning_rate", rate, MOST_LEARNING_RATE),
        # a table may have been cut off, so that its Result line comes any number of updates later
        ends=(likely, likely) if "steps" in known else (max(log.steps) + 1, MOST_STEPS),
        steps=likely,
        said={"points", "learning_rate"} <= known.keys(),
    )
    return judge(case)


def _steps_of(log: Log, usual: int) -> int:
    """How many updates the run likely made: the stage's own number if the last line allows it."""
    last, every = max(log.steps), min(abs(b - a) or 1 for a, b in pairwise(sorted(log.steps)))
    if last < usual <= last + every:
        return usual
    return last + 1 if (last + 1) % every == 0 else last + every


def _with_optimizer(fitter: Fitter, optimizer: str | None) -> Fitter:
    """The fitter itself, or the one of the same model that has this optimizer."""
    if optimizer is None:
        return fitter
    wanted = ALIASES.get(str(optimizer).lower(), str(optimizer).lower())
    known = [rule for rule, _model in JUDGES]
    if wanted not in known:
        raise UsageError(
            _("optimizer must be one of {names}, not {given!r}.").format(
                names=", ".join(known), given=optimizer
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
    if (optimizer, model.name) in JUDGES:
        return JUDGES[optimizer, model.name]
    raise UsageError(
        _(
            "{stage} cannot be replayed: it trains the model {model} with {optimizer}, and no way "
            "is known to recover the start of such a run."
        ).format(stage=fitter.name, model=model.name, optimizer=optimizer)
    )
