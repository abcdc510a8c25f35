"""Purity: a fit depends on its arguments alone and changes nothing but itself."""

from __future__ import annotations

import contextlib
import sys
import warnings

import numpy as np
from sinfit.errors import one_line, shown
from sinfit.fitting.driving import read_loss
from sinfit.ground.caught_output import caught, process_of_our_own
from sinfit.i18n import N_

from sinfit_author.conformance.check import CheckFailure, check, require
from sinfit_author.conformance.fresh import changed_at_first
from sinfit_author.conformance.states import (
    changed,
    global_states,
    kept_states,
    odd_states,
    seeded_states,
)
from sinfit_author.conformance.subject import Subject, read, singly
from sinfit_author.i18n import _

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
    for loss, _parameters in singly(one):
        losses.append(read_loss(loss))
        next(other, None)
        if len(losses) > FEW:
            break
    require(
        losses == alone.losses,
        _("alone its losses are {alone}, beside another fit {beside}").format(
            alone=shown(alone.losses), beside=shown(losses)
        ),
    )


@check(N_("It leaves the global states as they are: random numbers, settings, environment."))
def untouched(subject: Subject) -> None:
    """Neither at a step, when others run, nor at its end is a global state another."""
    with kept_states():
        subject.trace(*subject.data(), FEW)  # what libraries set up at their first use is done now
    found: list[str] = []
    for turn in range(2):
        with odd_states(turn) as before:
            made = subject.generate(*subject.data(), FEW)
            for _step in range(FEW + 1):
                ended = next(made, None) is None
                found += changed(before, global_states())
                if ended:
                    break
            subject.end()
    require(not found, _("it changed {names}").format(names=_listed(found)))
    found = changed_at_first(subject)
    require(
        not found,
        _("when it was imported or ran for the first time it changed {names}").format(
            names=_listed(found)
        ),
    )


def _listed(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


@check(N_("What it draws comes from `rng`, not from a global random state."))
def chance(subject: Subject) -> None:
    """Other seeds of random, NumPy and PyTorch do not change a loss."""
    found = []
    for turn in range(2):
        with seeded_states(turn):
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
    x, y = subject.data()
    x.setflags(write=False)  # torch.from_numpy warns of that: torch.tensor copies
    y.setflags(write=False)
    # a check may redirect this process: it tries one fitter after another, and nothing else
    with process_of_our_own(), caught() as said, contextlib.ExitStack() as stack:
        warnings.simplefilter("always")
        if torch := sys.modules.get("torch"):
            stack.callback(torch.set_warn_always, torch.is_warn_always_enabled())
            torch.set_warn_always(True)  # else it warns once, and other checks have run before
        subject.trace(x, y, FEW)
    require(
        not said.text,
        _("it printed {text}").format(text=shown(said.text)),
    )
    require(
        not said.warned,
        _("it warned: {text}").format(text=one_line(said.warned[0].message) if said.warned else ""),
    )


CHECKS = (inputs, repeats, independent, untouched, chance, draws, quiet)
