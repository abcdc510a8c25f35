"""Print JSON for programs and tables for people; write what was asked to be kept."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click
from rich.cells import cell_len, set_cell_size

from sinfit.errors import UsageError, cut_path
from sinfit.ground.caught_output import STDERR, stdout_to
from sinfit.ground.entry import load
from sinfit.ground.json_numbers import finite
from sinfit_cli.i18n import _, labelled

if TYPE_CHECKING:
    from sinfit.fitting.result import FitResult

JSON_VERSION = 1
"""Of all JSON documents; it grows when a key goes, or comes to mean something else."""

GAP = 3  # blanks between two columns of a table; rich's tables are as good and take 30 ms

WORD = re.compile(r" *(?:[一-鿿][，。、；：？！）]*|[^ 一-鿿]+)")
"""What a cell is folded between: Chinese is written without blanks."""

PICTURES = (".png", ".svg", ".pdf")


@dataclass
class Speech:
    """What the command that runs has said, and whether it is to be quiet; `main` begins anew."""

    quiet: bool = False
    json: bool = False  # a document is printed: an error cannot be another one


speech = Speech()


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON document with its version; numbers that are not finite become null."""
    speech.json = True
    value = {"version": JSON_VERSION, **value}
    ascii_only = not _has_every_letter()
    text = json.dumps(finite(value), ensure_ascii=ascii_only, allow_nan=False, indent=2)
    click.echo(text)


def print_table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()
) -> None:
    """Print a table.

    Args:
        headers: The columns' headings.
        rows: For each row its cells.
        right: The columns that are right-aligned, counted from 0.
    """
    table = [[*map(str, headers)], *map(list, rows)]
    columns = [*zip(*table, strict=True)]
    widths = [max(map(cell_len, column)) for column in columns]
    words = ([word for cell in column for word in WORD.findall(cell)] for column in columns)
    least = [max((cell_len(word.strip()) for word in found), default=0) for found in words]
    least[0] = widths[0]
    out = sys.stdout  # None where it is closed
    on_screen = bool(out) and out.isatty()
    room = get_terminal_size().columns if on_screen else 160  # a pipe has no width of its own
    if sum(least) + GAP * (len(least) - 1) > room:  # letter by letter nobody can read it
        for row in table[1:]:
            click.echo("\n".join([*map(labelled, table[0], row), ""]))
        return
    while sum(widths) + GAP * (len(widths) - 1) > room:
        widths[max(range(len(widths)), key=lambda n: (widths[n] > least[n], widths[n]))] -= 1
    rule = ("─" if _has_every_letter() else "-") * (sum(widths) + GAP * (len(widths) - 1))
    head, *lines = (_line(row, widths, right) for row in table)
    head = click.style(head, bold=True) if on_screen else head
    if out:  # not by click, which would write UTF-8 where ASCII is asked for
        out.write("\n".join([head, rule, *lines, "\n"]))
        out.flush()


def _line(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    """A row of a table: a line, or more where cells are folded."""
    lines = []
    columns = [_folded(cell, width) for cell, width in zip(row, widths, strict=True)]
    for parts in zip_longest(*columns, fillvalue=""):
        padded = [
            " " * (width - cell_len(part)) + part if n in right else set_cell_size(part, width)
            for n, (part, width) in enumerate(zip(parts, widths, strict=True))
        ]
        lines.append((" " * GAP).join(padded).rstrip())
    return "\n".join(lines)


def _folded(text: str, width: int) -> list[str]:
    """A text in lines of at most so many cells, of which a Korean or Chinese letter fills two."""
    lines = [""]
    for word in WORD.findall(text):
        if cell_len(lines[-1] + word) <= width:
            lines[-1] += word
        else:
            lines.append(word.lstrip())
    return lines


def _has_every_letter() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")


def print_result(result: FitResult, every: int | None, already: int = 0) -> None:
    """Print a fit's losses but those that are printed already, how it ended, and how good it is."""
    gap, x = result.optimality_gap, result.problem.x
    loss = _("loss {loss:.6f}").format(loss=result.sse)
    if gap is not None:
        loss = _("loss {loss:.6f}, the best polynomial of degree {degree} has {best:.6f}").format(
            loss=result.sse, degree=result.model.degree, best=max(result.sse - gap, 0.0)
        )
    for line in (
        *result.printed(every)[already:],
        "",
        _("{title}: {message} {seconds:.3g} s").format(
            title=result.title, message=result.message, seconds=result.elapsed
        ),
        loss,
        _("data: {source}, {points} points, x from {low:g} to {high:g}").format(
            source=result.problem.source, points=len(x), low=x.min(), high=x.max()
        ),
        *result.remarks(),
    ):
        click.echo(line)


def check_writable(path: str, *, picture: bool = False) -> None:
    """Say before a long run, not after it, what would hinder writing its file.

    Raises:
        UsageError: It cannot be written.
        UnavailableError: It is to be a picture, and matplotlib is not there.
    """
    reason = ""
    try:
        place = Path(path).resolve()
        if path == "-":
            reason = _("this needs a file; --json prints to the standard output")
        elif not place.parent.is_dir():
            reason = _("there is no folder {parent}").format(parent=place.parent)
        elif place.is_dir():
            reason = _("it is a folder")
        elif picture and place.suffix.lower() not in PICTURES:
            reason = _("its ending must be one of {endings}").format(endings=", ".join(PICTURES))
        elif not os.access(place if place.exists() else place.parent, os.W_OK):
            reason = _("it may not be written")
    except (OSError, ValueError) as error:  # a name may be too long, or hold a NUL
        reason = getattr(error, "strerror", None) or str(error)
    if reason:
        text = _("cannot write {path}: {error}.")
        raise UsageError(text.format(path=cut_path(path), error=reason))
    if picture:
        load("sinfit.fitting.plotting:plot_result")


def save_picture(draw: Callable[[], Any], path: str) -> None:
    """Save the matplotlib figure that is drawn, in the format that the file's ending names.

    Raises:
        UsageError: The file cannot be written.
    """
    from sinfit.ground.files import write_file  # and hashlib: tables do without

    picture = io.BytesIO()
    draw().savefig(picture, format=Path(path).suffix[1:].lower(), dpi=150)
    write_file(path, picture.getvalue())


def keep(path: str | None, write: Callable[[str], object], as_json: bool) -> None:
    """Write a file if it is asked for, and say so to people."""
    if path:
        write(path)
        if not as_json:
            click.echo(_("written: {path}").format(path=path))


def note(text: str) -> None:
    """Say something to people beside the output."""
    if not speech.quiet:
        click.echo(text, err=True)


def on_terminal() -> bool:
    """Whether progress bars make sense: stderr is a terminal."""
    return not speech.quiet and sys.stderr is not None and sys.stderr.isatty()


@contextlib.contextmanager
def spinner() -> Iterator[Callable[[str], object]]:
    """Show on a terminal that something runs; yields the function that says what."""
    if not on_terminal():
        yield lambda _text: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update


@contextlib.contextmanager
def quiet_stdout(quiet: bool = True) -> Iterator[None]:
    """Send what is printed inside the block to stderr, by whichever way it is printed, if quiet."""
    if not quiet:
        yield
        return
    with stdout_to(STDERR), contextlib.redirect_stdout(sys.stderr):
        yield
