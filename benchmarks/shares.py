"""Where the time of a step goes: the operations of each PyTorch stage, by their own time."""

from __future__ import annotations

from collections.abc import Iterator

import published
import torch
from stages import bare_run

STEPS = 300


def rows() -> Iterator[dict[str, object]]:
    """For each stage the five operations that take most, as shares of all recorded time.

    PyTorch's profiler counts what runs inside its operations. The Python between them is outside
    of its view, and is most of what is left for anyone to save: the shares say which of the
    operations would be worth saving.
    """
    for stage in published.PROGRAMS:
        if stage == "numpy":
            continue
        bare_run(stage, 20)  # warm
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
            bare_run(stage, STEPS)
        events = [event for event in profile.key_averages() if event.self_cpu_time_total > 0]
        total = sum(event.self_cpu_time_total for event in events)
        events.sort(key=lambda event: -event.self_cpu_time_total)
        yield {
            "stage": stage,
            "operations_per_step": round(sum(event.count for event in events) / STEPS, 1),
            "shares": {
                event.key: round(event.self_cpu_time_total / total, 3) for event in events[:5]
            },
        }
