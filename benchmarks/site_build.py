"""How long the site takes to build: from nothing, with nothing changed, and after one PO edit.

On a copy of the pages with a cache of its own, so that the real ones stay as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from measure import seconds

ROOT = Path(__file__).parents[1]
AIMS = {"cold": 60.0, "warm": 8.0, "after one PO edit": 3.0}  # seconds, on two cores
TIMES = 2  # for what is short


def rows() -> Iterator[dict[str, object]]:
    """Seconds of each kind of build, and its ratio to a build from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        root.mkdir()
        shutil.copytree(ROOT / "docs", root / "docs")
        shutil.copy(ROOT / "mkdocs.yml", root)
        for folder_watched in ("plugins", "sinfit"):
            (root / folder_watched).symlink_to(ROOT / folder_watched)
        po = root / "docs" / "locale" / "ko" / "install.po"

        def build() -> None:
            subprocess.run(
                [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"],
                cwd=root,
                env={**os.environ, "SINFIT_CACHE": str(Path(folder) / "cache")},
                check=True,
                stdout=subprocess.DEVNULL,
            )

        def edit_and_build() -> None:
            text = po.read_text(encoding="utf-8")
            po.write_text(text.replace("합니다.", "합니다!", 1), encoding="utf-8")
            build()

        cold = seconds(build)
        warm = median(seconds(build) for _ in range(TIMES))
        edited = median(seconds(edit_and_build) for _ in range(TIMES))
    for name, took in (("cold", cold), ("warm", warm), ("after one PO edit", edited)):
        yield {
            "build": name,
            "seconds": took,
            "ratio_to_cold": took / cold,
            "aim_seconds": AIMS[name],
            "met": took <= AIMS[name],
        }
