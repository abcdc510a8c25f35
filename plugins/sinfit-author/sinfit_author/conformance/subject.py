"""Subject: the fitter under test, driven by hand and by the host, on few points for few steps."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sinfit.contract.yielded import Block, Final
from sinfit.fitting.arguments import check_options, resolve_options
from sinfit.fitting.driving import end, read_block, read_loss, read_parameters
from sinfit.fitting.fit import Fitter
from sinfit.fitting.plan import draw_start, draws
from sinfit.fitting.result import FitResult
from sinfit.ground.arrays import Array
from sinfit.ground.entry import load
from sinfit.ground.requirements import read_requirement

from sinfit_author.conformance.imports import import_libraries

POINTS = 200
STEPS = 40  # enough to see the loss fall, few enough for all checks in a second


@dataclass(frozen=True)
class Trace:
    """What a generator did when it was run by hand.

    Attributes:
        losses: The losses that it yielded.
        rows: The parameters that it yielded with them.
        final: What it returned, read; None if it did not end in time.
    """

    losses: list[float] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    final: list[float] | None = None


@dataclass(frozen=True)
class Subject:
    """The fitter under test.

    Attributes:
        fitter: The fitter.
        company: The ids of the fitters that are tested together: one fresh process serves them
            all.
        answers: What fresh processes answered, by what they were asked; that company shares it.
        made: The generators that were started; a check ends them all when it is done.
    """

    fitter: Fitter
    company: tuple[str, ...] = ()
    answers: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    made: list[Generator[Any, None, Any]] = field(default_factory=list, compare=False, repr=False)

    @property
    def packaged(self) -> bool:
        """Whether it is a plugin's, and not only registered in this process."""
        return self.fitter.function is None

    @property
    def size(self) -> int:
        """The number of the model's parameters."""
        return len(self.fitter.spec.model.parameters)

    @property
    def start(self) -> tuple[float, ...]:
        """Where its fits start."""
        spec = self.fitter.spec
        if spec.start:
            return tuple(map(float, load(spec.start)(*self.data())))
        return spec.initial or draw_start(0, self.size)

    @property
    def options(self) -> frozenset[str]:
        """The names of its options."""
        return frozenset(option.name for option in self.fitter.spec.options)

    @property
    def on_torch(self) -> bool:
        """Whether it says that it needs PyTorch, or has a device."""
        named = any(read_requirement(line)[0] == "torch" for line in self.fitter.spec.requires)
        return named or "device" in self.options

    def data(self) -> tuple[Array, Array]:
        """The points that most checks use: a sine, evenly spaced."""
        points = max(POINTS, 2 * self.size)
        x = np.linspace(-np.pi, np.pi, points)
        return x, np.sin(x)

    def other_data(self) -> tuple[Array, Array]:
        """Points that no fitter expects: few, unsorted, and no sine."""
        x = np.random.default_rng(11).uniform(-1, 2, max(11, self.size + 1))
        return x, np.cos(3 * x) + 0.5

    def generate(
        self, x: Array, y: Array, steps: int = STEPS, seed: int = 0, **options: Any
    ) -> Generator[Any, None, Any]:
        """Start the plugin's generator as the host does, but without the host around it."""
        spec = self.fitter.spec
        resolved = resolve_options(self.fitter, check_options(self.fitter, {}))
        extra = {"rng": draws(seed)} if spec.draws else {}
        generator: Generator[Any, None, Any] = self.fitter.load()(
            x,
            y,
            initial=self.start,
            steps=steps,
            learning_rate=float(spec.learning_rate),
            **resolved | extra | options,
        )
        if hasattr(generator, "close"):
            self.made.append(generator)
        return generator

    def end(self) -> None:
        """End all generators; check `closes` looks at how they take it, the others do not."""
        while self.made:
            end(self.made.pop())

    def import_libraries(self) -> None:
        """Import what its module imports, now or later."""
        import_libraries(self.fitter.spec.fitter.partition(":")[0])

    def trace(self, x: Array, y: Array, steps: int = STEPS, **options: Any) -> Trace:
        """Run the generator by hand to its end, but not further than one step too many."""
        return read(self.generate(x, y, steps, **options), steps)

    def fit(self, x: Any = None, y: Any = None, **settings: Any) -> FitResult:
        """Fit as the host does."""
        if x is None:
            x, y = self.data()
        return self.fitter.fit(x, y, **{"steps": STEPS} | settings)

    def loss(self, parameters: Any, x: Array, y: Array) -> float:
        """The sum of squared errors of parameters on data."""
        return float(np.square(self.fitter.spec.model.predict(x, parameters) - y).sum())


def singly(
    generator: Generator[Any, None, Any], size: int | None = None
) -> Generator[Any, None, Any]:
    """The pairs that a fitter yields, those of its Blocks one by one."""
    while True:
        try:
            yielded = next(generator)
        except StopIteration as stop:
            return stop.value
        if isinstance(yielded, Block):
            losses, rows = read_block(yielded, size or np.shape(yielded.parameters)[-1])
            yield from zip(losses.tolist(), rows.tolist(), strict=True)
        else:
            yield yielded


def read(generator: Generator[Any, None, Any], steps: int) -> Trace:
    """Run a generator to its end, but not further than one step too many."""
    losses, rows = [], []
    pairs = singly(generator)
    try:
        for _ in range(steps + 1):
            loss, parameters = next(pairs)
            losses.append(read_loss(loss))
            rows.append([*read_parameters(parameters)])
    except StopIteration as stop:
        final = stop.value.parameters if isinstance(stop.value, Final) else stop.value
        return Trace(losses, rows, [*read_parameters(final)])
    end(generator)
    return Trace(losses, rows)
