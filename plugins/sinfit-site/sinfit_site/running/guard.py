"""Watch a tutorial inside its kernel: it writes into its own folder and opens no connection."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

VARIABLE = "SINFIT_PROTECTED"
"""The environment variable that lists the folders nobody may write into."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os.remove": 1, "os.rmdir": 1, "os.mkdir": 1, "os.truncate": 1, "os.chmod": 1}
CHANGES |= {"os.rename": 2, "os.link": 2, "os.symlink": 2}
"""Audit events that change files, and how many of their first arguments are paths."""

CONNECTIONS = frozenset({"socket.connect", "socket.bind", "socket.sendto"})


def watch() -> None:
    """Let what is not allowed raise PermissionError, at the line that tries it.

    Python's audit events cost next to nothing. Programs that a tutorial starts are not watched.
    """
    folders = [Path(each) for each in os.environ.get(VARIABLE, "").split(os.pathsep) if each]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _mode, flags = arguments
            if flags & WRITING:
                _may_change(path, folders)
        elif event in CHANGES:
            for path in arguments[: CHANGES[event]]:
                _may_change(path, folders)
        elif event == "socket.getaddrinfo":
            raise PermissionError(f"a tutorial opens no connection, as to {arguments[0]}")
        elif event in CONNECTIONS and isinstance(arguments[1], tuple):  # a file's name: no network
            raise PermissionError(f"a tutorial opens no connection, as to {arguments[1][0]}")

    sys.addaudithook(hook)


def _may_change(path: Any, folders: list[Path]) -> None:
    """Refuse a path in one of the folders, but for hidden ones and what Python compiles there."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return  # a descriptor: it was opened
    place = Path(os.path.realpath(os.fsdecode(path)))
    for folder in folders:
        if place.is_relative_to(folder):
            inside = place.relative_to(folder).parts
            if not any(part.startswith(".") or part == "__pycache__" for part in inside):
                raise PermissionError(f"a tutorial writes only into its own folder, not to {place}")
