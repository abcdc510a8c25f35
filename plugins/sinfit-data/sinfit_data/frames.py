"""Columns of a data frame: of pandas, Polars, PyArrow, whatever narwhals knows, or a mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from io import IOBase
from os import PathLike
from typing import Any

from sinfit.errors import DataError, UnsuitableError, UsageError, cut, one_line, shown
from sinfit.i18n import unknown
from sinfit.registry.plugins import installed_fitters

from sinfit_data.i18n import _

FILES: Any = (str, PathLike, IOBase)  # an open one is an iterator too, of its lines


def read_frame(
    frame: Any, x: str | None = None, y: str | None = None, more: str | None = None
) -> tuple[str, list[Any]]:
    """The source, x, y and the third column, if it is asked for, as `Problem.from_frame` says."""
    if isinstance(frame, FILES):
        from sinfit_data.columns import read_columns

        return read_columns(frame, x, y, more)
    names, column = _opened(frame)
    wanted = chosen(names, x, y, more)
    try:
        values = [column(name) for name in wanted]
    except Exception as error:  # whatever the frame's own library raises
        says = _("the columns {names} cannot be read: {error}.")
        listed = ", ".join(cut(str(name)) for name in wanted)
        raise DataError(says.format(names=listed, error=one_line(error))) from error
    source = f"data ({', '.join(cut(str(name), 30) for name in wanted)})"
    return source, [*values, *[None] * (3 - len(values))]


def chosen(names: list[Any], x: str | None, y: str | None, more: str | None) -> list[Any]:
    """Those of a frame's columns that are asked for, or meant; `read_frame` says which."""
    if x is None and y is None:
        x, y = _x_and_y(names)
    elif x is None or y is None:
        says = _("both columns are named or none; {name} is missing.")
        raise UsageError(says.format(name="y" if y is None else "x"))
    wanted = [x, y] if more is None else [x, y, more]
    for name in wanted:
        if name not in names:
            raise unknown(_("column"), shown(name).strip("'"), (cut(str(each)) for each in names))
    return wanted


def _opened(frame: Any) -> tuple[list[Any], Callable[[Any], Any]]:
    """The names of the columns, and what gives each."""
    if hasattr(frame, "__next__"):
        raise _uncondensed(frame)
    if isinstance(frame, Mapping):
        return [*frame], frame.__getitem__
    if names := getattr(getattr(frame, "dtype", None), "names", None):  # a structured array
        return [*names], frame.__getitem__
    import narwhals

    with suppress(Exception):  # a TypeError, or whatever the frame's own library raises
        table = narwhals.from_native(frame)
        if isinstance(table, narwhals.LazyFrame):
            names = table.collect_schema().names()
            return names, lambda name: table.select(name).collect()[name].to_numpy()
        if isinstance(table, narwhals.DataFrame):
            return table.columns, lambda name: table[name].to_numpy()
    says = _("y is missing, and {given} is no data frame.")
    raise DataError(says.format(given=shown(frame)[:80]))


def _uncondensed(chunks: Any) -> UnsuitableError:
    """What to say of an iterator where only data will do that can be read again."""
    able = [each.name for each in installed_fitters().values() if each.spec.weighted]
    says = _(
        "{given} is an iterator, whose chunks are condensed: then {names} can fit them, as "
        "polynomials. For any other fit collect them: x, y = map(numpy.concatenate, zip(*chunks)), "
        "or pandas.concat(chunks) where they are frames."
    )
    return UnsuitableError(says.format(given=shown(chunks)[:80], names=", ".join(able) or "-"))


def _x_and_y(names: list[Any]) -> tuple[Any, Any]:
    """The columns called x and y, or the only two."""
    lower = [str(name).lower() for name in names]
    if {"x", "y"} <= {*lower}:
        return names[lower.index("x")], names[lower.index("y")]
    if len(names) == 2:
        return names[0], names[1]
    says = _("name the columns, as x=… and y=…; there are: {columns}.")
    columns = cut(", ".join(cut(str(name)) for name in names), 300)
    raise UsageError(says.format(columns=columns))
