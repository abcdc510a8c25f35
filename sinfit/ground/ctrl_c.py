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
    """Whether somebody pressed it: `came` says that a SIGINT has raised KeyboardInterrupt."""

    came: bool = False


class LoadingInterrupted(KeyboardInterrupt):
    """Ctrl-C while a plugin or a fitter was being loaded; the message names it."""


@contextmanager
def watching_ctrl_c() -> Iterator[CtrlC]:
    """Note whether Ctrl-C comes inside the block; it goes through as ever.

    So does SIGTERM where it is handled as Ctrl-C is. Ask inside the block: it may come before it.
    """
    seen = CtrlC()
    earlier = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    noted = [number for number, handler in earlier.items() if callable(handler)]
    if threading.current_thread() is not threading.main_thread():
        noted = []  # no signal can raise anything here

    def note(number: int, frame: FrameType | None) -> None:
        try:
            handler = earlier[signal.Signals(number)]
            assert callable(handler)  # noqa: S101 (the others are not noted)
            handler(number, frame)
        except KeyboardInterrupt:
            seen.came = True
            raise

    try:
        for number in noted:
            signal.signal(number, note)
        yield seen
    finally:
        for number in noted:
            signal.signal(number, earlier[number])
