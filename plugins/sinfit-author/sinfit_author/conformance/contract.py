"""The contract: a generator that yields (loss, parameters) before each update, and returns."""

from __future__ import annotations

import inspect
import math
from itertools import islice
from typing import Any

import numpy as np
from sinfit.contract.yielded import Block, Final, read_extras
from sinfit.errors import one_line, shown
from sinfit.fitting.driving import read_loss, read_parameters
from sinfit.i18n import N_

from sinfit_author.conformance.check import check, require
from sinfit_author.conformance.subject import STEPS, Subject, singly
from sinfit_author.i18n import _

# float32 carries 24 bits, 6e-8; a sum of 200 squares and three products stay within 1e-5
ROUNDING = 1e-5
FEW = 5  # steps


def close(first: float, second: float, tolerance: float = ROUNDING) -> bool:
    """Whether two losses agree up to the rounding of float32."""
    return math.isclose(first, second, rel_tol=tolerance, abs_tol=1e-9)


@check(N_("The entry point names a function that can be imported."))
def loads(subject: Subject) -> None:
    """`FitterSpec.fitter` leads to a function."""
    function = subject.fitter.load()
    require(
        callable(function),
        _("{entry} is {value}, no function").format(
            entry=subject.fitter.spec.fitter, value=shown(function)
        ),
    )


@check(
    N_("The keywords are initial, steps, learning_rate, options; rng, weights, basis if so said.")
)
def signature(subject: Subject) -> None:
    """The function takes x and y, and by keyword what the host gives it, and nothing else."""
    spec = subject.fitter.spec
    taken = inspect.signature(subject.fitter.load()).parameters
    keywords = {name for name, each in taken.items() if each.kind is each.KEYWORD_ONLY}
    expected = {"initial", "steps", "learning_rate", *subject.options}
    expected |= {"rng"} if spec.draws else set()
    expected |= {"weights"} if spec.weighted else set()
    expected |= {"basis"} if spec.linear else set()
    require(
        keywords == expected,
        _("its keywords are {given}, and the spec gives {expected}").format(
            given=", ".join(sorted(keywords)) or "-", expected=", ".join(sorted(expected))
        ),
    )
    require(
        [name for name in taken if name not in keywords] == ["x", "y"],
        _("its positional arguments must be x and y, not {given}").format(
            given=", ".join(name for name in taken if name not in keywords) or "-"
        ),
    )
    for option in spec.options:
        own = taken[option.name].default
        require(
            own is inspect.Parameter.empty or option.resolve is not None or own == option.default,
            _("option {name}: the function's default is {own}, the spec's {default}").format(
                name=option.name, own=shown(own), default=shown(option.default)
            ),
        )


@check(N_("A call returns a generator, without running it."))
def generator(subject: Subject) -> None:
    """The function is a generator function: `yield` stands in it."""
    made = subject.generate(*subject.data())
    require(
        all(hasattr(made, name) for name in ("send", "throw", "close")),
        _("the call returned {value}, no generator: it must yield").format(value=shown(made)),
    )


def of_contract_2(subject: Subject, what: str) -> None:
    """Fail a fitter that uses what a host of contract 1 lacks, and does not say so."""
    require(
        subject.fitter.spec.api_version >= 2,
        _("it uses {what}, which contract 2 brought: say api_version=2 in the spec").format(
            what=what
        ),
    )


@check(N_("It yields pairs: a finite loss, and as many parameters as the model has."))
def yields(subject: Subject) -> None:
    """Every step yields (loss, parameters), both readable as numbers."""
    if isinstance(next(subject.generate(*subject.data()), None), Block):
        of_contract_2(subject, "Block")
    made = subject.generate(*subject.data())
    for step, pair in enumerate(islice(singly(made, subject.size), STEPS)):
        try:
            loss, parameters = pair
            number, row = read_loss(loss), read_parameters(parameters)
        except Exception as error:
            require(
                False,
                _("step {step} yielded {given}, no (loss, parameters): {error}").format(
                    step=step, given=shown(pair), error=one_line(error)
                ),
            )
        require(
            math.isfinite(number),
            _("the loss at step {step} is {loss}").format(step=step, loss=number),
        )
        require(
            len(row) == subject.size and all(map(math.isfinite, row)),
            _("step {step} yielded {count} parameters {row}; the model has {size}").format(
                step=step, count=len(row), row=shown(row), size=subject.size
            ),
        )


@check(N_("It yields at least once, and at most once for each step it is asked for."))
def counts(subject: Subject) -> None:
    """The number of yields is from 1 to steps, whatever steps is."""
    for steps in (1, 2, STEPS):
        trace = subject.trace(*subject.data(), steps)
        require(
            1 <= len(trace.losses) <= steps,
            _("asked for {steps} steps it yielded {count} times").format(
                steps=steps,
                count=f"> {steps}" if len(trace.losses) > steps else len(trace.losses),
            ),
        )


@check(N_("It returns the final parameters, finite and as many as the model has."))
def returns(subject: Subject) -> None:
    """The generator ends with `return parameters`."""
    made = subject.generate(*subject.data())
    returned: Any = None
    try:
        for _step in range(STEPS + 1):
            next(made)
    except StopIteration as stop:
        returned = stop.value
    if isinstance(returned, Final):
        of_contract_2(subject, "Final")
        try:
            read_extras(returned.extras)
        except Exception as error:
            require(False, str(error))
        returned = returned.parameters
    try:
        final = read_parameters(returned)
    except Exception:
        final = []
    require(
        len(final) == subject.size and all(map(math.isfinite, final)),
        _("it returned {given}, and its model has {size} parameters").format(
            given=shown(returned), size=subject.size
        ),
    )


