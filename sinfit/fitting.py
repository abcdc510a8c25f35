"""fit() and compare(): check what is asked for, run a fitter, and hand back what came out."""

from __future__ import annotations

import platform
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from sinfit import __version__, settings
from sinfit.comparison import Comparison
from sinfit.driving import Callback, Run, Watch, drive
from sinfit.errors import (
    DataError,
    FitterError,
    SinfitError,
    StabilityWarning,
    UnavailableError,
    UnknownNameError,
    UsageError,
    one_line,
    shown,
)
from sinfit.fitter import Fitter
from sinfit.i18n import _
from sinfit.plugins import fitters, notify_finished, targets
from sinfit.problem import Problem
from sinfit.randomness import draw_start, draws, untouched_global_states
from sinfit.result import FitResult, Status
from sinfit.theory import stability_limit

Progress = Callable[[int, float], object]
"""Told each recorded step and its loss."""

DIVERGED_FACTOR = 10  # a loss that ends tenfold above the start is no fit, finite or not


def fit(
    name: str | Fitter,
    x: Any = None,
    y: Any = None,
    *,
    target: str = "sin",
    points: int = 2000,
    steps: int | None = None,
    learning_rate: float | None = None,
    seed: int = 0,
    initial: Sequence[float] | Mapping[str, float] | None = None,
    callbacks: Iterable[Callback] | Callback | None = (),
    tolerance: float | None = None,
    patience: int | None = None,
    time_limit: float | None = None,
    record_every: int = 1,
    progress: bool | Progress = False,
    **options: Any,
) -> FitResult:
    """Fit a curve with one of the installed fitters.

    Examples:
        >>> result = fit("numpy", steps=100)
        >>> result.printed()[0].startswith("99 ")
        True

    Args:
        name: A fitter's name, or `distribution/name`.
        x: Your own x, shape (n,): an array, a list, a pandas Series or a tensor.
        y: Your own y, shape (n,); x and y are given together or not at all.
        target: Without x and y, a target's name: `sin`, `cos`, `exp` or a plugin's.
        points: Without x and y, the number of evenly spaced points n.
        steps: How many updates to make; the fitter's own default if None.
        learning_rate: The size of an update; the fitter's own default if None.
        seed: What the start is drawn from (standard normal), and what the fitter draws.
        initial: The start, in the model's order or by name, instead of a drawn one.
        callbacks: Called with a `State` at every recorded step; a true answer stops the fit.
        tolerance: Stop when the loss changes by less than this part of itself between two
            recorded steps.
        patience: Stop after so many recorded steps without a new best loss.
        time_limit: Stop after so many seconds.
        record_every: Record the loss and the parameters at the first step and at the last of
            every so many: steps 0, 99, 199, … for 100.
        progress: Show a progress bar on stderr; or a function that is told each recorded step and
            its loss, such as `print`.
        **options: The fitter's own options, such as `device` and `dtype`.

    Returns:
        The result; after Ctrl-C, a time limit or divergence the best until then, with
        `success=False`.

    Raises:
        UsageError: Something given cannot be used; a subclass says what.
        UnavailableError: The fitter needs a package that is not installed.
        FitterError: The fitter raised or broke its contract; the error holds the best until then.
    """
    fitter = _fitter(name)
    spec, model = fitter.spec, fitter.spec.model
    problem = _problem(x, y, target, points)
    problem.check_enough_for(len(model.parameters))
    problem.check_powers()
    steps = settings.whole("steps", spec.steps if steps is None else steps, 1, settings.MOST_STEPS)
    rate = settings.positive(
        "learning_rate",
        spec.learning_rate if learning_rate is None else learning_rate,
        settings.MOST_LEARNING_RATE,
    )
    seed = settings.whole("seed", seed, 0, settings.MOST_SEED)
    if initial is None:
        initial = draw_start(seed, len(model.parameters)) if spec.initial is None else spec.initial
    start = settings.start(initial, model)
    watch = _watch(callbacks, tolerance, patience, time_limit, record_every)
    chosen = settings.check_options(fitter, options)
    generate = fitter.load()
    _warn_if_unstable(fitter, problem, rate)

    bar: AbstractContextManager[Progress | None] = nullcontext()
    if callable(progress):
        bar = nullcontext(progress)
    elif progress:
        from sinfit.progress import progress_bar

        bar = progress_bar(fitter.title, steps)
    x, y = (_own_copy(values) for values in (problem.x, problem.y))
    with untouched_global_states(seed), bar as watch.advance:
        try:
            extra = settings.resolve_options(fitter, chosen)
            if spec.draws:
                extra["rng"] = draws(seed)
            generator = generate(x, y, initial=start, steps=steps, learning_rate=rate, **extra)
            if not hasattr(generator, "send"):
                raise TypeError(_("it returned {value!r}, no generator").format(value=generator))
        except SinfitError:
            raise
        except (Exception, SystemExit) as error:
            raise FitterError(
                _("fitter {id} cannot be started: {error}").format(
                    id=fitter.id, error=one_line(error)
                )
            ) from error
        run = drive(generator, len(model.parameters), steps, watch)
    if not (np.array_equal(x, problem.x) and np.array_equal(y, problem.y)) and run.error is None:
        run.broken = run.broken or _("changed x or y, which must stay as they are")

    result = _result(fitter, problem, start, run, steps, rate, seed, chosen)
    if isinstance(run.error, UsageError):
        raise run.error  # the fitter says that it cannot fit this
    if run.broken or run.error is not None:
        reason = run.broken or _("raised {error} after {step} steps").format(
            error=one_line(run.error), step=run.nit
        )
        raise FitterError(
            _("fitter {id} {reason}.").format(id=fitter.id, reason=reason), result
        ) from run.error
    assert result is not None, "a run without fault has recorded a loss"  # noqa: S101 (an invariant)
    notify_finished(result)
    return result


