"""Each stage against the published program written plainly; and where a step's time goes."""

from __future__ import annotations

from collections.abc import Iterator

import published
from measure import Ratio, side_by_side

import sinfit
from sinfit.entry import load

START = (0.1, -0.2, 0.3, -0.4)
AIMS = {"numpy": 0.12}  # the others: 0.85


def rows() -> Iterator[Ratio]:
    """`sinfit.fit` of each stage, every loss and parameter recorded, against the program."""
    for stage, program in published.PROGRAMS.items():

        def ours(stage: str = stage) -> object:
            return sinfit.fit(stage, steps=published.STEPS, initial=start(stage))

        yield side_by_side(
            f"stage {stage}",
            "the published program",
            ours,
            lambda program=program: program(START),
            aim=AIMS.get(stage, 0.85),
            rounds=7,
        )


def host_overhead() -> Iterator[Ratio]:
    """`sinfit.fit` against the bare generator: what recording every step costs."""
    for stage in ("numpy", "tensor", "autograd", "nn", "optim", "module"):
        fitter = sinfit.fitters()[stage]
        generate = fitter.load()
        problem = sinfit.Problem.from_target(sinfit.targets()["sin"], published.POINTS)
        extra = {
            option.name: load(option.resolve)(option.default) for option in fitter.spec.options
        }

        def bare() -> None:
            for _ in generate(  # noqa: B023 (used in this turn only)
                problem.x,  # noqa: B023
                problem.y,  # noqa: B023
                initial=START,
                steps=published.STEPS,
                learning_rate=fitter.spec.learning_rate,  # noqa: B023
                **extra,  # noqa: B023
            ):
                pass

        def driven() -> object:
            return sinfit.fit(stage, steps=published.STEPS, initial=START)  # noqa: B023

        yield side_by_side(f"host, {stage}", "its bare generator", driven, bare, aim=1.05, rounds=9)


def start(stage: str) -> tuple[float, ...] | None:
    """The start that both programs of a stage take."""
    if stage == "legendre":
        return None  # its own
    return (*START, 0.1) if stage == "dynamic" else START
