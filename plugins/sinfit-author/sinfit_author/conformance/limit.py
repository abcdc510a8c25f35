"""A time limit for code that may hang: a loop without end must not become a check without end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LIMIT = 60.0  # seconds; a check takes milliseconds, a fresh process on a busy machine a few seconds


class OutOfTime(BaseException):
    """The time is over; no `except Exception` of a fitter can catch it."""


@contextmanager
def out_of_time_after(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` inside the block after so many seconds.

    Where there are no timers (on Windows, outside the main thread) the block runs without limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    handler = signal.signal(signal.SIGALRM, ring)
    left, _interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)  # another's timer, such as a test runner's
        signal.signal(signal.SIGALRM, handler)
