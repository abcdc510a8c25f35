"""Write a file whole or not at all, and nothing else than that file."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from sinfit.errors import UsageError
from sinfit.i18n import _


def write_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file beside its place and move it there, so that an interruption leaves no half.

    A link stays a link to what is written. What is no plain file, such as a pipe, is written to.

    Raises:
        UsageError: The file cannot be written.
    """
    try:
        place = Path(os.path.realpath(path))
        if place.is_dir():
            raise UsageError(_("cannot write {path}: it is a folder.").format(path=path))
        if place.exists() and not place.is_file():
            place.write_bytes(content)
        else:
            _replace(place, content)
    except (OSError, ValueError) as error:  # a name may be too long, or hold a NUL
        raise UsageError(
            _("cannot write {path}: {error}.").format(path=path, error=error)
        ) from error


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