def compare(
    names: Iterable[str | Fitter] | str | Fitter | None = None,
    x: Any = None,
    y: Any = None,
    *,
    progress: bool = False,
    **settings: Any,
) -> Comparison:
    """Fit the same data with several fitters.

    Examples:
        >>> comparison = compare(["numpy"], steps=50)
        >>> [result.fitter for result in comparison]
        ['numpy']

    Args:
        names: The fitters' names; all that are installed if None.
        x: Your own x, shape (n,).
        y: Your own y, shape (n,).
        progress: Show a progress bar on stderr for each.
        **settings: What `fit` takes. An option that only some fitters have, such as `device`,
            goes to those.

    Returns:
        The results in the fitters' order. A fitter that is not available or breaks does not stop
        the others: `skipped` says why it is missing.

    Raises:
        UnavailableError: There is no fitter to compare.
        UsageError: Something given cannot be used, or no fitter has such an option.
    """
    installed = fitters()
    if names is None and not installed:
        raise UnavailableError(installed.why_empty())
    if isinstance(names, (str, Fitter)):
        names = [names]
    chosen = [_fitter(name) for name in (installed if names is None else names)]
    own = {option.name for fitter in chosen for option in fitter.spec.options}
    results: list[FitResult] = []
    skipped: dict[str, str] = {}
    for fitter in chosen:
        if not fitter.available:
            skipped[fitter.name] = fitter.reason
            continue
        has = {option.name for option in fitter.spec.options}
        mine = {key: value for key, value in settings.items() if key in has or key not in own}
        try:
            results.append(fit(fitter, x, y, progress=progress, **mine))
        except UsageError:
            raise
        except KeyboardInterrupt:  # between two fits, or before one had a loss to show
            if not results:
                raise
            skipped[fitter.name] = _("interrupted before there was a result.")
            break
        except SinfitError as error:
            skipped[fitter.name] = str(error)
            continue
        if results[-1].status is Status.INTERRUPTED:
            break
    return Comparison(tuple(results), skipped)


def _fitter(name: str | Fitter) -> Fitter:
    if isinstance(name, Fitter):
        return name
    if not isinstance(name, str):
        raise UsageError(
            _("a fitter is named first, such as 'numpy', not {given}.").format(
                given=shown(name)[:80]
            )
        )
    return fitters()[name]


def _problem(x: Any, y: Any, target: str, points: int) -> Problem:
    if isinstance(x, Problem) and y is None:
        return x
    if (x is None) != (y is None):
        raise DataError(
            _("x and y are given together or not at all; {name} is missing.").format(
                name="y" if y is None else "x"
            )
        )
    if x is not None:
        if (target, points) != ("sin", 2000):
            raise UsageError(
                _("target and points go without x and y, which have their own points.")
            )
        return Problem(x, y)
    known = targets()
    if not isinstance(target, str):
        raise UsageError(
            _("target is a name, not {given}; data are given as x and y.").format(
                given=shown(target)[:80]
            )
        )
    if target not in known:
        raise UnknownNameError(_("target"), str(target), known)
    return Problem.from_target(known[target], points)


