"""Measure everything, print it as tables, and write it as JSON: `make bench`."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import scaling
import shares
import site_build
import solved
import stages
import startup
import torch
from measure import Ratio
from rich.console import Console
from rich.table import Table

import plugins

OUT = Path("build/benchmarks.json")
CONSOLE = Console(width=120, highlight=False)


def main() -> None:
    """Run all benchmarks; nothing is kept but the JSON file, so it can be run again and again."""
    started = time.perf_counter()
    torch.set_num_threads(1)  # 2000 points are too few to share
    sections: dict[str, list[dict[str, object]]] = {}
    for title, rows in (
        ("Stages against the published programs", stages.rows()),
        ("Closed forms", solved.rows()),
        ("Host overhead", stages.host_overhead()),
        ("Start-up", startup.rows()),
        ("Odd plugins", plugins.rows()),
    ):
        sections[title] = [ratio.to_dict() for ratio in _shown(title, rows)]
    sections["Where a step's time goes"] = _shares()
    sections["Points and steps"] = _scaling()
    sections["Site"] = _site()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps(
            {
                "python": platform.python_version(),
                "numpy": np.__version__,
                "torch": torch.__version__,
                "machine": f"{platform.system()} {platform.machine()}",
                "seconds": time.perf_counter() - started,
                "sections": sections,
            },
            indent=1,
        ),
        encoding="utf-8",
    )
    missed = [row for rows in sections.values() for row in rows if row.get("met") is False]
    print(f"\n{OUT}: written after {time.perf_counter() - started:.0f} s")
    print(f"{len(missed)} aims missed" if missed else "all aims met")


def _shown(title: str, rows: Iterable[Ratio]) -> list[Ratio]:
    table = Table(title=title, title_justify="left")
    for header in ("what", "against", "ratio", "quartiles", "aim", "ours", "theirs"):
        table.add_column(header, justify="left" if header in ("what", "against") else "right")
    found = []
    for row in rows:
        found.append(row)
        print(f"{row.name}: {row.ratio:.4g}", file=sys.stderr)
        table.add_row(
            row.name,
            row.against,
            f"{row.ratio:.4g}",
            f"{row.low:.4g} to {row.high:.4g}",
            "" if row.aim is None else f"{row.aim:.4g} {'met' if row.met else 'missed'}",
            _time(row.ours),
            _time(row.theirs),
        )
    CONSOLE.print(table)
    return found


def _shares() -> list[dict[str, object]]:
    table = Table(title="Where a step's time goes", title_justify="left")
    table.add_column("stage")
    table.add_column("operations a step", justify="right")
    table.add_column("the five that take most, as shares of the time inside operations")
    rows = []
    for row in shares.rows():
        rows.append(row)
        parts = [f"{name} {share:.0%}" for name, share in dict(row["shares"]).items()]
        table.add_row(str(row["stage"]), str(row["operations_per_step"]), ", ".join(parts))
    CONSOLE.print(table)
    return rows


def _site() -> list[dict[str, object]]:
    table = Table(title="Site: eight stages, three languages", title_justify="left")
    for header in ("build", "time", "of a cold build", "aim"):
        table.add_column(header, justify="left" if header == "build" else "right")
    rows = []
    for row in site_build.rows():
        rows.append(row)
        table.add_row(
            str(row["build"]),
            _time(float(str(row["seconds"]))),
            f"{row['ratio_to_cold']:.3g}",
            f"{row['aim_seconds']:g} s {'met' if row['met'] else 'missed'}",
        )
    CONSOLE.print(table)
    return rows


def _scaling() -> list[dict[str, object]]:
    table = Table(title="Points and steps", title_justify="left")
    for header in ("fitter", "points", "steps", "time", "peak memory", "per point and step"):
        table.add_column(header, justify="left" if header == "fitter" else "right")
    rows = []
    for row in scaling.rows():
        rows.append(row)
        table.add_row(
            str(row["fitter"]),
            f"{row['points']:,}",
            f"{row['steps']:,}",
            _time(float(str(row["seconds"]))),
            f"{int(str(row['peak_bytes'])) / 1e6:.1f} MB",
            f"{row['ratio_per_point_and_step']:.4g} of the first",
        )
    CONSOLE.print(table)
    return rows


def _time(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{1e6 * seconds:.0f} µs"
    return f"{1e3 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


main()
