"""Each stage against the published program written plainly; and where a step's time goes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import published
from measure import Ratio, side_by_side

import sinfit
from sinfit.ground.entry import load

START = (0.1, -0.2, 0.3, -0.4)
AIMS = {"numpy": 0.12}  # the others: 0.85


def rows() -> Iterator[Ratio]:
    """`sinfit.fit` of each stage against the program.

    First like for like, keeping one loss in a hundred as the program does; then with every loss
    and all parameters of every step recorded, which the program does not do.
    """
    for stage, program in published.PROGRAMS.items():
        for every, what, aim in (
            (100, "one loss in 100 kept", AIMS.get(stage, 0.85)),
            (1, "every step recorded", None),
        ):
            yield side_by_side(
                f"{stage}, {what}",
                "the published program",
                lambda stage=stage, every=every: sinfit.fit(
                    stage, steps=published.STEPS, initial=start(stage), record_every=every
                ),
                lambda program=program: program(START),
                aim=aim,
                rounds=7,
            )


def host_overhead() -> Iterator[Ratio]:
    """`sinfit.fit` against the bare generator: what checking and recording every step costs."""
    for stage in ("numpy", "tensor", "autograd", "nn", "optim", "module"):
        yield side_by_side(
            f"host, {stage}",
            "its bare generator",
            lambda stage=stage: sinfit.fit(stage, steps=published.STEPS, initial=START),
            lambda stage=stage: bare_run(stage, published.STEPS),
            aim=1.05,
            rounds=15,
        )


def bare_run(stage: str, steps: int) -> None:
    """Run a stage's generator with nobody looking at what it yields."""
    spec = sinfit.fitters()[stage].spec
    problem = sinfit.Problem.from_target(sinfit.targets()["sin"], published.POINTS)
    extra = {option.name: load(option.resolve)(option.default) for option in spec.options}
    if spec.draws:
        extra["rng"] = np.random.default_rng(0)
    generator = sinfit.fitters()[stage].load()(
        problem.x,
        problem.y,
        initial=start(stage) or spec.initial,
        steps=steps,
        learning_rate=spec.learning_rate,
        **extra,
    )
    for _ in generator:
        pass


def start(stage: str) -> tuple[float, ...] | None:
    """The start that both programs of a stage take."""
    if stage == "legendre":
        return None  # its own
    return (*START, 0.1) if stage == "dynamic" else START
