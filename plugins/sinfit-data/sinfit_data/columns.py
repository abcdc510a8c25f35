"""Columns of a text file: CSV in any usual dialect, or columns that are aligned with blanks.

A file that is as it should be is read at once, a million rows in a fraction of a second: by PyArrow
where it is installed, which takes a large file from the disk as fast as it reads it, else by NumPy.
Any other is read again row by row, so that the message can name the line.
"""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from sinfit.errors import DataError, UsageError, cut, cut_path, shown
from sinfit.ground.arrays import Array
from sinfit.ground.files import MOST_BYTES, AnyPath, decode, read_file
from sinfit.i18n import unknown

from sinfit_data.i18n import _
from sinfit_data.kinds import kind_of

Row = tuple[int, list[str]]  # the line's number, counted from 1, and its cells
Name = str | int | None

HEAD = 1000  # rows that are looked at to tell what the columns are
LARGE = 1 << 20  # bytes, from which on it pays to import PyArrow
SAMPLE = 30  # lines that are looked at to tell what stands between cells
WHOLE = re.compile(r"-?\d+")
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?|[+-]?\d+\s+[+-]?\d+")
PLAIN = b"0123456789+-.eE \t\n"  # of these, and what stands between cells, NumPy makes numbers


@dataclass(frozen=True)
class Text:
    """A text with columns, of which the head has been looked at.

    Attributes:
        path: Where it came from.
        content: All of it, in UTF-8; each line ends with a newline. With a file only the lines
            that are looked at.
        mark: What stands between cells; None for blanks.
        decimal: The decimal point, `.` or `,`.
        heading: The names of the columns; empty if the first row holds numbers.
        head: The first rows, the heading included.
        file: The path of a large file, whose other lines PyArrow shall read; else empty.
    """

    path: AnyPath
    content: bytes = field(repr=False)
    mark: str | None
    decimal: str
    heading: list[str]
    head: list[Row]
    file: str = ""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.head[0][1])

    def numbers(self, columns: Sequence[int]) -> list[Array]:
        """These columns, each of shape (n,).

        Raises:
            DataError: A cell is no finite number; the first such line is named.
        """
        first = self.head[0][0] - (not self.heading)  # lines before the numbers
        if self.file:
            found = _by_pyarrow(self.file, first, self, columns)
            return found or open_text(self.path, self.decimal, whole=True).numbers(columns)
        if found := _fast(memoryview(self.content)[_end_of(self.content, first) :], self, columns):
            return found
        rows = list(_rows(_lines(self.content), self.mark))[bool(self.heading) :]
        return [np.array(self._column(rows, column)) for column in columns]

    def _column(self, rows: list[Row], column: int) -> list[float]:
        numbers = []
        for line, row in rows:
            cell = row[column] if column < len(row) else ""
            number = number_in(cell, self.decimal)
            if number is None or not math.isfinite(number):
                reason = (
                    _("{cell!r} has a decimal comma: say so with --decimal , or decimal=','")
                    if self.decimal == "." and DECIMAL_COMMA.fullmatch(cell)
                    else _("{cell!r} is not a finite number")
                ).format(cell=cut(cell))
                says = _("{path}, line {line}: {reason}.")
                raise DataError(says.format(path=cut_path(self.path), line=line, reason=reason))
            numbers.append(number)
        return numbers

    def position(self, name: str | int) -> int:
        """Where the column of this heading or number is, counted from 0."""
        if isinstance(name, bool) or not isinstance(name, (str, int)):
            says = _("a column is its heading or its number, not {name}.")
            raise UsageError(says.format(name=shown(name)))
        given = shown(name).strip("'")
        numbers = [str(number) for number in range(1, self.width + 1)]
        for names, wanted in (
            (self.heading, name),
            ([cell.lower() for cell in self.heading], str(name).lower()),
            (numbers, given),
        ):
            if wanted in names:
                return names.index(wanted)
        raise unknown(_("column"), given, map(cut, self.heading or numbers))

    def x_and_y(self) -> tuple[int, int]:
        """The columns headed x and y, or else the first two, where that cannot be wrong."""
        width, heading = self.width, self.heading
        names = [cell.lower() for cell in heading]
        rows = [cells for _line, cells in self.head[bool(heading) :]]
        counts = _counts(rows)
        if width < 2:
            says = _("{path} must have two columns, x and y; its first line has {count}.")
            raise DataError(says.format(path=cut_path(self.path), count=width))
        if heading and any(len(row) > width and row[-1] for row in rows):
            reason = _("some rows have more cells than the heading")
        elif {"x", "y"} <= set(names):
            return names.index("x"), names.index("y")
        elif width == 2:
            return 0, 1
        elif all(len(row) == 4 and all(map(WHOLE.fullmatch, row)) for row in rows):
            reason = _("its commas may be decimal commas")  # 0,5,1,2 may be 0.5 and 1.2
        elif counts and heading and (names[0] == "" or names[0].startswith("unnamed")):
            return 1, 2  # pandas writes its index so
        elif counts or names[:1] == [""]:
            reason = _("its first column seems to count the rows")
        else:
            return 0, 1
        columns = ", ".join(map(cut, heading)) or f"1 … {width}"
        says = _(
            "it is not clear which columns of {path} are x and y: {reason}. Name them with --x and "
            "--y, or from_csv(path, x=…, y=…); there are: {columns}."
        )
        path = cut_path(self.path)
        raise DataError(says.format(path=path, reason=reason, columns=cut(columns, 300)))

    def source(self, columns: Sequence[int]) -> str:
        """The file's name, with the columns that were read unless these go without saying."""
        name, heading = Path(cut_path(self.path)).name, self.heading
        names = [cut(heading[column], 30) if heading else "" for column in columns]
        all_there_are = self.width == 2 and "" not in heading
        if [each.lower() for each in names] == ["x", "y"] or (all_there_are and len(columns) == 2):
            return name
        numbers = [each or str(column + 1) for each, column in zip(names, columns, strict=True)]
        return f"{name} ({', '.join(numbers)})"