@check(N_("It starts at `initial`, unless it is done in one step."))
def start(subject: Subject) -> None:
    """The first parameters are those it was given; a direct solver needs none."""
    trace = subject.trace(*subject.data())
    first = trace.rows[0] if trace.rows else []
    require(
        len(trace.rows) == 1 or np.allclose(first, subject.start, rtol=1e-6, atol=1e-7),
        _("its first parameters are {first}, and initial is {initial}").format(
            first=shown(first), initial=shown([*subject.start])
        ),
    )


@check(
    N_("A loss is the sum of squared errors of the parameters yielded with it."),
    needed=lambda subject: not (subject.fitter.spec.draws or subject.fitter.spec.batches),
)
def loss(subject: Subject) -> None:
    """So that losses can be compared; the loss of one that draws belongs to what it drew."""
    x, y = subject.data()
    trace = subject.trace(x, y, FEW)
    for step, (given, row) in enumerate(zip(trace.losses, trace.rows, strict=True)):
        own = subject.loss(row, x, y)
        require(
            close(given, own),
            _(
                "step {step} yielded the loss {given:.8g}, and the sum of squared errors of its "
                "parameters is {own:.8g}: yield the sum, not the mean, before the update"
            ).format(step=step, given=given, own=own),
        )


@check(N_("A fit ends better than it starts."))
def improves(subject: Subject) -> None:
    """With its own learning rate, the final loss is below that of the start."""
    x, y = subject.data()
    before, after = subject.loss(subject.start, x, y), subject.fit(x, y).sse
    require(
        after < before,
        _("the loss was {before:.8g} at the start and is {after:.8g} after {steps} steps").format(
            before=before, after=after, steps=STEPS
        ),
    )


@check(N_("It fits the x and y that it is given: few points, unsorted, and no sine."))
def other_data(subject: Subject) -> None:
    """No number of points, order or target is built in."""
    x, y = subject.other_data()
    trace = subject.trace(x, y, FEW)
    doubled = subject.trace(x, 2 * y, FEW)
    require(
        trace.losses != doubled.losses,
        _("its losses are the same for y and for 2 y: it does not look at y"),
    )
    own = subject.loss(trace.rows[0], x, y)
    require(
        subject.fitter.spec.draws or subject.fitter.spec.batches or close(trace.losses[0], own),
        _(
            "on {points} points of another curve its loss is {given:.8g} instead of {own:.8g}"
        ).format(points=len(x), given=trace.losses[0], own=own),
    )


def _has_choices(subject: Subject) -> bool:
    return any(
        option.type is bool or (option.choices and not option.resolve)
        for option in subject.fitter.spec.options
    )


@check(N_("Every choice of its options works."), needed=_has_choices)
def choices(subject: Subject) -> None:
    """Both values of a switch and each allowed string make one step."""
    for option in subject.fitter.spec.options:
        values = (False, True) if option.type is bool else option.choices or ()
        for value in () if option.resolve else values:
            try:
                subject.fit(steps=1, **{option.name: value})
            except Exception as error:
                require(
                    False,
                    _("with {name}={value}: {error}").format(
                        name=option.name, value=shown(value), error=one_line(error)
                    ),
                )


@check(
    N_("A point of weight w counts as w points."),
    needed=lambda subject: (
        subject.fitter.spec.weighted
        and not (subject.fitter.spec.draws or subject.fitter.spec.batches)
    ),
)
def weighted(subject: Subject) -> None:
    """By whole weights as by repeated points, 0 included; half of two points is one."""
    x, y = subject.other_data()
    times = np.arange(len(x)) % 4  # every fourth is left out
    if len(x) * 3 // 4 < subject.size:  # too few would be left
        times += 1
    repeated = np.repeat(x, times), np.repeat(y, times)
    twice = np.repeat(x, 2), np.repeat(y, 2)
    for points, weights, without in (
        ((x, y), times.astype(np.float64), repeated),
        (twice, np.full(2 * len(x), 0.5), (x, y)),
    ):
        given = subject.trace(*points, FEW, weights=weights).losses
        own = subject.trace(*without, FEW).losses
        require(
            len(given) == len(own) and all(map(close, given, own)),
            _("with weights its losses are {given}, and with repeated points {own}").format(
                given=shown(given), own=shown(own)
            ),
        )


@check(
    N_("What its spec calls unused changes nothing."),
    needed=lambda subject: bool(subject.fitter.spec.unused),
)
def unused(subject: Subject) -> None:
    """The fit ends at the same parameters with another learning rate, seed, and so on."""
    rate = float(subject.fitter.spec.learning_rate)
    others = {
        "steps": STEPS // 2,
        "learning_rate": rate / 2,
        "seed": 1,
        "initial": [value + 1 for value in subject.start],
        "tolerance": 0.5,
        "patience": 1,
        "record_every": 2,
    }
    before = subject.fit().parameters
    for name in subject.fitter.spec.unused:
        after = subject.fit(**{name: others[name]}).parameters if name in others else before
        require(
            after == before,
            _("with another {name} it ends at {after}, not at {before}").format(
                name=name, after=shown(dict(after)), before=shown(dict(before))
            ),
        )


CHECKS = (
    *(loads, signature, generator, yields, counts, returns, start, loss, improves),
    *(other_data, choices, weighted, unused),
)
