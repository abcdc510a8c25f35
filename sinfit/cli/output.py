"""Print JSON for programs and tables for people; write what was asked to be kept."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sinfit.errors import UsageError
from sinfit.i18n import _

if TYPE_CHECKING:
    from sinfit.result import FitResult


def print_json(value: Any) -> None:
    """Print one JSON document; numbers that are not finite must have become None before."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2))


@contextlib.contextmanager
def quiet_stdout(quiet: bool) -> Iterator[None]:
    """Send what a plugin prints to stderr, so that JSON stays alone on stdout."""
    with contextlib.redirect_stdout(sys.stderr) if quiet else contextlib.nullcontext():
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


def check_writable(path: str | None) -> None:
    """Raise `UsageError` before a long run, not after it, if its file could not be written."""
    if path is None:
        return
    parent = Path(path).resolve().parent
    if not parent.is_dir() or Path(path).is_dir():
        raise UsageError(
            _("cannot write {path}: there is no folder {parent}.").format(path=path, parent=parent)
            if not parent.is_dir()
            else _("cannot write {path}: it is a folder.").format(path=path)
        )


def save_picture(figure: Any, path: str) -> None:
    """Save a figure in the format that the file's ending names.

    Raises:
        UsageError: The ending names no picture format, or the file cannot be written.
    """
    try:
        figure.savefig(path, dpi=150)
    except (ValueError, OSError) as error:
        raise UsageError(
            _("cannot write {path}: {error}.").format(path=path, error=error)
        ) from error


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
