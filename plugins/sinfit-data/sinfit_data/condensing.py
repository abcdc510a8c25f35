"""Condense: as many points as there are, read once, become a few that have the same best fit.

They may come as arrays, mapped from files or not, as columns of Parquet, as an iterator of chunks,
or as Dask arrays and frames, of which each worker condenses its own part.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import starmap
from pathlib import Path
from typing import Any

import numpy as np
from sinfit.contract.models import MOST_DEGREE, Powers
from sinfit.errors import (
    DataError,
    FitterError,
    UnsuitableError,
    UsageError,
    cut_path,
    one_line,
    shown,
)
from sinfit.fitting.arguments import whole
from sinfit.fitting.fit import OF_DATA
from sinfit.fitting.plan import with_model_of
from sinfit.fitting.problem import Problem
from sinfit.ground.arrays import real_numbers
from sinfit.ground.optional import needing
from sinfit.registry.fitters import OfferedFitter

from sinfit_data.frames import FILES, chosen, read_frame
from sinfit_data.i18n import _
from sinfit_data.triangles import ROWS, Triangle, merged_as_they_come

Chunk = tuple[Any, Any, Any]  # x, y, and weights or sigma or None

BUFFER = 1 << 20  # bytes of a Parquet file that are read at once


def condense(
    data: Any,
    y: Any = None,
    *,
    x: Any = None,
    degree: int = 3,
    weights: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
) -> Problem:
    """Read any number of points once, and make few of them, which polynomials fit the same.

    The memory does not depend on how many there are. What comes out are 2 (degree + 1) weighted
    points with the same weighted sums of 1, x, x², … and of their products with y: every polynomial
    up to this degree has the same sum of squared errors there. So `lstsq` and `exact` find the same
    parameters, errors, intervals and criteria as from all points, but for rounding.

    Examples:
        >>> import sinfit
        >>> chunks = (([k, k + 0.5], [2 * k, 2 * k + 1]) for k in range(1000))
        >>> problem = condense(chunks, degree=1)
        >>> len(problem), problem.count
        (4, 2000)
        >>> round(sinfit.fit("lstsq", problem, degree=1).parameters["b"], 9)
        2.0

    Args:
        data: All x, shape (n,): an array, one that is mapped from a file, or a Dask array. Or what
            has x and y: the path of a Parquet file, a frame of Dask, pandas or another library, or
            an iterator of chunks, each a pair (x, y), a triple with the weights, a frame, or the
            path of a CSV file.
        y: All y, shape (n,), as x is; or of frames and files the column's name.
        x: Of frames and files the column's name.
        degree: The highest degree that is to be fitted, 1 to 25; lower ones may be as well.
        weights: As `sinfit.fit` has them, shape (n,), or the column's name.
        sigma: The same.
        absolute_sigma: The same.

    Returns:
        The points, for `sinfit.fit(name, problem)`, whose `count` is that of all points.

    Raises:
        DataError: Something is no finite number, in a chunk that is named; lengths differ; or there
            are too few different x.
        UsageError: Something given cannot be used.
        UnavailableError: PyArrow or Dask is needed and is not installed.
    """
    whole("degree", degree, 1, MOST_DEGREE)
    if weights is not None and sigma is not None:
        raise UsageError(_("weights and sigma say the same: give one of them."))
    third = weights if sigma is None else sigma
    data, x = (x, None) if data is None else (data, x)
    name = "weights" if sigma is None else "sigma"
    triangle_of = partial(_triangle_of, degree=degree, name=name, absolute=absolute_sigma)
    if any(hasattr(each, "dask") for each in (data, y, third)):
        from sinfit_data.on_dask import triangle_on_dask

        triangle = triangle_on_dask(data, (x, y, third), triangle_of)
    else:
        triangle = merged_as_they_come(starmap(triangle_of, _chunks(data, x, y, third)))
    if triangle is None:
        raise DataError(_("there are no points."))
    few_x, few_y, few_weights = triangle.points()
    source = f"{triangle.count} points"
    stands_for = (triangle.count, triangle.logs)
    return Problem(few_x, few_y, source, few_weights, absolute_sigma, stands_for)


def condense_for(
    fitters: Iterable[OfferedFitter], data: Any, y: Any, given: Mapping[str, Any]
) -> Problem | None:
    """Condense for all those of the fitters that fit polynomials.

    Args:
        fitters: The fitters, which take weights. One that cannot say what its model is, or has
            none of one's own, counts for nothing: its fit says why.
        data: As `condense` has it.
        y: The same.
        given: What a fit is given by keyword, the fitters' options among it.

    Returns:
        The points, for the highest degree among them; None, and nothing is read, without any.

    Raises: What `condense` raises.
    """
    degrees = []
    for fitter in fitters:
        options = {o.name: o.check(given.get(o.name, o.default)) for o in fitter.spec.options}
        with suppress(FitterError, UnsuitableError):
            basis = with_model_of(fitter, options, given.get("model")).spec.model.basis
            degrees += [basis.degree] if isinstance(basis, Powers) else []
    if not degrees or isinstance(data, FILES):
        return None
    by = {name: given[name] for name in OF_DATA if name in given}
    return condense(data, y, degree=max(degrees), **by)


def _triangle_of(
    where: str, chunk: Chunk, *, degree: int, name: str, absolute: bool
) -> Triangle | None:
    """The triangle of a chunk, which an error names; None of an empty one."""
    x, y, third = chunk
    if not np.size(x) and not np.size(y):
        return None
    try:
        return Triangle.of(Problem(x, y).weighed(**{name: third}, absolute=absolute), degree)
    except DataError as error:
        raise DataError(_("{where}: {error}").format(where=where, error=error)) from error


def _chunks(data: Any, x: Any, y: Any, third: Any) -> Iterator[tuple[str, Chunk]]:
    """Chunks of whatever is no Dask array, each with what it is called."""
    if isinstance(data, str | Path):
        stream = _parquet(Path(data), x, y, third)
    elif not (y is None or isinstance(y, str)):
        stream = _slices({"x": data, "y": y, "weights": third})
    elif isinstance(data, list | tuple | Iterator):
        stream = (_opened(chunk, x, y, third) for chunk in data)
    else:
        stream = _slices(dict(zip(("x", "y", "weights"), _opened(data, x, y, third), strict=True)))
    first = 0
    for chunk in stream:
        size = np.size(chunk[0])
        says = _("in the {size} points from number {first} on")
        yield says.format(size=size, first=first + 1), chunk
        first += size


def _opened(chunk: Any, x: Any, y: Any, third: Any) -> Chunk:
    """X, y and weights or sigma of a pair, a triple or a frame."""
    unnamed = isinstance(chunk, np.ndarray) and not chunk.dtype.names
    if isinstance(chunk, tuple | list) or unnamed:  # of an array, rows or columns may be meant
        if not unnamed and x is y is None and len(chunk) in (2, 3 if third is None else 2):
            return chunk[0], chunk[1], chunk[2] if len(chunk) == 3 else third
        says = _("a chunk is a pair (x, y), a triple with the weights, or a frame, not {given}.")
        raise UsageError(says.format(given=shown(chunk)[:80]))
    named = third if isinstance(third, str) else None
    _source, (each_x, each_y, column) = read_frame(chunk, x, y, named)
    return each_x, each_y, third if named is None else column


def _slices(columns: dict[str, Any]) -> Iterator[Chunk]:
    """Arrays piece by piece; of those in a file no more stays in memory than a piece."""
    arrays: dict[str, Any] = {}
    for name, values in columns.items():
        sliced = values is None or isinstance(values, np.ndarray)
        # what has a shape, but no labels, lies in a file, as h5py's and Zarr's
        sliced = sliced or (hasattr(values, "shape") and not hasattr(values, "iloc"))
        arrays[name] = values if sliced else real_numbers(name, values)
    shapes = {name: np.shape(each) for name, each in arrays.items()}
    if not len(shapes["x"]) == len(shapes["y"]) == 1:
        says = _("x and y must have one dimension, not shape {x} and {y}.")
        raise DataError(says.format(**shapes))
    sizes = {name: shape[0] for name, shape in shapes.items() if shape}
    if len({*sizes.values()}) != 1:
        says = _("all must have the same length, not {sizes}.")
        listed = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise DataError(says.format(sizes=listed))
    for start in range(0, sizes["x"], ROWS):
        part = slice(start, start + ROWS)
        x, y, third = (each[part] if np.shape(each) else each for each in arrays.values())
        yield x, y, third
        for each in arrays.values():
            _let_go(each)


def _let_go(array: Any) -> None:
    """Let the system forget the pages of a mapped file, which it counts as ours."""
    shared = False
    while isinstance(array, np.ndarray):  # a view is based on a view, and at last on the map
        shared = shared or getattr(array, "mode", "c") != "c"  # a private copy may be changed
        array = array.base
    if shared and isinstance(array, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        array.madvise(mmap.MADV_DONTNEED)


def _parquet(path: Path, x: Any, y: Any, third: Any) -> Iterator[Chunk]:
    """The columns of a Parquet file, or of all those in a folder, some thousand rows at a time."""
    with needing("pyarrow"):
        import pyarrow
        from pyarrow import parquet
    named = third if isinstance(third, str) else None
    for file in sorted(path.rglob("*.parquet")) if path.is_dir() else [path]:
        try:
            with parquet.ParquetFile(file, buffer_size=BUFFER, pre_buffer=False) as opened:
                wanted = chosen(opened.schema_arrow.names, x, y, named)
                for batch in opened.iter_batches(ROWS, columns=[*dict.fromkeys(wanted)]):
                    columns = [batch[name].to_numpy(zero_copy_only=False) for name in wanted]
                    yield columns[0], columns[1], columns[2] if named else third
        except (OSError, pyarrow.ArrowException) as error:
            says = _("cannot read {path} as Parquet: {error}.")
            raise DataError(says.format(path=cut_path(file), error=one_line(error))) from error
