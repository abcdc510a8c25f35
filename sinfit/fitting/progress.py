"""A progress bar on stderr, for long fits."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, float], object]
"""Told each recorded step and its loss."""

EVERY = 0.1  # seconds between two drawings


@contextmanager
def progress_bar(title: str, steps: int) -> Iterator[Progress]:
    """Show a bar of so many steps while the block runs; yields the function that advances it."""
    from rich import progress
    from rich.console import Console

    with progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.fields[loss]}"),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # what is printed meanwhile goes above the bar
    ) as bar:
        task = bar.add_task(title, total=steps, loss="")
        drawn = 0.0

        def advance(step: int, loss: float) -> None:
            nonlocal drawn
            now = time.perf_counter()
            if now - drawn >= EVERY:
                drawn = now
                bar.update(task, completed=step, loss=f"{loss:.6g}")

        yield advance