def read_columns(
    path: AnyPath, x: Name = None, y: Name = None, more: Name = None, decimal: str = "."
) -> tuple[str, list[Array | None]]:
    """The source, x, y and the third column, if it is asked for, as `Problem.from_csv` says."""
    text = open_text(path, decimal)
    with _failing_on(path):
        if (x is None) != (y is None):
            says = _("both columns are named or none; {name} is missing.")
            raise UsageError(says.format(name="y" if y is None else "x"))
        columns = [*text.x_and_y()] if x is None or y is None else [*map(text.position, (x, y))]
        if more is not None:
            columns.append(text.position(more))
        return text.source(columns), [*text.numbers(columns), *[None] * (3 - len(columns))]


def open_text(path: AnyPath, decimal: str = ".", whole: bool = False) -> Text:
    """Read a file and look at its head; unless the whole is asked for, only that if that will do.

    Raises:
        DataError: It cannot be read, is empty, or holds no text.
        UsageError: The decimal point is none.
    """
    if decimal not in (".", ","):
        raise UsageError(_("decimal must be '.' or ',', not {given}.").format(given=shown(decimal)))
    file, content = ("", b"") if whole else _beginning(path)
    content = content if file else read_file(path)
    if kind := kind_of(content):
        says = _("{path} is no text with columns but {kind}: export the two columns as CSV.")
        raise DataError(says.format(path=cut_path(path), kind=kind))
    if not content.isascii() or b"\0" in content:
        content = decode(content).removeprefix("\ufeff").encode()
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if content[-1:] != b"\n" or content[-2:] == b"\n\n":
        content = content.rstrip(b"\n") + b"\n"
    for most in (HEAD, MOST_BYTES):  # all lines, where the first ones are comments
        lines = _lines(content, most)
        mark = _delimiter(lines, decimal)
        with _failing_on(path):
            head = [*islice(_rows(lines, mark), HEAD)]
        if head:
            break
    if not head and file:
        return open_text(path, decimal, whole=True)
    if not head:
        raise DataError(_("{path} is empty.").format(path=cut_path(path)))
    return Text(path, content, mark, decimal, _heading(head, decimal), head, file)


def _beginning(path: AnyPath) -> tuple[str, bytes]:
    """A large file and its first lines, where PyArrow is there to read it; empty of any other."""
    if not isinstance(path, (str, os.PathLike)) or os.fspath(path) == "-":
        return "", b""
    if not (os.path.isfile(path) and LARGE < os.path.getsize(path) <= MOST_BYTES):
        return "", b""
    content = b""
    with suppress(ImportError, OSError):
        import pyarrow.csv  # noqa: F401 (whether it is there)

        with open(path, "rb") as file:
            content = file.read(LARGE)
    lines = content[: _end_of(content, HEAD)]
    if lines == content or b"\0" in lines:  # they are too long, or in UTF-16
        return "", b""
    return os.fspath(path), lines


@contextmanager
def _failing_on(path: AnyPath) -> Iterator[None]:
    try:
        yield
    except csv.Error as error:
        says = _("cannot read {path}: {error}.")
        raise DataError(says.format(path=cut_path(path), error=error)) from error


def _end_of(content: bytes, lines: int) -> int:
    """Where so many lines end, or all if there are fewer."""
    end = 0
    for _line in range(lines):
        end = content.find(b"\n", end) + 1
        if not end:
            return len(content)
    return end


def _lines(content: bytes, most: int = MOST_BYTES) -> list[str]:
    """The lines, or the first ones; comments are empty, and so each keeps its number."""
    lines = content[: _end_of(content, most)].decode().split("\n")
    return ["" if line.lstrip().startswith("#") else line for line in lines]