def _own_copy(values: Any) -> Any:
    """A read-only copy for the fitter: one that writes to it all the same spoils nobody's data."""
    copy = values.copy()
    copy.setflags(write=False)
    return copy


def _watch(
    callbacks: Iterable[Callback] | Callback | None,
    tolerance: float | None,
    patience: int | None,
    time_limit: float | None,
    record_every: int,
) -> Watch:
    every = settings.whole("record_every", record_every, 1, settings.MOST_STEPS)
    if tolerance is not None:
        tolerance = settings.positive("tolerance", tolerance, zero=True)
    if patience is not None:
        patience = settings.whole("patience", patience, 1, settings.MOST_STEPS)
    if time_limit is not None:
        time_limit = settings.positive("time_limit", time_limit)
    if callable(callbacks):
        callbacks = [callbacks]
    called = list(callbacks or ()) if isinstance(callbacks, Iterable | None) else [callbacks]
    if not all(map(callable, called)):
        raise UsageError(_("callbacks must be functions, not {given!r}.").format(given=callbacks))
    return Watch(called, tolerance, patience, time_limit, every)


def _warn_if_unstable(fitter: Fitter, problem: Problem, learning_rate: float) -> None:
    """Warn of a learning rate above the stability limit, where there is one."""
    model = fitter.spec.model
    if fitter.spec.optimizer != "gd" or model.basis is None:
        return
    with np.errstate(over="ignore"):
        columns = [np.broadcast_to(column, problem.x.shape) for column in model.basis(problem.x)]
    if not all(np.isfinite(column).all() for column in columns):
        raise DataError(
            _("x is too large for this model: its powers overflow. Scale x down, to [-1, 1] say.")
        )
    limit = stability_limit(columns)
    if learning_rate > limit:
        warnings.warn(
            _(
                "learning_rate {rate:g} is above the stability limit {limit:.4g} of plain "
                "gradient descent on these data: the loss will grow."
            ).format(rate=learning_rate, limit=limit),
            StabilityWarning,
            stacklevel=3,
        )


def _result(
    fitter: Fitter,
    problem: Problem,
    start: Sequence[float],
    run: Run,
    steps: int,
    learning_rate: float,
    seed: int,
    options: Mapping[str, Any],
) -> FitResult | None:
    """Put a run into a result; None if not one finite loss was recorded and nothing is known."""
    model = fitter.spec.model
    if not run.losses:
        return None
    final = run.final if run.final is not None else start

    def build(final: Sequence[float], status: Status, message: str) -> FitResult:
        return FitResult(
            fitter=fitter.name,
            fitter_id=fitter.id,
            title=fitter.title,
            model=model,
            problem=problem,
            initial=dict(zip(model.parameters, start, strict=True)),
            parameters=dict(zip(model.parameters, final, strict=True)),
            losses=np.array(run.losses),
            steps_recorded=np.array(run.steps, dtype=np.int64),
            parameters_recorded=run.rows,
            status=status,
            message=message,
            nit=run.nit,
            elapsed=run.elapsed,
            steps=steps,
            learning_rate=learning_rate,
            seed=seed,
            options=options,
            print_every=fitter.spec.print_every,
            provenance=_provenance(fitter),
        )

    result = build(final, run.status, run.message)
    with np.errstate(over="ignore"):
        scale = max(run.losses[0], float(np.square(problem.y).sum()))
    if result.success and not result.sse <= DIVERGED_FACTOR * scale:  # NaN compares false
        message = _(
            "diverged: the loss went from {first:.6g} to {last:.6g} in {steps} steps. Try a "
            "smaller learning rate; this is the best of the recorded steps."
        ).format(first=run.losses[0], last=result.sse, steps=run.nit)
        result = build(run.best() or start, Status.DIVERGED, message)
    return result


def _provenance(fitter: Fitter) -> dict[str, str]:
    provenance = {
        "sinfit": __version__,
        fitter.distribution: fitter.version,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": f"{platform.system()} {platform.machine()}",
    }
    torch = sys.modules.get("torch")
    if torch is not None and any(line.startswith("torch") for line in fitter.spec.requires):
        provenance["torch"] = torch.__version__
    return provenance
