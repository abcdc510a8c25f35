"""The rows of a sweep in a file of JSON lines that only grows.

A row is written at once, and taken back if that fails. What a killed process leaves is whole rows,
and at most a last line without its end, which is cut off when the file is opened again.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sinfit.errors import DataError, UsageError, cut, cut_path

from sinfit_sweep.i18n import _

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

Row = dict[str, Any]

BEGINS = b'{"key": "'
FAILED = {"error": ""}


class Rows:
    """Rows in memory alone.

    Attributes:
        path: The file that holds them, or None.
        rows: The rows that are wanted, by key.
    """

    path: Path | None = None

    def __init__(self) -> None:
        """Begin without a row."""
        self.rows: dict[str, Row] = {}

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows at the end."""
        self.rows |= {row["key"]: row for row in rows}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of them."""


class RowFile(Rows):
    """Rows in a file, held by one sweep at a time."""

    path: Path

    def __init__(self, path: str | os.PathLike[str], wanted: Container[str]) -> None:
        """Open the file, or make it, and read it.

        Args:
            path: Where it is.
            wanted: The keys of the rows to keep in memory.

        Raises:
            UsageError: It cannot be read or written, or another sweep writes to it.
            DataError: It holds something other than rows of a sweep.
        """
        super().__init__()
        self.path = Path(path)
        with self._failing():
            if self.path.exists() and not stat.S_ISREG(self.path.stat().st_mode):
                raise OSError(_("it is no plain file"))
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
            flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
            self._file = os.open(self.path, flags, 0o666)
        try:
            with self._failing():
                self._hold()
                self._size = self._read(wanted)
                os.ftruncate(self._file, self._size)
        except BaseException:
            os.close(self._file)
            raise

    def append(self, rows: Sequence[Row]) -> None:
        """Write rows at the end, all of them or none.

        Raises:
            UsageError: They cannot be written, for the disk is full, say.
        """
        lines = b"".join(json.dumps(row, allow_nan=False).encode() + b"\n" for row in rows)
        with self._failing():
            left = memoryview(lines)
            try:
                while left:
                    left = left[os.write(self._file, left) :]
            except BaseException:  # Ctrl-C too
                with suppress(OSError):
                    os.ftruncate(self._file, self._size)
                raise
        self._size += len(lines)
        super().append(rows)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            with self._failing():
                os.fsync(self._file)
        except UsageError:
            if error is None:
                raise
        finally:
            os.close(self._file)

    def _hold(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OSError(_("another sweep is writing to it")) from None

    def _read(self, wanted: Container[str]) -> int:
        """Take the rows in; returns where the last whole line ends."""
        end = 0
        with open(self.path, "rb") as file:
            begins = file.read(len(BEGINS))
            if not BEGINS.startswith(begins):
                raise self._foreign(1, begins.decode("utf-8", "replace"))
            file.seek(0)
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break  # half of a row: its writer was killed
                try:
                    row = json.loads(line)
                    key, _error = row["key"], row["error"]
                except (ValueError, TypeError, KeyError):
                    raise self._foreign(number, line.decode("utf-8", "replace")) from None
                if key in wanted and self.rows.get(key, FAILED)["error"] is not None:
                    self.rows[key] = row  # a fit that failed may have been made once more
                end += len(line)
        return end

    def _foreign(self, number: int, text: str) -> DataError:
        says = _("{path} is no file of a sweep: line {number} is no row, but {text!r}.")
        return DataError(says.format(path=cut_path(self.path), number=number, text=cut(text)))

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Turn what the system says into an error that names the file."""
        try:
            yield
        except (OSError, ValueError) as error:  # a name may hold a NUL
            if isinstance(error, UsageError):
                raise
            reason = getattr(error, "strerror", None) or str(error)
            says = _("cannot write {path}: {error}.")
            raise UsageError(says.format(path=cut_path(self.path), error=reason)) from error
