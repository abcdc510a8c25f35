"""`python -m sinfit_author.numbers`: measure the numbers under every change, and record them.

Each change is a fresh process, because NumPy and PyTorch read its environment when they start.
"""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sinfit.fitting.fingerprint import fingerprint
from sinfit.fitting.fit import fitters

from sinfit_author.numbers import REFERENCE
from sinfit_author.numbers.measuring import difference, moved_starts, numbers_of, tolerances

RECORDED = Path(__file__).with_name("recorded.json")
MANY = {"points": 100_000, "steps": 500}


def changes() -> list[dict[str, Any]]:
    """What is changed, one after the other; the names of NumPy's sets are those that it has here.

    `OPENBLAS_CORETYPE`, `MKL_CBWR` and `ONEDNN_MAX_CPU_ISA` choose the loops of the libraries that
    multiply matrices for NumPy and PyTorch.
    """
    import numpy as np

    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    wide = " ".join(name for name in found if "AVX512" in name or name == "X86_V4")
    no_wide = {"NPY_DISABLE_CPU_FEATURES": wide}
    none = {"NPY_DISABLE_CPU_FEATURES": " ".join(found)}
    avx2, default = {"ATEN_CPU_CAPABILITY": "avx2"}, {"ATEN_CPU_CAPABILITY": "default"}
    old = {"OPENBLAS_CORETYPE": "Prescott", "MKL_CBWR": "COMPATIBLE", "ONEDNN_MAX_CPU_ISA": "SSE41"}
    return [
        {"change": REFERENCE},
        {"change": "2 threads", "threads": 2},
        {"change": "4 threads", "threads": 4},
        {"change": "PyTorch AVX2", "environment": avx2},
        {"change": "PyTorch none", "environment": default},
        {"change": "NumPy AVX2", "environment": no_wide},
        {"change": "NumPy none", "environment": none},
        {"change": "libraries", "environment": old},
        {"change": "both AVX2", "environment": {**avx2, **no_wide, "OPENBLAS_CORETYPE": "Haswell"}},
        {"change": "both none", "environment": {**default, **none, **old}},
        {"change": "many points", **MANY},
        {"change": "many points, 2 threads", "threads": 2, **MANY},
        {"change": "many points, 4 threads", "threads": 4, **MANY},
    ]


def measure(change: dict[str, Any]) -> dict[str, Any]:
    """Run every fitter in a fresh process: its `fingerprint`, and the numbers by stage."""
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", "sinfit_author.numbers", json.dumps(change)],
        env=clean | change.get("environment", {}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


VARIABLES = (
    *("ATEN_CPU_CAPABILITY", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES"),
    *("OPENBLAS_CORETYPE", "MKL_CBWR", "ONEDNN_MAX_CPU_ISA", "OMP_NUM_THREADS"),
)


def here(change: dict[str, Any]) -> dict[str, Any]:
    """Run every fitter in this process, as the change asks for."""
    import torch

    torch.set_num_threads(change.get("threads", 1))
    settings = {name: change[name] for name in MANY if name in change}
    measured: dict[str, Any] = {"fingerprint": fingerprint()}
    available = [fitter for fitter in fitters().values() if fitter.available]
    measured["numbers"] = {fitter.name: numbers_of(fitter, **settings) for fitter in available}
    if change["change"] == REFERENCE:
        measured["starts"] = {fitter.name: moved_starts(fitter) for fitter in available}
    return measured


def record() -> dict[str, Any]:
    """Measure under every change, and put together what is recorded."""
    runs: list[dict[str, Any]] = []
    references: dict[Any, dict[str, Any]] = {}
    for change in changes():
        print(f"{change['change']} …", flush=True)  # noqa: T201 (says what it is doing)
        measured = measure(change)
        reference = references.setdefault(change.get("points"), measured)
        stages = {
            name: difference(reference["numbers"][name], numbers)
            for name, numbers in measured["numbers"].items()
        }
        runs.append({**change, "fingerprint": measured["fingerprint"], "stages": stages})
    first = references[None]
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "runs": runs,
        "starts": first["starts"],
        "tolerances": {
            name: tolerances(
                numbers,
                [first["starts"][name], *(r["stages"][name] for r in runs if "points" not in r)],
            )
            for name, numbers in first["numbers"].items()
        },
        "numbers": first["numbers"],
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(here(json.loads(sys.argv[1]))))  # noqa: T201 (its answer)
    else:
        RECORDED.write_text(json.dumps(record(), indent=1) + "\n", encoding="utf-8")
