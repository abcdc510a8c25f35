"""Plan: what a fit is to run, from what was asked for; its data, its start, its draws."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sinfit.contract.records import MUST_BE
from sinfit.errors import (
    DataError,
    FitterError,
    SinfitError,
    UnsuitableError,
    UsageError,
    one_line,
    shown,
)
from sinfit.fitting.arguments import read_start, resolve_options
from sinfit.fitting.problem import Problem, check_points
from sinfit.fitting.torch_modes import NEUTRAL, torch_modes
from sinfit.ground.entry import load
from sinfit.i18n import _, unknown
from sinfit.registry.fitters import OfferedFitter
from sinfit.registry.plugins import installed_fitters, targets
from sinfit.theory.spectrum import BLOCK

Fitted = TypeVar("Fitted", bound=OfferedFitter)

START, DRAWS = 0, 1  # independent streams of one seed
SAFE = 0.9  # of the stability limit: the fastest mode shrinks to 0.8 of itself at each step


@dataclass(frozen=True)
class Plan:
    """What a fit is to run, checked."""

    fitter: OfferedFitter
    problem: Problem
    steps: int
    learning_rate: float
    seed: int
    options: Mapping[str, Any]  # every option of the fitter, as plain values
    auto: bool = False  # whether the learning rate was left to the host
    # the fitter's own copies: one that writes to them all the same spoils nobody's data
    x: NDArray[np.float64] = field(init=False)
    y: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        for name, values in zip("xy", self._rows(), strict=True):
            copy = values.copy()
            copy.setflags(write=False)
            object.__setattr__(self, name, copy)

    def _rows(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The points as the fitter gets them, which may know no weights."""
        if self.fitter.spec.weighted:
            return self.problem.x, self.problem.y
        try:
            return self.problem.repeated()
        except UnsuitableError as error:
            able = [each.name for each in installed_fitters().values() if each.spec.weighted]
            says = _("fitter {id} takes no weights: {reason}. Those that do: {names}.")
            text = says.format(id=self.fitter.id, reason=error, names=", ".join(able) or "-")
            raise UnsuitableError(text) from None

    def start(self, initial: Any) -> tuple[float, ...]:
        """The start: what was asked for, the fitter's own, what it finds in the data, or drawn.

        Raises:
            UsageError: What was asked for is no start of this model.
            FitterError: The fitter finds none in these data.
        """
        spec = self.fitter.spec
        if initial is not None or spec.start is None:
            if initial is None:
                initial = spec.initial or draw_start(self.seed, len(spec.model.parameters))
            return read_start(initial, spec.model)
        says = _("fitter {id} has no start for these data by {entry}: {error}")
        with _blamed(says, id=self.fitter.id, entry=spec.start), np.errstate(all="ignore"):
            try:
                find = load(spec.start)  # first: while a thread imports PyTorch it has no modes
                with torch_modes(NEUTRAL):
                    return read_start(find(self.x, self.y), spec.model)
            except UsageError as error:  # of ours, of which the caller has given nothing
                raise ValueError(str(error)) from error

    def generate(
        self, function: Callable[..., Any], start: tuple[float, ...]
    ) -> Generator[Any, None, Any]:
        """Start the generator of the fitter's function.

        Raises:
            FitterError: It cannot be started.
        """
        with _blamed(_("fitter {id} cannot be started: {error}"), id=self.fitter.id):
            own = resolve_options(self.fitter, self.options)
            if self.fitter.spec.draws:
                own["rng"] = draws(self.seed)
            if self.problem.weights is not None and self.fitter.spec.weighted:
                own["weights"] = self.problem.weights
            if self.fitter.spec.linear:
                own["basis"] = self.fitter.spec.model.basis
            rate = self.learning_rate
            generator: Generator[Any, None, Any] = function(
                self.x, self.y, initial=start, steps=self.steps, learning_rate=rate, **own
            )
            if not hasattr(generator, "send"):
                says = _("it returned {value}, no generator")
                raise TypeError(says.format(value=shown(generator)))
            return generator

    def data_changed(self) -> bool:
        """Whether the fitter wrote to x or y, which it can where it goes around NumPy."""
        return not all(map(np.array_equal, (self.x, self.y), self._rows()))

    def stability_limit(self, deadline: float) -> float | None:
        """The largest stable learning rate of plain gradient descent on these points.

        Returns:
            None where there is no limit, or no time to find it.

        Raises:
            DataError: The columns of the model overflow.
        """
        model = self.fitter.spec.model
        if self.fitter.spec.optimizer != "gd" or model.basis is None:
            return None
        squares = np.zeros((len(model.parameters),) * 2)  # XᵀX; its largest eigenvalue needs no QR
        points = np.broadcast_arrays(self.problem.x, self.problem.roots)
        with np.errstate(over="ignore", invalid="ignore"):
            for first in range(0, len(self.problem), BLOCK):
                if time.perf_counter() >= deadline:
                    return None
                x, root = (each[first : first + BLOCK] for each in points)
                full = [np.broadcast_to(each, x.shape) for each in model.basis(x)]
                columns = np.stack(full) * root
                squares += columns @ columns.T
        if not np.isfinite(squares).all():
            says = _(
                "x is too large for this model: its powers overflow. Scale x down, to [-1, 1] say."
            )
            raise DataError(says)
        largest = float(np.linalg.eigvalsh(squares)[-1])
        return 1 / largest if largest > 0 else None


