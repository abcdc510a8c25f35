"""Tell a real Ctrl-C from a KeyboardInterrupt that a plugin raises by itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class CtrlC:
    """Whether somebody pressed it.

    Attributes:
        came: A SIGINT has raised KeyboardInterrupt.
    """

    came: bool = False


class LoadingInterrupted(KeyboardInterrupt):
    """Ctrl-C while a plugin or a fitter was being loaded; the message names it."""


@contextmanager
def watching_ctrl_c() -> Iterator[CtrlC]:
    """Note whether Ctrl-C comes inside the block; it goes through as ever."""
    seen = CtrlC()
    earlier = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(earlier):
        yield seen  # no SIGINT can raise anything here
        return

    def note(number: int, frame: FrameType | None) -> None:
        try:
            earlier(number, frame)
        except KeyboardInterrupt:
            seen.came = True
            raise

    signal.signal(signal.SIGINT, note)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, earlier)
