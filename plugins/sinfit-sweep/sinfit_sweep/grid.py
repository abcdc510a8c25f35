"""The grid of a sweep: which fits there are, and the key of each, made of all it depends on."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Literal

from sinfit.errors import UsageError, one_line, shown
from sinfit.fitting import arguments
from sinfit.fitting.fit import Fitter, named
from sinfit.fitting.plan import Plan, problem_of, safe_rate, with_model_of
from sinfit.fitting.problem import Problem
from sinfit.i18n import unknown

from sinfit_sweep.i18n import _
from sinfit_sweep.program import libraries, program

Method = Literal["loop", "exact"]
METHODS = ("loop", "exact")
MOST_CELLS = 10_000_000
KEY_LETTERS = 24  # 96 bits: no two of 10⁷ cells share them


@dataclass(frozen=True)
class Group:
    """The fits of one fitter on one target: they differ in seed and learning rate alone.

    Attributes:
        fitter: The fitter.
        problem: The data.
        own_data: Whether they were given, rather than a target's name.
        exact: Whether they are answered by the formula.
        shared: What all of these fits depend on, as the columns of their rows.
    """

    fitter: Fitter
    problem: Problem
    own_data: bool
    exact: bool
    shared: Mapping[str, Any] = field(repr=False)

    @cached_property
    def safe_rate(self) -> float:
        """The learning rate that "auto" stands for on these data.

        Raises:
            UnsuitableError: None is known for this fitter.
        """
        its = self.fitter.spec.learning_rate
        plan = Plan(self.fitter, self.problem, 1, its, 0, self.shared["options"])
        return safe_rate(self.fitter, plan.stability_limit(math.inf))


@dataclass(frozen=True)
class Cell:
    """One fit of a sweep.

    Attributes:
        group: What it shares with others.
        learning_rate: The size of an update.
        seed: What its start is drawn from.
        key: The hash of all that its numbers depend on.
    """

    group: Group
    learning_rate: float
    seed: int
    key: str

    def columns(self) -> dict[str, Any]:
        """The first columns of its row: the key, and what it is made of."""
        own = {"learning_rate": self.learning_rate, "seed": self.seed}
        return {"key": self.key, **self.group.shared, **own}


@dataclass(frozen=True)
class Grid:
    """What a sweep is asked for, as it was given; `sinfit_sweep.sweep` says what each means."""

    fitters: Any
    seeds: Any
    learning_rates: Any
    targets: Any
    points: int
    steps: int | None
    options: Mapping[str, Any] | None
    method: str

    def cells(self) -> list[Cell]:
        """All fits, in the order of the arguments; each once.

        Raises:
            UsageError: Something given cannot be used.
            UnavailableError: A fitter needs a package that is not installed.
        """
        groups = self.groups()
        given = self.learning_rates
        given = [given] if isinstance(given, str) else given
        rates = None if given is None else _numbers(given, _rate)
        seeds = _numbers(self.seeds, _seed, "seeds")
        if len(groups) * len(rates or (0,)) * len(seeds) > MOST_CELLS:
            raise UsageError(_("a sweep has at most {most} fits.").format(most=MOST_CELLS))
        found: dict[str, Cell] = {}
        for group in groups:
            digest = hashlib.sha256(json.dumps(group.shared, sort_keys=True).encode())
            for rate in rates or (group.fitter.spec.learning_rate,):
                rate = group.safe_rate if rate == "auto" else rate
                for seed in seeds:
                    own = digest.copy()
                    own.update(f"{rate!r} {seed}".encode())
                    key = own.hexdigest()[:KEY_LETTERS]
                    found.setdefault(key, Cell(group, rate, seed, key))
        return [*found.values()]

    def groups(self) -> list[Group]:
        """Each fitter with each target."""
        if self.method not in METHODS:
            raise unknown(_("method"), self.method, METHODS)
        several = not isinstance(self.fitters, (str, Fitter)) and isinstance(self.fitters, Iterable)
        fitters = (
            [named(each) for each in arguments.listed("fitters", self.fitters)]
            if several
            else [named(self.fitters)]
        )
        given = arguments.by_name(self.options)
        known = {option.name for fitter in fitters for option in fitter.spec.options}
        groups = []
        for fitter in fitters:
            if not fitter.available:
                fitter.load()  # it says what is missing
            has = {option.name for option in fitter.spec.options}
            mine = {
                name: value for name, value in given.items() if name in has or name not in known
            }
            options = arguments.settled(fitter, arguments.check_options(fitter, mine))
            fitter = with_model_of(fitter, options)
            groups += [self._group(fitter, target, options) for target in self._targets()]
        if not groups:
            raise UsageError(_("a sweep needs at least one fitter and one target."))
        return groups

    def _targets(self) -> list[Any]:
        if self.targets is None or isinstance(self.targets, (str, Problem)):
            return [self.targets]
        return arguments.listed("targets", self.targets)

    def _group(self, fitter: Fitter, target: Any, options: dict[str, Any]) -> Group:
        own_data = isinstance(target, Problem)
        problem = target if own_data else problem_of(fitter, None, None, target, self.points)
        steps = fitter.spec.steps if self.steps is None else self.steps
        exact = self.method == "exact" and has_closed_form(fitter)
        shared: dict[str, Any] = {
            "fitter": fitter.id,
            "version": fitter.version,
            "code": program(fitter),
            "target": problem.source,
            "data": _hash_of(problem) if own_data else None,
            "points": len(problem),
            "steps": arguments.whole("steps", steps, 1, arguments.MOST_STEPS),
            "method": "exact" if exact else "loop",
            "dtype": "float64" if exact else str(options.get("dtype", "float64")),
            "device": "cpu" if exact else str(options.get("device", "cpu")),
            "options": options,
            "libraries": libraries(fitter),
        }
        return Group(fitter, problem, own_data, exact, shared)


def has_closed_form(fitter: Fitter) -> bool:
    """Whether all losses of this fitter follow from a formula.

    It is plain gradient descent on all points, with nothing drawn, and its model is linear in the
    parameters.
    """
    spec = fitter.spec
    plain = spec.optimizer == "gd" and not spec.draws and not spec.batches
    return plain and spec.model.basis is not None


def _numbers(given: Any, check: Any, name: str = "learning_rates") -> Sequence[Any]:
    """The numbers that were given, one or many; each checked, each once."""
    try:
        several = given if isinstance(given, Iterable) else [given]
        found = list(islice(several, MOST_CELLS + 1))
    except Exception as error:  # whatever a foreign iterator raises
        says = _("{name} cannot be read: {error}.")
        raise UsageError(says.format(name=name, error=one_line(error))) from error
    if isinstance(given, (str, bytes)) or not found:
        says = _("{name} must be numbers, at least one, not {given}.")
        raise UsageError(says.format(name=name, given=shown(given)))
    return [*dict.fromkeys(map(check, found))]


def _rate(value: Any) -> float | str:
    if isinstance(value, str) and value == "auto":
        return value
    return arguments.positive("learning_rate", value, arguments.MOST_LEARNING_RATE)


def _seed(value: Any) -> int:
    return arguments.whole("seed", value, 0, arguments.MOST_SEED)


def _hash_of(problem: Problem) -> str:
    weights = b"" if problem.weights is None else problem.weights.tobytes()
    numbers = problem.x.tobytes() + problem.y.tobytes() + weights
    return hashlib.sha256(numbers).hexdigest()[:KEY_LETTERS]