def safe_rate(fitter: OfferedFitter, limit: float | None) -> float:
    """The learning rate that "auto" stands for: nine tenths of the stability limit.

    Raises:
        UnsuitableError: There is no such limit, and the fitter uses the rate.
    """
    if "learning_rate" in fitter.spec.unused:
        return fitter.spec.learning_rate
    if limit is None:
        says = _('no safe learning rate is known for fitter {id}: give a number, not "auto".')
        raise UnsuitableError(says.format(id=fitter.id))
    return SAFE * limit


def with_model_of(fitter: Fitted, options: Mapping[str, Any], model: Any = None) -> Fitted:
    """The fitter with the model that these options give it, such as a degree, or with one's own.

    Raises:
        FitterError: The fitter cannot say which.
    """
    if model is not None and not fitter.spec.linear:
        says = _("fitter {id} has its own model; fitters such as lstsq take yours.")
        raise UnsuitableError(says.format(id=fitter.id))
    if fitter.spec.model_of is None:
        return fitter
    given = {} if model is None else {"model": model}
    with _blamed(_("fitter {id} has no model for these options: {error}"), id=fitter.id):
        model = load(fitter.spec.model_of)(**options, **given)
        return replace(fitter, spec=replace(fitter.spec, model=model))


def problem_of(
    fitter: OfferedFitter, data: Any, y: Any, target: Any, points: Any, interval: Any = None
) -> Problem:
    """The data: x and y, or a target on its interval."""
    if not (isinstance(target, str | None) or callable(target)):
        says = _("target is a name or a function, not {given}; data are given as x and y.")
        raise UsageError(says.format(given=shown(target)[:80]))
    points = check_points(points)
    if data is not None and not (target is None and interval is None and points == 2000):
        says = _("target, interval and points go without x and y, which have their own points.")
        raise UsageError(says)
    if isinstance(data, Problem) and y is None:
        return data
    if (data is None) != (y is None):
        says = _("x and y are given together or not at all; {name} is missing.")
        raise DataError(says.format(name="y" if y is None else "x"))
    if data is not None:
        return Problem(data, y)
    words, fits = MUST_BE["interval"]
    if not (fits(interval) or (interval is None and not callable(target))):
        says = _("interval must be {words}, not {given}.")
        raise UsageError(says.format(words=words, given=shown(interval)[:80]))
    if callable(target):
        return Problem.from_function(target, interval, points)
    known, whose = targets(), _("target")
    if target is None:
        target, whose = fitter.spec.target, _("target of fitter {name!r}:").format(name=fitter.id)
    if target not in known:
        raise unknown(whose, target, known)
    chosen = replace(known[target], interval=interval or known[target].interval)
    return Problem.from_target(chosen, points)


def draw_start(seed: int, size: int) -> tuple[float, ...]:
    """Draw the start of a fit: p numbers, standard normal, the same for every fitter of this seed.

    A model with more parameters starts with the same first ones.
    """
    return tuple(map(float, np.random.default_rng([START, seed]).standard_normal(size)))


def draws(seed: int) -> np.random.Generator:
    """The generator for what a fitter draws while it runs; independent of the start."""
    return np.random.default_rng([DRAWS, seed])


@contextmanager
def _blamed(says: str, **named: Any) -> Iterator[None]:
    """Let a foreign exception be the fitter's, in these words with the names and {error}."""
    try:
        yield
    except SinfitError:
        raise
    except (Exception, SystemExit) as error:
        raise FitterError(says.format(**named, error=one_line(error))) from error
