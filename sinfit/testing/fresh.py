"""A fresh process: what must be the same there as here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import lru_cache

from sinfit.errors import shown
from sinfit.i18n import N_, _
from sinfit.testing.check import CheckFailure, check, require
from sinfit.testing.limit import LIMIT
from sinfit.testing.subject import POINTS, STEPS, Subject

SEED = 3
PROGRAM = f"""
import json, sys, warnings
warnings.simplefilter("ignore")
import sinfit

answers = {{}}
for name in sys.argv[2:]:
    try:
        losses = sinfit.fit(name, points=int(sys.argv[1]), steps={STEPS}, seed={SEED}).losses
        answers[name] = [float(loss).hex() for loss in losses]
    except (Exception, SystemExit) as error:
        answers[name] = f"{{type(error).__name__}}: {{error}}"
print("\\n" + json.dumps(answers))
"""


@check(N_("The same seed gives the same losses in a fresh process."))
def seeds(subject: Subject) -> None:
    """Bit for bit, and with another seed for the hashes of strings."""
    name = subject.fitter.id
    points = max(POINTS, 2 * subject.size)
    shared = len(subject.company) > 1 and points == POINTS
    there = (
        _losses_of_company(subject.company)
        if shared
        else losses_in_a_fresh_process((name,), points)
    )[name]
    require(
        not isinstance(there, str), _("in a fresh process it raised {error}").format(error=there)
    )
    here = [
        float(loss).hex()
        for loss in subject.fitter.fit(points=points, steps=STEPS, seed=SEED).losses
    ]
    require(
        there == here,
        _("its losses are {here} here and {there} in a fresh process").format(
            here=shown([float.fromhex(loss) for loss in here]),
            there=shown([float.fromhex(loss) for loss in there]),
        ),
    )


@lru_cache(maxsize=1)
def _losses_of_company(names: tuple[str, ...]) -> dict[str, list[str] | str]:
    return losses_in_a_fresh_process(names, POINTS)


def losses_in_a_fresh_process(names: tuple[str, ...], points: int) -> dict[str, list[str] | str]:
    """The losses of fitters in a fresh process, as hexadecimal numbers, or what they raised."""
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
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            raise CheckFailure(
                _("it was not done after {limit:g} s: the fitter hangs").format(limit=LIMIT)
            ) from None
    try:
        answers: dict[str, list[str] | str] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        raise CheckFailure(
            _("a fresh process ended with status {code}: {error}").format(
                code=done.returncode, error=" ".join(done.stderr.split())[-200:]
            )
        ) from None
    return answers


CHECKS = (seeds,)