def _delimiter(lines: list[str], decimal: str) -> str | None:
    """What stands between cells: the mark that most lines have; None for blanks."""
    sample = [*islice(filter(str.strip, lines), SAMPLE)]
    # where a decimal comma is used, all lines have two marks, and the comma is not the delimiter
    marks = ";\t,".replace(decimal, "")
    found = {mark: sum(mark in line for line in sample) for mark in marks}
    mark = max(found, key=lambda mark: found[mark])
    return mark if found[mark] else None


def _rows(lines: Iterable[str], mark: str | None) -> Iterator[Row]:
    """The rows that are not empty."""
    if mark is None:
        rows = ((number, line.split()) for number, line in enumerate(lines, 1))
    else:
        reader = csv.reader(lines, delimiter=mark, skipinitialspace=True)
        rows = ((reader.line_num, [cell.strip() for cell in row]) for row in reader)
    return (row for row in rows if any(row[1]))


def _heading(head: list[Row], decimal: str) -> list[str]:
    """The names of the columns; empty if the first row holds numbers."""
    first = head[0][1]
    # one number beside a word is no heading but a bad cell: it is reported, not skipped
    nameless_index = first[0] == "" and len(head) > 1 and head[1][1][0] != ""
    holds_numbers = any(number_in(cell, decimal) is not None for cell in first[:2])
    return first if nameless_index or not holds_numbers else []


def _counts(rows: list[list[str]]) -> bool:
    """Whether the first column is 0, 1, 2, … or 1, 2, 3, …."""
    first = [row[0] for row in rows]
    upwards = [str(number) for number in range(len(first) + 1)]
    return len(first) > 1 and first in (upwards[:-1], upwards[1:])


def _fast(body: memoryview, text: Text, columns: Sequence[int]) -> list[Array] | None:
    """These columns of the lines with numbers, or None if there is anything to be looked at."""
    if text.mark is None or not body:
        return None
    if len(body) > LARGE and (found := _by_pyarrow(body, 0, text, columns)):
        return found
    content = bytes(body)
    if text.decimal == ",":
        if b"." in content:
            return None
        content = content.replace(b",", b".")
    if content.translate(None, PLAIN + text.mark.encode()):
        return None
    numbers = _by_numpy(content, text.mark, text.width)
    return None if numbers is None else _if_finite([numbers[:, column] for column in columns])


def _if_finite(columns: list[Array]) -> list[Array] | None:
    return columns if all(each.size and np.isfinite(each).all() for each in columns) else None


def _by_pyarrow(
    source: memoryview | str, skipped: int, text: Text, columns: Sequence[int]
) -> list[Array] | None:
    """These columns of a content or of the file of this name, less so many lines at its start."""
    try:
        import pyarrow
        from pyarrow import compute
        from pyarrow import csv as arrow
    except ImportError:
        return None
    if text.mark is None:
        return None
    names = [str(number) for number in range(text.width)]
    kept = [names[column] for column in columns]
    # the first column, read as a text unless it is one of numbers, shows which lines are comments
    types = {names[0]: pyarrow.string(), **dict.fromkeys(kept, pyarrow.float64())}
    try:
        of_file = isinstance(source, str)
        with pyarrow.OSFile(source) if of_file else pyarrow.BufferReader(source) as opened:
            table = arrow.read_csv(
                opened,
                arrow.ReadOptions(column_names=names, skip_rows=skipped),
                arrow.ParseOptions(delimiter=text.mark, quote_char=False, ignore_empty_lines=False),
                arrow.ConvertOptions(
                    check_utf8=False,
                    column_types=types,
                    decimal_point=text.decimal,
                    include_columns=[*types],
                    null_values=[],
                ),
            )
    except (pyarrow.ArrowException, OSError):  # another number of cells, or one is no number
        return None
    if names[0] not in kept:
        begins = compute.ascii_ltrim_whitespace(table[names[0]])
        if compute.any(compute.starts_with(begins, "#")).as_py():
            return None
    numbers = [np.concatenate([part.to_numpy() for part in table[name].chunks]) for name in kept]
    for each in numbers:
        each.setflags(write=False)  # so that a Problem need not copy them
    return _if_finite(numbers)


def _by_numpy(content: bytes, mark: str, width: int) -> Array | None:
    # the marks and the ends of lines must alternate as in a full table, or cells would shift
    letters = np.frombuffer(content, dtype=np.uint8)
    ends = letters[(letters == ord(mark)) | (letters == ord("\n"))] == ord("\n")
    if ends.size % width or not (ends.reshape(-1, width) == (np.arange(width) == width - 1)).all():
        return None
    try:
        numbers = np.fromstring(content[:-1].replace(b"\n", mark.encode()), sep=mark)
    except (ValueError, DeprecationWarning):  # a cell is no number
        return None
    return numbers.reshape(-1, width) if numbers.size == ends.size else None


def number_in(cell: str, decimal: str) -> float | None:
    """The number in a cell, or None."""
    if decimal == ",":
        cell = cell.replace(",", ".") if "." not in cell else ""
    try:
        return float(cell)
    except ValueError:
        return None
