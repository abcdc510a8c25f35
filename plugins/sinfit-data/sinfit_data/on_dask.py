"""Dask: each block is condensed where it lies, and only triangles travel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from dask import array as untyped
from dask.delayed import delayed
from sinfit.errors import DataError, one_line

from sinfit_data.frames import chosen
from sinfit_data.i18n import _
from sinfit_data.triangles import Triangle, merged

array: Any = untyped
GROUP = 8  # triangles that become one, as a tree: none waits for all


def triangle_on_dask(
    data: Any, names: tuple[Any, Any, Any], triangle_of: Callable[..., Triangle | None]
) -> Triangle | None:
    """The triangle of Dask arrays or of columns of a Dask frame; None if they are empty.

    It is computed by what Dask computes with: a `distributed.Client`, if there is one.

    Args:
        data: The x, or the frame.
        names: The name of x if it is a frame, y or its name, weights or sigma or their name.
        triangle_of: What makes a triangle of what a block is called, and of the block.

    Raises:
        DataError: The columns are not cut into the same blocks, and cannot be.
    """
    x, y, third = names
    if y is None or isinstance(y, str):
        named = third if isinstance(third, str) else None
        columns = [data[name] for name in chosen([*data.columns], x, y, named)]
        columns += [third] if named is None else []
    else:
        columns = _cut_alike([data, y, third])
    blocks = {i: np.ravel(each.to_delayed()) for i, each in enumerate(columns) if _lazy(each)}
    if len({*map(len, blocks.values())}) != 1:
        raise DataError(_("x, y and weights must be cut into the same blocks."))
    triangles = []
    for number in range(len(blocks[0])):
        chunk = tuple(blocks[i][number] if i in blocks else columns[i] for i in range(3))
        where = _("in block {number}").format(number=number + 1)
        triangles.append(delayed(triangle_of)(where, chunk))
    while len(triangles) > 1:
        groups = [triangles[i : i + GROUP] for i in range(0, len(triangles), GROUP)]
        triangles = [delayed(merged)(group) for group in groups]
    found: Triangle | None = triangles[0].compute()
    return found


def _lazy(values: Any) -> bool:
    return hasattr(values, "dask")


def _cut_alike(columns: list[Any]) -> list[Any]:
    """Arrays in the blocks of the first of them that is Dask's; numbers stay numbers."""
    first = next(filter(_lazy, columns))
    if not isinstance(first, array.Array):
        return columns  # of a frame, and so cut as it is
    try:
        return [
            each
            if np.ndim(each) == 0 or each is first
            else array.asarray(each).rechunk(first.chunks)
            for each in columns
        ]
    except ValueError as error:  # another length, or one that is not known yet
        says = _("x, y and weights cannot be cut into the same blocks: {error}.")
        raise DataError(says.format(error=one_line(error))) from error
