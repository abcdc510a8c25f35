"""A fresh process: what must be the same there as here, and what happens only the first time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sinfit.errors import one_line, shown
from sinfit.i18n import N_
from sinfit.registry.discovery import found_plugins

from sinfit_author.conformance.check import CheckFailure, check, require
from sinfit_author.conformance.imports import import_libraries
from sinfit_author.conformance.limit import LIMIT
from sinfit_author.conformance.states import changed, global_states, kept_states
from sinfit_author.conformance.subject import POINTS, STEPS, Subject
from sinfit_author.i18n import _

SEED = 3
PROGRAM = "from sinfit_author.conformance.fresh import main; main()"

# which libraries change by themselves when they are imported, some of them at their first use
LIBRARIES_ADD = {"warnings.filters", "logging.root"}
LIBRARIES_SET_UP = LIBRARIES_ADD | {"os.environ", "sys.path"}


@check(
    N_("The same seed gives the same losses in a fresh process."),
    needed=lambda subject: subject.packaged,
)
def seeds(subject: Subject) -> None:
    """Bit for bit, and with another seed for the hashes of strings."""
    there = _answer(subject)
    if isinstance(there, str):
        raise CheckFailure(there)
    points = _points(subject)
    here = [
        float(loss).hex()
        for loss in subject.fitter.fit(points=points, steps=STEPS, seed=SEED).losses
    ]
    require(
        there["losses"] == here,
        _("its losses are {here} here and {there} in a fresh process").format(
            here=shown([float.fromhex(loss) for loss in here]),
            there=shown([float.fromhex(loss) for loss in there["losses"]]),
        ),
    )


def changed_at_first(subject: Subject) -> list[str]:
    """The global states that it changes where it is imported and runs for the first time."""
    there = _answer(subject)
    return [] if isinstance(there, str) else there["changed"]  # `seeds` says what went wrong


def _points(subject: Subject) -> int:
    return max(POINTS, 2 * subject.size)


def _answer(subject: Subject) -> Any:
    """What a fresh process says of a fitter; what went wrong, if it says nothing.

    One process serves all fitters that are tested together, and all checks.
    """
    name, points = subject.fitter.id, _points(subject)
    names = subject.company if name in subject.company and points == POINTS else (name,)
    if (names, points) not in subject.answers:
        subject.answers[names, points] = ask(names, points)
    return subject.answers[names, points][name]


def ask(names: tuple[str, ...], points: int) -> dict[str, Any]:
    """Ask a fresh process for the losses of fitters and the states that they change at first.

    Returns:
        For each name a dictionary with `losses`, as hexadecimal numbers, and `changed`, or a text:
        what went wrong.
    """
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONHASHSEED": "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1",
        "PYTHONIOENCODING": "utf-8",
    }
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(  # noqa: S603 (our own program)
                [sys.executable, "-c", PROGRAM, str(points), *names],
                env=environment,
                capture_output=True,
                cwd=folder,
                encoding="utf-8",
                errors="replace",
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            wrong = _("it was not done after {limit:g} s: the fitter hangs").format(limit=LIMIT)
            return dict.fromkeys(names, wrong)
    try:
        answers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        wrong = _("a fresh process ended with status {code}: {error}").format(
            code=done.returncode, error=" ".join(done.stderr.split())[-200:]
        )
        return dict.fromkeys(names, wrong)
    return {
        name: answer
        if isinstance(answer, dict)
        else _("in a fresh process it raised {error}").format(error=answer)
        for name, answer in answers.items()
    }


def main() -> None:
    """Run each fitter and print what came of it as a line of JSON; the fresh process's side."""
    from sinfit.fitting.fit import fitters

    points, names = int(sys.argv[1]), sys.argv[2:]
    warnings.simplefilter("ignore")
    answers: dict[str, Any] = {}
    by_plugin = {name: _changed_by_plugin(name.partition("/")[0]) for name in names}
    for name in names:
        try:
            fitter = fitters()[name]
            found = by_plugin[name] + _changed_by_fitter(Subject(fitter))
            losses = fitter.fit(points=points, steps=STEPS, seed=SEED).losses
            answers[name] = {"changed": found, "losses": [float(loss).hex() for loss in losses]}
        except (Exception, SystemExit) as error:
            answers[name] = one_line(error)
    print(f"\n{json.dumps(answers)}", flush=True)  # noqa: T201 (our answer to the parent)
    os._exit(0)  # whatever a fitter has started or wants to do at the end


def _changed_by_plugin(distribution: str) -> list[str]:
    """The states that the plugins of a distribution change when they are imported."""
    found = []
    for plugin in found_plugins():
        if plugin.distribution == distribution and plugin.entry_point:
            import_libraries(plugin.entry_point.module)
            found += _changed_by(plugin.entry_point.load, LIBRARIES_ADD)
    return found


def _changed_by_fitter(subject: Subject) -> list[str]:
    """The states that a fitter changes when it is imported and when it runs."""
    subject.import_libraries()
    if subject.on_torch:
        import torch  # noqa: F401 (which another module of the plugin may import)
    return [
        *_changed_by(subject.fitter.load, LIBRARIES_ADD),
        *_changed_by(lambda: subject.trace(*subject.data(), 2), LIBRARIES_SET_UP),
    ]


def _changed_by(run: Callable[[], object], libraries: set[str]) -> list[str]:
    with kept_states():
        before = global_states()
        with suppress(Exception, SystemExit):  # the fit that follows raises it too
            run()
        return [name for name in changed(before, global_states()) if name not in libraries]


CHECKS = (seeds,)
