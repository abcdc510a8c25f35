"""What plugins cost `sinfit list`: a dozen odd ones, and up to a thousand ordinary ones."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from measure import Ratio, compared, side_by_side

HOOK = (
    "from sinfit import CUBIC, FitterSpec, hookimpl\n@hookimpl\ndef sinfit_fitters({}):\n    {}\n"
)
SPEC = (
    "FitterSpec(name='{}', title='T', summary='S.', fitter='m:f', model=CUBIC, steps=1,"
    " learning_rate=1e-6)"
)
ODD = {
    "import-error": "import no_such_module\n",
    "syntax-error": "def broken(:\n",
    "system-exit": "raise SystemExit(3)\n",
    "exit-in-hook": HOOK.format("", "raise SystemExit"),
    "hook-raises": HOOK.format("", "raise ValueError('oh')"),
    "misspelt": HOOK.format("", "return []").replace("fitters", "fiters"),
    "wrong-signature": HOOK.format("n", "return []"),
    "wrong-type": HOOK.format("", "return 5"),
    "bad-record": HOOK.format("", f"return [{SPEC.format('fine')}, 5]"),
    "twin-one": HOOK.format("", f"return [{SPEC.format('twin')}]"),
    "twin-two": HOOK.format("", f"return [{SPEC.format('twin')}]"),
    "prints": "print('hello')\n",
    "idle": "",
}
MANY = (100, 1000)
WRITES_NOTHING = ("PYTHONDONTWRITEBYTECODE",)  # what pip installs is compiled
EACH = 1e-3  # seconds that a plugin may add; a ratio to an empty interpreter would hide it


def rows() -> Iterator[Ratio]:
    """`sinfit list` in a fresh process, with the odd plugins and without them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, source in ODD.items():
            _install(Path(folder), name, source)
        yield side_by_side(
            f"sinfit list, {len(ODD)} odd plugins",
            "sinfit list without them",
            _process({"PYTHONPATH": folder}),
            _process({}),
            aim=1.5,
            rounds=7,
        )


def growth() -> Iterator[Ratio]:
    """What each of many plugins adds to `sinfit list`, and whether it is the same for all.

    `ours` is the time that one more plugin takes and `theirs` what it may take, so that the ratio
    says how much of it is used. The last row holds the step from a hundred to a thousand against
    that from none to a hundred: 1 is linear.
    """
    with tempfile.TemporaryDirectory() as folder:
        times = {0: _seconds({})}
        for many in MANY:
            place = Path(folder) / str(many)
            place.mkdir()
            for number in range(many):
                record = SPEC.format(f"gen-{number}")
                _install(place, f"gen-{number}", HOOK.format("", f"return [{record}]"))
            times[many] = _seconds({"PYTHONPATH": str(place)})
    steps = []
    for fewer, more in itertools.pairwise(times):
        each = [(b - a) / (more - fewer) for a, b in zip(times[fewer], times[more], strict=True)]
        steps.append(each)
        name = f"a plugin more, {fewer} to {more}"
        yield compared(name, "1 ms", each, [EACH] * len(each), aim=1)
    yield compared("linear: 100 to 1000", "0 to 100", steps[1], steps[0], aim=1.5)


def _seconds(more: dict[str, str], rounds: int = 5) -> list[float]:
    run = _process(more)
    run()  # it compiles what it imports
    return [_of_the_processor(run) for _ in range(rounds)]


def _of_the_processor(run: Callable[[], object]) -> float:
    """The processor's time, which a busy machine changes less than the clock's."""
    before = getrusage(RUSAGE_CHILDREN)
    run()
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _install(folder: Path, name: str, source: str) -> None:
    module = f"sinfit_odd_{name.replace('-', '_')}"
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: sinfit-odd-{name}\nVersion: 1.0\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[sinfit]\n{name} = {module}\n", encoding="utf-8")


def _process(more: dict[str, str]) -> Callable[[], object]:
    return lambda: subprocess.run(
        [sys.executable, "-m", "sinfit", "list"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={key: value for key, value in os.environ.items() if key not in WRITES_NOTHING} | more,
    )
