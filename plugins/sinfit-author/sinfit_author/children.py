"""Child processes that end with the one that started them, however that ends.

`Workers` are threads that start processes and wait for them. On an error, on Ctrl-C and on SIGTERM
all of it is ended at once; of a kill, which nobody can handle, the children hear by their stdin.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO, Any


@dataclass(frozen=True)
class Done:
    """What became of a child process.

    Attributes:
        code: Its exit status; negative for a signal, None if it was ended at its time limit.
        out: What it wrote to stdout.
        err: What it wrote to stderr.
    """

    code: int | None
    out: str
    err: str


class Workers(ThreadPoolExecutor):
    """Threads that start processes; when the block ends early, so does all that they started."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self.ended = False
        self._ends: set[Callable[[], object]] = set()
        self._sigterm: Any = None

    def __enter__(self) -> Workers:
        """Let SIGTERM end the block as Ctrl-C does, unless somebody handles it already."""
        ours = threading.current_thread() is threading.main_thread()
        if ours and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            self._sigterm = signal.signal(signal.SIGTERM, _interrupt)
        return self

    def __exit__(self, kind: type[BaseException] | None, *more: Any) -> None:
        """Wait for what was started; if the block ends early, end it first."""
        if kind is not None:
            self.end()
        try:
            super().__exit__(kind, *more)
        finally:
            self.end()
            if self._sigterm is not None:
                signal.signal(signal.SIGTERM, self._sigterm)

    def end(self) -> None:
        """End what is running, and start nothing more."""
        self.ended = True
        self.shutdown(wait=False, cancel_futures=True)
        for end in [*self._ends]:
            end()

    @contextmanager
    def ended_by(self, end: Callable[[], object]) -> Iterator[None]:
        """Say how to end what runs inside the block."""
        self._ends.add(end)
        try:
            if self.ended:  # just now, while it was being started
                end()
            yield
        finally:
            self._ends.discard(end)

    def run(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        limit: float | None = None,
    ) -> Done:
        """Run a process of its own session and wait for it; then nothing that it started is left.

        Args:
            command: The command; one in Python should call `end_with_parent`.
            environment: Its environment variables.
            folder: Its working folder.
            limit: How many seconds it may take.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            # files, not pipes: what a child leaves running would keep a pipe open
            process = subprocess.Popen(  # noqa: S603 (our own commands)
                command,
                stdin=subprocess.PIPE,  # held open: when it closes, we have ended
                stdout=out,
                stderr=err,
                env=environment,
                cwd=folder,
                start_new_session=True,
            )
            end = partial(_end, process)
            code: int | None = None
            try:
                with self.ended_by(end), suppress(subprocess.TimeoutExpired):
                    code = process.wait(limit)
            finally:
                end()
                process.wait()
                if process.stdin:
                    process.stdin.close()
            return Done(code, _read(out), _read(err))


def end_with_parent() -> None:
    """End this process, and what it has started, as soon as its parent has ended."""
    lifeline, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # nobody else reads it
    os.close(nothing)

    def watch() -> None:
        with suppress(OSError):
            while os.read(lifeline, 1):
                pass
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module, as `python -m` does, and ends with this process."""
    return [sys.executable, "-m", "sinfit_author.children", name, *arguments]


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (a handler's)
    raise KeyboardInterrupt


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where there are such, all in its session."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    end_with_parent()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
