"""Measure everything, print it as tables, and write it as JSON: `make bench`."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import large
import numpy as np
import reading
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
Row = dict[str, Any]


def main() -> None:
    """Run all benchmarks; nothing is kept but the JSON file, so it can be run again and again."""
    started = time.perf_counter()
    torch.set_num_threads(1)  # 2000 points are too few to share
    sections: dict[str, list[Row]] = {}
    for title, rows in (
        ("Stages against the published programs", stages.rows()),
        ("Closed forms", solved.rows()),
        ("Reading", reading.rows()),
        ("Host overhead", stages.host_overhead()),
        ("Start-up", startup.rows()),
        ("Odd plugins", plugins.rows()),
        ("Many plugins", plugins.growth()),
    ):
        sections[title] = [ratio.to_dict() for ratio in _shown(title, rows)]
    sections["Where a step's time goes"] = _shares()
    sections["Points and steps"] = _scaling()
    sections["More than memory holds"] = _large()
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


def _shown(title: str, ratios: Iterable[Ratio]) -> list[Ratio]:
    def cells(ratio: Ratio) -> tuple[str, ...]:
        print(f"{ratio.name}: {ratio.ratio:.4g}", file=sys.stderr)
        return (
            ratio.name,
            ratio.against,
            f"{ratio.ratio:.4g}",
            f"{ratio.low:.4g} to {ratio.high:.4g}",
            "" if ratio.aim is None else f"{ratio.aim:.4g} {'met' if ratio.met else 'missed'}",
            _time(ratio.ours),
            _time(ratio.theirs),
        )

    headers = ("what", "against", "ratio", "quartiles", "aim", "ours", "theirs")
    return _printed(title, headers, ratios, cells)


def _shares() -> list[Row]:
    def cells(row: Row) -> tuple[str, ...]:
        parts = [f"{name} {share:.0%}" for name, share in dict(row["shares"]).items()]
        return str(row["stage"]), str(row["operations_per_step"]), ", ".join(parts)

    most = "the five that take most, as shares of the time inside operations"
    headers = ("stage", "operations a step", most)
    return _printed("Where a step's time goes", headers, shares.rows(), cells)


def _site() -> list[Row]:
    def cells(row: Row) -> tuple[str, ...]:
        return (
            str(row["build"]),
            _time(float(str(row["seconds"]))),
            f"{row['ratio_to_cold']:.3g}",
            f"{row['aim_seconds']:g} s {'met' if row['met'] else 'missed'}",
        )

    headers = ("build", "time", "of a cold build", "aim")
    return _printed("Site: eight stages, three languages", headers, site_build.rows(), cells)


def _scaling() -> list[Row]:
    def cells(row: Row) -> tuple[str, ...]:
        return (
            str(row["fitter"]),
            f"{row['points']:,}",
            f"{row['steps']:,}",
            _time(float(str(row["seconds"]))),
            f"{int(str(row['peak_bytes'])) / 1e6:.1f} MB",
            f"{row['ratio_per_point_and_step']:.4g} of the first",
        )

    headers = ("fitter", "points", "steps", "time", "peak memory", "per point and step")
    return _printed("Points and steps", headers, scaling.rows(), cells)


def _large() -> list[Row]:
    def cells(row: Row) -> tuple[str, ...]:
        return (
            str(row["kind"]),
            f"{row['points']:,}",
            _time(float(str(row["seconds"]))),
            f"{int(str(row['peak_bytes'])) / 1e6:.0f} MB",
            f"{large.MOST_BYTES / 1e6:.0f} MB {'met' if row['met'] else 'missed'}",
        )

    title = "More than memory holds: a cubic by least squares"
    headers = ("from", "points", "time", "peak memory", "aim")
    return _printed(title, headers, large.rows(), cells)


def _printed(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Any],
    cells: Callable[[Any], Sequence[str]],
) -> list[Any]:
    """Print a table, numbers to the right, and return its rows."""
    found, lines = [], []
    for row in rows:  # one by one: each is told when it has been measured
        found.append(row)
        lines.append(cells(row))
    table = Table(title=title, title_justify="left")
    for header, *column in zip(headers, *lines, strict=True):
        numbers = all(cell[:1].isdigit() or not cell for cell in column)
        table.add_column(header, justify="right" if numbers else "left")
    for line in lines:
        table.add_row(*line)
    CONSOLE.print(table)
    return found


def _time(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{1e6 * seconds:.0f} µs"
    return f"{1e3 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


main()
