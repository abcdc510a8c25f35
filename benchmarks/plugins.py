"""What a dozen odd plugins cost: `sinfit list` with them and without them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from measure import Ratio, side_by_side

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
        env=os.environ | more,
    )
