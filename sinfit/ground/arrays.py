"""Arrays of float64, from whatever holds numbers: lists, Series, tensors."""

from __future__ import annotations

from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinfit.errors import DataError, one_line
from sinfit.i18n import _

Array = NDArray[np.float64]

FEW = 1 << 20  # mapped numbers: a fit of so many points in memory takes 150 MB at most


def plain(values: Any) -> Any:
    """What NumPy reads: a torch tensor, on whatever device, in the graph or not, as an array."""
    if not hasattr(values, "detach"):
        return values
    values = values.detach().cpu()
    # NumPy has no bfloat16; complex numbers stay what they are, to be refused
    return values.resolve_conj().numpy() if values.is_complex() else values.double().numpy()


def beyond_memory(values: Any) -> bool:
    """Whether they may be more than it holds: Dask's, chunks, or many numbers of a mapped file."""
    if isinstance(values, np.ndarray) and values.size <= FEW:
        return False
    while isinstance(values, np.ndarray):  # a view is based on a view, and at last on the map
        values = values.base
    return isinstance(values, mmap) or hasattr(values, "dask") or hasattr(values, "__next__")


def real_numbers(name: str, values: Any) -> Array:
    """Return a copy as float64, of any shape; raise `DataError` if they are no real numbers."""
    try:
        values = plain(values)
        if np.iscomplexobj(values):
            raise TypeError(_("they are complex"))
        if np.ma.is_masked(values):
            raise TypeError(_("some are masked; leave those out, of x and of y"))
        # a Series whose dates have a time zone becomes an array of objects
        kinds = {getattr(getattr(values, "dtype", None), "kind", ""), np.asarray(values).dtype.kind}
        if kinds & {"m", "M"}:
            raise TypeError(_("they are dates or times; subtract the first, and choose a unit"))
        if values is None:
            raise TypeError(_("there are none"))
        return np.array(values, dtype=np.float64)  # a copy: the caller's stays as it is
    except Exception as error:  # whatever a foreign class raises
        reason = one_line(error).removeprefix("TypeError: ").removeprefix("ValueError: ")
        says = _("{name} must hold numbers: {error}.")
        raise DataError(says.format(name=name, error=reason)) from error


def finite_vector(name: str, values: Any) -> Array:
    """Return a read-only copy of shape (n,), or raise `DataError` if that cannot be fitted.

    What is read-only already, and no view of anything, needs no copy: nobody changes it.
    """
    locked = type(values) is np.ndarray and values.flags.owndata and not values.flags.writeable
    ours = locked and values.dtype == np.float64
    array: Array = values if ours else real_numbers(name, values)
    if array.ndim != 1:
        says = _("{name} must have one dimension, not shape {shape}.")
        raise DataError(says.format(name=name, shape=array.shape))
    if not np.isfinite(array).all():
        wrong = np.flatnonzero(~np.isfinite(array))
        where = {"count": wrong.size, "size": array.size, "index": wrong[0]}
        says = _(
            "{name} must be finite: {count} of its {size} values are not, the first is "
            "{value} at index {index}."
        )
        raise DataError(says.format(name=name, value=array[wrong[0]], **where))
    array.setflags(write=False)
    return array
