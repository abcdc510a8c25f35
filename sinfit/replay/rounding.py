"""What the printed digits themselves say: their data type, and a digit that cannot be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sinfit.replay.log import Log

Dtype = Literal["float32", "float64"]

FULL = 12  # significant digits from which on a number was printed in full


@dataclass(frozen=True)
class Rounding:
    """How exactly the losses were printed.

    Attributes:
        dtype: What they were computed in.
        half_unit: Half a unit of the last digit that was printed, 0 if in full; (k,).
        odd: The lines that no program of that data type prints so, unlike the others; (k,).
    """

    dtype: Dtype
    half_unit: NDArray[np.float64]
    odd: NDArray[np.bool_]


def rounding(log: Log) -> Rounding:
    """Tell float32 from float64 by its digits.

    `.item()` prints a float32 as the float64 next to it. Such numbers are one in 5·10⁸ of all
    float64, so a table of them is no chance, and one line that is not of them was changed.
    """
    single = np.array([is_single(text) for text in log.printed])
    digits = np.array([len(Decimal(text).as_tuple().digits) for text in log.printed])
    full = digits >= FULL
    half = np.array([half_unit(text) for text in log.printed])
    as_single = bool(full.any()) and single[full].sum() > full.sum() / 2
    short = not full.any() or full.sum() < len(full) / 2  # rounded for print: nothing to be told
    usual = np.array([repr(float(text)) == text for text in log.printed])
    odd = np.zeros(len(full), dtype=bool)
    if not short and usual.sum() > len(usual) / 2:
        odd |= ~usual  # more digits, or other ones, than the shortest that name the number
    if not short and as_single:
        odd |= ~single
    dtype: Dtype = "float32" if as_single or short else "float64"
    # among numbers printed in full, a short one just happens to end early
    return Rounding(dtype, half if short else np.zeros_like(half), odd)


def half_unit(text: str) -> float:
    """Half a unit of the last printed digit.

    Examples:
        >>> half_unit("-0.0045"), half_unit("8.41e-1")
        (5e-05, 0.0005)
    """
    return 0.5 * 10.0 ** int(Decimal(text).as_tuple().exponent)


def half_units(texts: Sequence[str]) -> NDArray[np.float64]:
    """Half a unit of each number of one line; 0 where most of them were printed in full.

    Among numbers printed in full, a short one just happens to end early.
    """
    whole = sum(len(Decimal(text).as_tuple().digits) >= FULL for text in texts)
    half = np.array([half_unit(text) for text in texts])
    return half if 2 * whole <= len(texts) else np.zeros_like(half)


def is_single(text: str) -> bool:
    """Whether this is the float64 of a float32, printed in full.

    Examples:
        >>> is_single("5545.57470703125"), is_single("5545.57470703124")
        (True, False)
    """
    value = float(text)
    with np.errstate(over="ignore"):
        return float(np.float32(value)) == value
