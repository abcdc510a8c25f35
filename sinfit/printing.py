"""Catch what plugins print, even past `sys.stdout`: os.write and C libraries use descriptor 1."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass

STDOUT, STDERR = 1, 2  # file descriptors


@dataclass
class Printed:
    """What was printed.

    Attributes:
        text: The text, complete when the block is over.
    """

    text: str = ""


@contextlib.contextmanager
def caught_output(*, beside_threads: bool = False) -> Iterator[Printed]:
    """Catch what is printed inside the block, to `sys.stdout`, `sys.stderr` and descriptor 1.

    Args:
        beside_threads: The descriptor belongs to the whole process: where other threads run, what
            they write is caught too. So it is left alone there, unless this is True.
    """
    printed, text = Printed(), io.StringIO()
    with contextlib.ExitStack() as stack:
        file = None
        if beside_threads or threading.active_count() == 1:
            with contextlib.suppress(OSError):  # there is no folder that can be written
                file = stack.enter_context(tempfile.TemporaryFile())
        try:
            with (
                _stdout_to(file.fileno()) if file else contextlib.nullcontext(),
                contextlib.redirect_stdout(text),
                contextlib.redirect_stderr(text),
            ):
                yield printed
        finally:
            printed.text = text.getvalue()
            if file:
                file.seek(0)
                printed.text += file.read().decode("utf-8", "replace")


@contextlib.contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """Send what is printed inside the block to stderr, by whichever way it is printed."""
    with _stdout_to(STDERR), contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def _stdout_to(file: int) -> Iterator[None]:
    """Let descriptor 1 lead to another file inside the block."""
    console = sys.platform == "win32" and os.isatty(STDOUT)  # Python keeps its handle there
    try:
        kept = -1 if console else os.dup(STDOUT)
    except OSError:  # it is closed: nobody reads it
        kept = -1
    if kept == -1:
        yield
        return
    _flush()
    try:
        with contextlib.suppress(OSError):  # the other one is closed
            os.dup2(file, STDOUT)
        yield
    finally:
        _flush()
        os.dup2(kept, STDOUT)
        os.close(kept)


def _flush() -> None:
    """Write what waits in buffers, Python's and the C library's, to where it belongs."""
    for stream in (sys.stdout, sys.__stdout__):
        with contextlib.suppress(Exception):
            stream.flush()  # type: ignore[union-attr]  # None without a console
    if ctypes := sys.modules.get("ctypes"):  # without it hardly a C library is at work
        with contextlib.suppress(Exception):
            ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None).fflush(None)
