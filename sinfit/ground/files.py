"""Files: read whole but not without bound, told apart, decoded, and written whole or not at all.

A device has no end, a pipe may have no writer, a spreadsheet has an encoding of its own, and an
interruption must not leave half a file.
"""

from __future__ import annotations

import codecs
import io
import os
import secrets
import select
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO, Any, BinaryIO

from sinfit.errors import DataError, UsageError, cut, cut_path
from sinfit.i18n import _

AnyPath = str | os.PathLike[str] | IO[Any]
"""A path, or an open file."""

MOST_BYTES = 1 << 29  # 512 MiB: 10⁷ points as text, or a result of 10⁷ recorded steps
CHUNK = 1 << 20
PATIENCE = 5.0  # seconds in which somebody must begin to write to a pipe

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, which begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_file(path: AnyPath, most: int = MOST_BYTES) -> bytes:
    """The content of a file, open or not, of a pipe, or of the standard input, `-`.

    Args:
        path: Where it is.
        most: How many bytes it may have.

    Raises:
        DataError: It cannot be read, is larger, or is a pipe that nobody writes to.
    """
    with _failing_as(DataError, _("cannot read {path}: {error}."), path):
        if not isinstance(path, (str, os.PathLike)):
            content = _open(path).read(most + 1)
            _check_size(len(content), path, most)
            return content.encode() if isinstance(content, str) else bytes(content)
        if os.fspath(path) == "-":
            if sys.stdin is None:
                raise OSError(_("the standard input is closed"))
            return _all_of(sys.stdin.buffer, path, most)
        # without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode):
                _check_size(status.st_size, path, most)
            piped = stat.S_ISFIFO(status.st_mode)
            at_once = max(CHUNK, status.st_size + 1)
            return _all_of(file, path, most, PATIENCE if piped else 0, at_once)


def decode(data: bytes) -> str:
    """The text of a file in any encoding, as far as digits and ASCII letters go.

    Examples:
        >>> decode("99 5545.57".encode("utf-16"))
        '99 5545.57'

    UTF-8, UTF-16 and UTF-32 are recognized. Whatever else (CP949, GBK, mojibake) is read as
    Latin-1: the digits are the same in all of them, and only digits are looked for.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    if b"\0" in data:  # UTF-16 without a byte order mark
        little = data[1::2].count(0) >= data[::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def write_file(path: AnyPath, content: bytes) -> None:
    """Write a file beside its place and move it there, so that an interruption leaves no half.

    A link stays a link to what is written. What is no plain file, such as a pipe, is written to.

    Raises:
        UsageError: The file cannot be written.
    """
    with _failing_as(UsageError, _("cannot write {path}: {error}."), path):
        if not isinstance(path, (str, os.PathLike)):
            text = isinstance(path, io.TextIOBase)
            _open(path).write(content.decode() if text else content)
            return
        place = Path(os.path.realpath(path))
        if place.is_dir():
            raise OSError(_("it is a folder"))
        if place.exists() and not place.is_file():
            place.write_bytes(content)
        else:
            _replace(place, content)


@contextmanager
def _failing_as(kind: type[UsageError], message: str, path: AnyPath) -> Iterator[None]:
    """Turn what the system says into an error of ours that names the file."""
    try:
        yield
    except UsageError:
        raise
    except (OSError, ValueError, TypeError) as error:  # a name may be too long, or hold a NUL
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise kind(message.format(path=cut_path(path), error=cut(reason))) from error


def _open(file: Any) -> Any:
    if not (hasattr(file, "read") and hasattr(file, "write")):
        raise TypeError(_("it is no path and no open file"))
    return file


def _all_of(
    file: BinaryIO | FileIO, path: AnyPath, most: int, patience: float = 0, at_once: int = CHUNK
) -> bytes:
    content: list[bytes] = []
    until, size = time.monotonic() + patience, 0
    while True:
        chunk = file.read(at_once)
        if chunk:
            content.append(chunk)
            size += len(chunk)
            _check_size(size, path, most)
        elif chunk is None:  # somebody has the pipe open, and has written nothing yet
            select.select([file], [], [])
            patience = 0
        elif content or not patience:
            return b"".join(content)
        elif time.monotonic() > until:
            raise OSError(_("nobody writes to this pipe"))
        else:
            time.sleep(0.05)


def _check_size(size: int, path: AnyPath, most: int) -> None:
    if size > most:
        says = _("{path} is too large: at most {most} MiB are read.")
        raise DataError(says.format(path=cut_path(path), most=most >> 20))


def _replace(place: Path, content: bytes) -> None:
    beside = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(beside, "xb") as file:
            file.write(content)
        if place.exists():
            shutil.copymode(place, beside)
        os.replace(beside, place)
    except PermissionError:
        if not place.exists():
            raise
        place.write_bytes(content)  # the file may be changed, though its folder may not
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
