"""Catch what plugins say, even past `sys.stdout`: os.write and C libraries use descriptor 1.

Output, descriptors and warnings belong to the whole process, its other threads included. So a
library must not touch them, and this one does not: only a program that has its process for itself,
such as the command line, says so with `process_of_our_own()`, and only there anything is caught.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import BinaryIO

STDOUT, STDERR = 1, 2  # file descriptors

# a context variable: a thread that a plugin or a user starts has not this process for itself
_OURS: ContextVar[bool] = ContextVar("process_of_our_own", default=False)


@dataclass
class Said:
    """What was said inside a block."""

    text: str = ""  # what was printed, complete when the block is over
    warned: list[warnings.WarningMessage] = field(default_factory=list)


@contextlib.contextmanager
def process_of_our_own() -> Iterator[None]:
    """Say that nobody else uses this process while the block runs: it may be redirected."""
    token = _OURS.set(True)
    try:
        yield
    finally:
        _OURS.reset(token)


@contextlib.contextmanager
def caught() -> Iterator[Said]:
    """Catch what is printed or warned of inside the block, in a process of our own.

    Caught is what goes to `sys.stdout`, `sys.stderr` and descriptor 1. In a process that others
    use too, everything goes its way, and nothing is caught.
    """
    said, text = Said(), io.StringIO()
    if not _OURS.get():
        yield said
        return
    with contextlib.ExitStack() as stack:
        file = None
        with contextlib.suppress(OSError):  # there is no folder that can be written
            file = stack.enter_context(_scratch())
        try:
            with (
                stdout_to(file.fileno()) if file else contextlib.nullcontext(),
                contextlib.redirect_stdout(text),
                contextlib.redirect_stderr(text),
                warnings.catch_warnings(record=True) as said.warned,
            ):
                yield said
        finally:
            said.text = text.getvalue()
            if file:
                file.seek(0)
                said.text += file.read().decode("utf-8", "replace")


def _scratch() -> BinaryIO:
    if hasattr(os, "memfd_create"):  # on Linux, in memory: tempfile takes long to import
        return open(os.memfd_create("said"), "w+b")
    return importlib.import_module("tempfile").TemporaryFile()  # type: ignore[no-any-return]


@contextlib.contextmanager
def stdout_to(file: int) -> Iterator[None]:
    """Let descriptor 1 lead to another file inside the block."""
    kept = None
    if sys.platform != "win32" or not os.isatty(STDOUT):  # Python keeps the console's handle there
        with contextlib.suppress(OSError):  # it is closed: nobody reads it
            kept = os.dup(STDOUT)
    if kept is None:
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
