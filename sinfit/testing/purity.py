"""Purity: a fit depends on its arguments alone and changes nothing but itself."""

from __future__ import annotations

import contextlib
import io
import random
import sys
import warnings
from typing import Any

import numpy as np

from sinfit.driving import read_loss
from sinfit.errors import one_line, shown
from sinfit.i18n import N_, _
from sinfit.randomness import untouched_global_states
from sinfit.testing.check import CheckFailure, check, require
from sinfit.testing.states import changed, global_states
from sinfit.testing.subject import Subject, read

FEW = 5  # steps


@check(N_("x and y stay as they are."))
def inputs(subject: Subject) -> None:
    """Writable arrays are not changed, and read-only ones, which the host hands over, will do."""
    x, y = subject.data()
    kept = x.copy(), y.copy()
    subject.trace(x, y, FEW)
    for name, now, before in (("x", x, kept[0]), ("y", y, kept[1])):
        require(np.array_equal(now, before), _("it changed {name}").format(name=name))
        now.setflags(write=False)
    try:
        subject.trace(x, y, FEW)
    except ValueError as error:
        raise CheckFailure(
            _("with read-only x and y it raised {error}").format(error=one_line(error))
        ) from error


@check(N_("The same call gives the same numbers again."))
def repeats(subject: Subject) -> None:
    """Nothing is kept from one call to the next."""
    first, second = (subject.trace(*subject.data()) for _turn in range(2))
    require(
        (first.losses, first.rows, first.final) == (second.losses, second.rows, second.final),
        _("the first call ended at {first}, the second at {second}").format(
            first=shown(first.final), second=shown(second.final)
        ),
    )


@check(N_("Two fits that run by turns do not disturb each other."))
def independent(subject: Subject) -> None:
    """No state is shared through the module."""
    alone = subject.trace(*subject.data(), FEW)
    one, other = (subject.generate(*subject.data(), FEW) for _turn in range(2))
    losses = []
    for loss, _parameters in one:
        losses.append(read_loss(loss))
        next(other, None)
        if len(losses) > FEW:
            break
    other.close()
    require(
        losses == alone.losses,
        _("alone its losses are {alone}, beside another fit {beside}").format(
            alone=shown(alone.losses), beside=shown(losses)
        ),
    )


@check(N_("It leaves the global states as they are: random numbers, settings, environment."))
def untouched(subject: Subject) -> None:
    """Neither at a step, when others run, nor at its end is a global state another."""
    subject.fitter.load()
    before = global_states()
    made = subject.generate(*subject.data(), FEW)
    try:
        next(made)
        during = changed(before, global_states())
        read(made, FEW)
        after = changed(before, global_states())
    finally:
        made.close()
        _put_back(before)
    require(
        not during and not after,
        _("it changed {names}").format(names=", ".join(dict.fromkeys([*during, *after]))),
    )


def _put_back(states: dict[str, Any]) -> None:
    """Put back what a broken fitter most likely changed, so that the next check starts clean."""
    random.setstate(states["random"])
    np.seterr(**states["numpy.seterr"])
    torch: Any = sys.modules.get("torch")
    if torch and "torch.is_grad_enabled()" in states:
        torch.set_grad_enabled(states["torch.is_grad_enabled()"])
        torch.set_default_dtype(states["torch.get_default_dtype()"])


@check(N_("What it draws comes from `rng`, not from a global random state."))
def chance(subject: Subject) -> None:
    """Other seeds of random, NumPy and PyTorch do not change a loss."""
    found = []
    for seed in (1, 2):
        with untouched_global_states(seed):
            found.append(subject.trace(*subject.data(), FEW).losses)
    require(
        found[0] == found[1],
        _("its losses change with the global random states: {first}, {second}").format(
            first=shown(found[0]), second=shown(found[1])
        ),
    )


@check(
    N_("It uses the `rng` that it asks for with draws=True."),
    needed=lambda subject: subject.fitter.spec.draws,
)
def draws(subject: Subject) -> None:
    """Another seed of rng changes a loss."""
    found = [
        read(subject.generate(*subject.data(), steps=40, seed=seed), 40).losses for seed in (1, 2)
    ]
    require(found[0] != found[1], _("its losses are the same whatever rng draws"))


@check(N_("It prints nothing and warns of nothing."))
def quiet(subject: Subject) -> None:
    """Output belongs to the host: progress bars and JSON would be spoiled."""
    printed = io.StringIO()
    x, y = subject.data()
    x.setflags(write=False)  # torch.from_numpy warns of that: torch.tensor copies
    y.setflags(write=False)
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        subject.trace(x, y, FEW)
    require(
        not printed.getvalue(),
        _("it printed {text}").format(text=shown(printed.getvalue())),
    )
    require(
        not warned,
        _("it warned: {text}").format(text=one_line(warned[0].message) if warned else ""),
    )


CHECKS = (inputs, repeats, independent, untouched, chance, draws, quiet)
