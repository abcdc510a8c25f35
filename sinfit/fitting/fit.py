"""Fitters and fit(): run one on what it is asked for, and hand back what came out."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal, Unpack, cast

import numpy as np

from sinfit.contract.specs import FitterSpec
from sinfit.errors import FitterError, StabilityWarning, UsageError, shown
from sinfit.fitting import arguments
from sinfit.fitting.arguments import Callback, Options, Settings
from sinfit.fitting.driving import Run, Status, Watch, drive
from sinfit.fitting.fingerprint import provenance
from sinfit.fitting.plan import SAFE, Plan, problem_of, safe_rate, with_model_of
from sinfit.fitting.problem import Problem
from sinfit.fitting.progress import Progress, progress_bar
from sinfit.fitting.result import FitResult
from sinfit.fitting.torch_modes import NEUTRAL, current_modes, torch_modes
from sinfit.ground.arrays import beyond_memory
from sinfit.ground.entry import LOADING, load
from sinfit.ground.optional import needing
from sinfit.i18n import _, sentences
from sinfit.registry.fitters import FitterCollection, OfferedFitter
from sinfit.registry.loading import why_unfit
from sinfit.registry.plugins import Registry, notify_finished, registered, registry

CONDENSE = "sinfit_data.condensing:condense_for"
OF_DATA = ("x", "weights", "sigma", "absolute_sigma")  # what is read with the data
DIVERGED_FACTOR = 10  # a loss that ends tenfold above the start is no fit, finite or not


class Fitter(OfferedFitter):
    """A fitter: its spec, whose it is, and `fit`."""

    def fit(
        self,
        data: Any = None,
        y: Any = None,
        *,
        progress: bool | Progress = False,
        **settings: Unpack[Settings],
    ) -> FitResult:
        """Fit with this fitter; takes what `sinfit.fit` takes."""
        return fit(self, data, y, progress=progress, **settings)


def fitters() -> FitterCollection[Fitter]:
    """All fitters of the installed plugins, by name.

    Returns:
        A mapping from names to `Fitter`; `distribution/name` finds each of them as well.
    """
    with LOADING:
        installed = _installed(registry())
        here = [each for each in registered.values() if isinstance(each, Fitter)]
        if not here:
            return installed
        return FitterCollection([*installed.values(), *here], installed.missing)


@lru_cache(maxsize=1)
def _installed(found: Registry) -> FitterCollection[Fitter]:
    all_of_them = found.fitters.values()
    own = [Fitter(f.spec, f.plugin, f.distribution, f.version, f.package) for f in all_of_them]
    return FitterCollection(own, found.fitters.missing)


def register(spec: FitterSpec, fitter: Callable[..., Any]) -> Fitter:
    """Add a fitter to this process alone: no package, no entry point.

    It is listed and called as those of plugins are; its id is `here/name`. Registering a name
    again replaces what was registered before, so that a notebook's cell can be run again.

    Examples:
        >>> from sinfit import CUBIC, FitterSpec
        >>> def stay(x, y, *, initial, steps, learning_rate):
        ...     yield float(y @ y), initial
        ...     return initial
        >>> spec = FitterSpec(name="stay", title="Stay", summary="Stays where it is.", model=CUBIC,
        ...                   steps=1, learning_rate=1.0, optimizer="none", api_version=2)
        >>> register(spec, stay).fit(initial=(1, 2, 3, 4), steps=1).fitter_id
        'here/stay'

    Args:
        spec: The fitter's spec; it leaves out `fitter`.
        fitter: The generator function, or a function that returns a generator.

    Returns:
        The fitter.

    Raises:
        UsageError: The spec or the function is none, the spec names a function of its own, or an
            installed plugin offers a fitter of this name.
    """
    if not isinstance(spec, FitterSpec) or not callable(fitter):
        says = _("register takes a FitterSpec and a generator function, not {spec} and {given}.")
        raise UsageError(says.format(spec=shown(spec)[:80], given=shown(fitter)[:80]))
    if unfit := why_unfit(spec):
        raise UsageError(f"{unfit}.")
    if spec.fitter:
        says = _("fitter {name!r} is given as a function: leave out fitter={entry!r}.")
        raise UsageError(says.format(name=spec.name, entry=spec.fitter))
    package = getattr(fitter, "__module__", None) or "here"
    with LOADING:
        taken = [other.id for other in _installed(registry()).values() if other.name == spec.name]
        if taken:
            says = _("there is a fitter {name!r} already, {ids}: register yours by another name.")
            raise UsageError(says.format(name=spec.name, ids=" / ".join(taken)))
        here = Fitter(spec, "here", "here", "this process", package, fitter)
        registered[spec.name] = here
        return here


def fit(
    name: str | Fitter,
    data: Any = None,
    y: Any = None,
    *,
    x: Any = None,
    target: str | Callable[[Any], Any] | None = None,
    interval: tuple[float, float] | None = None,
    points: int = 2000,
    steps: int | None = None,
    learning_rate: float | Literal["auto"] | None = None,
    seed: int = 0,
    initial: Sequence[float] | Mapping[str, float] | None = None,
    callbacks: Iterable[Callback] | Callback | None = (),
    tolerance: float | None = None,
    patience: int | None = None,
    time_limit: float | None = None,
    record_every: int = 1,
    progress: bool | Progress = False,
    options: Mapping[str, Any] | None = None,
    weights: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    model: Any = None,
    **own: Unpack[Options],
) -> FitResult:
    """Fit a curve with one of the installed fitters.

    Examples:
        >>> result = fit("numpy", steps=100)
        >>> result.printed()[0].startswith("99 ")
        True

    Args:
        name: A fitter's name, or `distribution/name`.
        data: Your own x, shape (n,): an array, a list, a pandas Series or a tensor; or a data
            frame of pandas, Polars, PyArrow or another library, a mapping, a path of a CSV file,
            or a `Problem`. A Dask array or frame, an iterator of chunks, and more than a million
            numbers mapped from a file go through `sinfit.condense`, if the fitter can take it.
        y: Your own y, shape (n,), or of a frame the column's name; x and y are given together.
        x: Of a frame the column's name; without `data` your own x.
        target: Without data, a target's name: `sin`, `cos`, `exp` or a plugin's; or a function of
            one's own; the fitter's own if None, which is `sin` unless its spec says another.
        interval: The least and the greatest x of the target, which a function needs.
        points: Without data, the number of evenly spaced points n.
        steps: How many updates to make; the fitter's own default if None.
        learning_rate: The size of an update; the fitter's own default if None. With "auto" nine
            tenths of the stability limit, for plain gradient descent on a linear model.
        seed: What the start is drawn from (standard normal), and what the fitter draws. The same
            seed gives the same numbers in every process and thread, and in whatever mode PyTorch
            is. They depend on what `provenance` of the result says: the versions, the processor
            and, for a fitter on PyTorch with some thousands of points, its number of threads.
        initial: The start, in the model's order or by name, instead of a drawn one or the fitter's.
        callbacks: Called with a `State` at every recorded step; a true answer stops the fit. What
            a callback raises goes through to you, with the best result until then as its
            attribute `result`.
        tolerance: Stop when the loss changes by less than this part of itself between two
            recorded steps.
        patience: Stop after so many recorded steps without a new best loss.
        time_limit: Stop after so many seconds, those of the preparation included.
        record_every: Record the loss and the parameters at the first step and at the last of
            every so many: steps 0, 99, 199, … for 100.
        progress: Show a progress bar on stderr; or a function that is told each recorded step and
            its loss, such as `print`.
        options: The fitter's own options, by name.
        weights: What each squared error is multiplied by, shape (n,), from 0, or of a frame the
            column's name; as statsmodels' WLS has it (lmfit multiplies the error itself). A fitter
            whose spec says `weighted` takes any; to another each point is given as often as its
            weight says, a whole number.
        sigma: The standard deviation of each y, shape (n,) or one number, instead of weights, which
            are 1/sigma² then.
        absolute_sigma: Whether sigma is in the unit of y, so that standard errors follow from it
            alone, or only relative, as in SciPy's `curve_fit`.
        model: A model of your own for `lstsq` and `exact`: a function f(x, a, b, …), as SciPy's
            `curve_fit` has it, that is linear in a, b, …; or a `Model` with its basis.
        **own: The same by keyword, such as `device` and `dtype`. Every option of every fitter can
            be given so; type checkers know those of the stages.

    Returns:
        The result; after Ctrl-C, a time limit or divergence the best until then, with
        `success=False`.

    Raises:
        UsageError: Something given cannot be used; a subclass says what.
        UnavailableError: The fitter needs a package that is not installed.
        UnsuitableError: The fitter cannot take these weights or chunks, or knows no safe rate.
        FitterError: The fitter raised or broke its contract; the error holds the best until then.
    """
    started = time.perf_counter()  # what must be prepared counts too
    fitter = named(name)
    checked = arguments.check_options(fitter, {**arguments.by_name(options), **own})
    fitter = with_model_of(fitter, checked, model)
    spec, size = fitter.spec, len(fitter.spec.model.parameters)
    data, x = (x, None) if data is None else (data, x)
    by = {"weights": weights, "sigma": sigma, "absolute_sigma": absolute_sigma}
    if few := condensed([fitter], data, y, {**checked, **by, "x": x, "model": model}):
        data, y, by = few, None, {}
    elif data is not None and (x is not None or not (y is not None or isinstance(data, Problem))):
        data, y, by = Problem.from_frame(data, x, y, **by), None, {}
    problem = problem_of(fitter, data, y, target, points, interval).weighed(*by.values())
    problem.check_enough_for(spec.model)
    problem.check_powers()
    watch = Watch(callbacks, tolerance, patience, time_limit, record_every, started)
    steps = spec.steps if steps is None else steps
    auto = isinstance(learning_rate, str) and learning_rate == "auto"
    learning_rate = spec.learning_rate if auto or learning_rate is None else learning_rate
    plan = Plan(
        fitter,
        problem,
        arguments.whole("steps", steps, 1, arguments.MOST_STEPS),
        arguments.positive("learning_rate", learning_rate, arguments.MOST_LEARNING_RATE),
        arguments.whole("seed", seed, 0, arguments.MOST_SEED),
        checked,
    )
    start, function = plan.start(initial), fitter.load()
    limit = plan.stability_limit(watch.deadline)
    if auto:
        plan = replace(plan, learning_rate=safe_rate(fitter, limit), auto=True)
    if limit is not None and plan.learning_rate > limit:
        says = _(
            "learning_rate {rate:g} is above the stability limit {limit:.4g} of plain gradient "
            "descent on these data: the loss will grow."
        )
        warning = says.format(rate=plan.learning_rate, limit=limit)
        warnings.warn(warning, StabilityWarning, stacklevel=2)
    bar: AbstractContextManager[Progress | None] = nullcontext()
    if callable(progress):
        bar = nullcontext(*arguments.functions("progress", progress))
    elif progress:
        bar = progress_bar(fitter.title, plan.steps)
    watch.around = _modes_of_the_caller()
    with torch_modes(NEUTRAL), bar as watch.advance:
        run = drive(plan.generate(function, start), size, plan.steps, watch)
    if not run.broken and plan.data_changed():
        run.blame(_("changed x or y, which must stay as they are"))
    result = _result(plan, start, run)
    if isinstance(run.error, UsageError):
        raise run.error  # the fitter says that it cannot fit this
    if run.broken or result is None:
        says = _("fitter {id} {reason}.").format(id=fitter.id, reason=run.broken)
        raise FitterError(says, result) from run.error
    if run.raised is not None:
        raise _with_result(run.raised, result)
    if result.status is Status.DIVERGED and limit is not None and plan.learning_rate > limit:
        hint = _("learning_rate={rate:.3g} would work.").format(rate=SAFE * limit)
        result = replace(result, message=sentences(result.message, hint))
    notify_finished(result)
    return result


def condensed(fitters: Iterable[Fitter], data: Any, y: Any, given: Any) -> Problem | None:
    """What memory may not hold, read once for those of the fitters that can take it, if any."""
    able = [each for each in fitters if each.available and each.spec.weighted]
    if not able or not (beyond_memory(data) or beyond_memory(y)):
        return None
    with needing("sinfit_data"):
        condense_for = load(CONDENSE)
    return cast("Problem | None", condense_for(able, data, y, given))


def named(name: str | Fitter) -> Fitter:
    """The fitter of a name."""
    if isinstance(name, Fitter):
        return name
    if not isinstance(name, str):
        says = _("a fitter is named first, such as 'numpy', not {given}.")
        raise UsageError(says.format(given=shown(name)[:80]))
    return fitters()[name]


def _modes_of_the_caller() -> Callable[[], AbstractContextManager[None]]:
    """What callbacks are called in: the modes of the program that asks for the fit."""
    modes, floating = current_modes(), np.geterr()

    @contextmanager
    def around() -> Iterator[None]:
        with np.errstate(**floating), torch_modes(modes):
            yield

    # where PyTorch is as the fit has it, setting it would only cost time at each step
    return around if modes != NEUTRAL else lambda: np.errstate(**floating)


def _with_result(error: BaseException, result: FitResult) -> BaseException:
    """Hand over what a callback raised, and with it what would be lost."""
    with suppress(Exception):  # whatever its class makes of attributes
        if not hasattr(error, "result"):  # a FitterError of another fit has its own
            error.result = result  # type: ignore[attr-defined]
            error.add_note(_("The best result until then is this error's attribute `result`."))
    return error


def _result(plan: Plan, start: Sequence[float], run: Run) -> FitResult | None:
    """Put a run into a result; None if nothing was recorded."""
    if not run.losses:
        return None
    spec, used = plan.fitter.spec, arguments.settled(plan.fitter, plan.options)
    asked = {name: value for name, value in plan.options.items() if value != used[name]}
    if spec.linear and used.get("degree") != spec.model.degree:
        used.pop("degree", None)  # the model is the caller's own

    def by_parameter(values: Sequence[float]) -> dict[str, float]:
        return dict(zip(spec.model.parameters, values, strict=True))

    result = FitResult(
        fitter=plan.fitter.name,
        fitter_id=plan.fitter.id,
        title=plan.fitter.title,
        model=spec.model,
        problem=plan.problem,
        initial=by_parameter(start),
        parameters=by_parameter(start if run.final is None else run.final),
        losses=np.array(run.losses),
        steps_recorded=np.array(run.steps),
        parameters_recorded=run.rows,
        status=run.status,
        message=run.message,
        nit=run.nit,
        elapsed=run.elapsed,
        steps=plan.steps,
        learning_rate=plan.learning_rate,
        seed=plan.seed,
        options=used,
        asked=asked | ({"learning_rate": "auto"} if plan.auto else {}),
        print_every=spec.print_every,
        provenance=provenance(plan.fitter),
        extras=run.extras,
        batches=spec.batches,
    )
    first = run.losses[0]
    with np.errstate(over="ignore", invalid="ignore"):
        if result.batches:  # the loss of a part says nothing of all
            first = replace(result, parameters=by_parameter(start)).sse
        scale = max(first, plan.problem.sum_of_squares(plan.problem.y))
    if result.success and not result.sse <= DIVERGED_FACTOR * scale:  # NaN compares false
        says = _(
            "diverged: the loss went from {first:.6g} to {last:.6g} in {steps} steps. Try a "
            "smaller learning rate; this is the best of the recorded steps."
        )
        message = says.format(first=first, last=result.sse, steps=run.nit)
        best = by_parameter(run.best() or start)
        result = replace(result, parameters=best, status=Status.DIVERGED, message=message)
    return result
