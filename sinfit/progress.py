"""A progress bar on stderr, for long fits."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 0.1  # seconds between two drawings


@contextmanager
def progress_bar(title: str, steps: int) -> Iterator[Callable[[int, float], None]]:
    """Show a bar while the block runs; yields the function that advances it.

    Args:
        title: What is being done.
        steps: The number of steps.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Remaining(),
        TextColumn("{task.fields[loss]}"),
    )
    with Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # what is printed meanwhile goes above the bar
    ) as progress:
        task = progress.add_task(title, total=steps, loss="")
        drawn = 0.0

        def advance(step: int, loss: float) -> None:
            nonlocal drawn
            now = time.perf_counter()
            if now - drawn >= EVERY:
                drawn = now
                progress.update(task, completed=step, loss=f"{loss:.6g}")

        yield advance
