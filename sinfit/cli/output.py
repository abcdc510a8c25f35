"""Print JSON for programs and tables for people; write what was asked to be kept."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sinfit.errors import UsageError
from sinfit.i18n import _
from sinfit.printing import stdout_to_stderr
from sinfit.writing import write_file

if TYPE_CHECKING:
    from sinfit.result import FitResult


PICTURES = (".png", ".svg", ".pdf")


def print_json(value: Any) -> None:
    """Print one JSON document; numbers that are not finite become null."""
    every_letter = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    text = json.dumps(_finite(value), ensure_ascii=not every_letter, allow_nan=False, indent=2)
    click.echo(text)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


@contextlib.contextmanager
def quiet_stdout(quiet: bool) -> Iterator[None]:
    """Send what a plugin prints to stderr, so that JSON stays alone on stdout."""
    with stdout_to_stderr() if quiet else contextlib.nullcontext():
        yield


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], right: str = "") -> None:
    """Print a table; `right` names the headers of right-aligned columns, joined by commas."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        table.add_column(
            header,
            justify="right" if header in right.split(",") else "left",
            overflow="fold",
            no_wrap=header == headers[0],
        )
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = 160  # a pipe or a file has no width of its own
    console.print(table)


def check_writable(path: str | None, *, picture: bool = False) -> None:
    """Raise `UsageError` before a long run, not after it, if its file could not be written."""
    if path is None:
        return
    try:
        place = Path(path).resolve()
        nowhere, folder = not place.parent.is_dir(), place.is_dir()
    except (OSError, ValueError) as error:  # a name may be too long, or hold a NUL
        raise UsageError(
            _("cannot write {path}: {error}.").format(path=path, error=error)
        ) from error
    reason = ""
    if path == "-":
        reason = _("this needs a file; --json prints to the standard output")
    elif nowhere:
        reason = _("there is no folder {parent}").format(parent=place.parent)
    elif folder:
        reason = _("it is a folder")
    elif picture and place.suffix.lower() not in PICTURES:
        reason = _("its ending must be one of {endings}").format(endings=", ".join(PICTURES))
    elif not os.access(place if place.exists() else place.parent, os.W_OK):
        reason = _("it may not be written")
    if reason:
        raise UsageError(_("cannot write {path}: {error}.").format(path=path, error=reason))


def save_picture(figure: Any, path: str) -> None:
    """Save a figure in the format that the file's ending names.

    Raises:
        UsageError: The file cannot be written.
    """
    picture = io.BytesIO()
    figure.savefig(picture, format=Path(path).suffix[1:].lower(), dpi=150)
    write_file(path, picture.getvalue())


def summarise(result: FitResult, written: Iterable[str | None]) -> None:
    """Say how a fit ended, how good it is, and which files were written."""
    gap = result.optimality_gap
    click.echo("")
    click.echo(
        _("{title}: {message} {seconds:.3g} s").format(
            title=result.title, message=result.message, seconds=result.elapsed
        )
    )
    if gap is None:
        click.echo(_("loss {loss:.6f}").format(loss=result.sse))
    else:
        click.echo(
            _("loss {loss:.6f}, the best polynomial of degree {degree} has {best:.6f}").format(
                loss=result.sse, degree=result.model.degree, best=result.sse - gap
            )
        )
    for path in filter(None, written):
        click.echo(_("written: {path}").format(path=path))
