"""Log: the numbers of a printed training run, and what their digits say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sinfit.errors import DataError
from sinfit.ground.files import decode, read_file

from sinfit_replay.i18n import _
from sinfit_replay.lines import DASHED, in_order, looks_like_one, numbers_of, pair_of
from sinfit_replay.text import clean, unpacked

# a progress bar with the loss behind it; it is drawn before or after its step is counted
BARS = re.compile(r"(?:it/s|s/it)[^\]\n]*(?:loss|손실|损失)\s*[=:]\s*[\d.]", re.I)
MOST_BYTES = 1 << 24  # 16 MiB: a log of half a million lines
FULL = 12  # significant digits from which on a number was printed in full
FEWEST = 3  # two slow modes, and one line that can contradict them


@dataclass(frozen=True)
class Rounding:
    """How exactly the losses were printed.

    Attributes:
        dtype: What they were computed in.
        half_unit: Half a unit of the last digit that was printed; (k,).
        odd: The lines that no program of that data type prints so, unlike the others; (k,).
    """

    dtype: Literal["float32", "float64"]
    half_unit: NDArray[np.float64]
    odd: NDArray[np.bool_]


@dataclass(frozen=True)
class Log:
    """What was printed.

    Attributes:
        steps: The step t of each line, counted from 0, before whose update the loss is; (k,).
        printed: The losses as printed, as text, with their minus if they have one; (k,).
        result_printed: The numbers of the Result line as printed; empty if there are none.
        unread: A Result line that was seen and not understood, or empty.
        settings: The points, steps and learning_rate that the log itself names, unchecked.
    """

    steps: tuple[int, ...]
    printed: tuple[str, ...]
    result_printed: tuple[str, ...] = ()
    unread: str = field(default="", repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def losses(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The losses as numbers, of shape (k,)."""
        return np.array([float(text) for text in self.printed])

    @property
    def result(self) -> tuple[float, ...] | None:
        """The numbers of the Result line, or None."""
        return tuple(map(float, self.result_printed)) or None

    @cached_property
    def rounding(self) -> Rounding:
        """What their digits say."""
        return rounding(self.printed)


def read_log(source: str | bytes | Path, table: int | None = None) -> Log:
    r"""Read a printed training run in any of the forms that circulate.

    Examples:
        >>> read_log("epoch : 1, loss : 8e3\nepoch : 101, loss : 3586.1\nepoch : 201, loss : 2.9e3")
        Log(steps=(0, 100, 200), printed=('8e3', '3586.1', '2.9e3'), result_printed=())

    Args:
        source: A path, or the text itself.
        table: Which table, counted from 1, if there are several.

    Raises:
        DataError: The file cannot be read; there is no loss, a loss that is no number, too few
            lines, or more than one table and none chosen.
    """
    text, settings = unpacked(_text(source))
    lines = in_order(clean(text))
    tables = tables_of(lines)
    if not tables and BARS.search(text):
        raise DataError(
            _(
                "the losses of this log stand in progress bars, which do not say what step they "
                "belong to; print the step and the loss in lines such as '99 5545.57'."
            )
        )
    if not tables:
        raise DataError(
            _(
                "there is no loss in this log; expected lines such as '99 5545.57' or "
                "'epoch : 1, loss : 7937.68'."
            )
        )
    if table is None and len(tables) > 1:
        raise DataError(
            _(
                "there are {count} tables of losses in this log; choose one with table (--table)."
            ).format(count=len(tables))
        )
    if table is not None and not 1 <= table <= len(tables):
        raise DataError(
            _("there is no table {table} in this log; it has {count}.").format(
                table=table, count=len(tables)
            )
        )
    log = replace(tables[(table or 1) - 1], settings=settings)
    _check(log)
    _refuse_to_lose(lines)
    return log


def tables_of(lines: list[str]) -> list[Log]:
    """All tables in these lines; a step that comes again begins a new one."""
    tables: list[_Table] = []
    # in one line among others it is a minus that must not get lost
    dash = "" if sum(map(bool, map(DASHED.match, lines))) >= FEWEST else "-"
    before = ""
    for line in lines:
        numbers = numbers_of(line)
        pair = pair_of(line, dash) if numbers is None else None
        if pair is not None:
            step, loss = pair
            known = tables[-1].losses if tables else {}
            # the same line once more is noise, the first line of a table once more its copy
            again = known.get(step) == loss and (line == before or step != next(iter(known)))
            if not again:
                if not tables or step in known:
                    tables.append(_Table())
                tables[-1].losses[step] = loss
            before = line
        elif numbers is not None and tables:
            if numbers:
                tables[-1].result = numbers
            else:
                tables[-1].unread = line
    return [table.log() for table in tables]


@dataclass
class _Table:
    """A table that is being read."""

    losses: dict[int, str] = field(default_factory=dict)
    result: tuple[str, ...] = ()
    unread: str = ""

    def log(self) -> Log:
        return Log(
            _from_zero(list(self.losses)),
            tuple(self.losses.values()),
            self.result,
            "" if self.result else self.unread,
        )


def _text(source: str | bytes | Path) -> str:
    if isinstance(source, bytes):
        return decode(source)
    if isinstance(source, str) and ("\n" in source or "\r" in source or len(source) > 1000):
        return source
    return decode(read_file(source, MOST_BYTES))


def _from_zero(steps: list[int]) -> tuple[int, ...]:
    """Steps counted from 0: `epoch : 1, 101, 201` and `100, 200, …, 2000` are counted from 1."""
    first, every = min(steps), int(np.gcd.reduce(np.diff(sorted(steps)))) if len(steps) > 1 else 1
    from_one = (every > 1 and first > 1 and first % every == 0) or (first == 1 and every != 2)
    return tuple(step - from_one for step in steps)


def _check(log: Log) -> None:
    for step, text in zip(log.steps, log.printed, strict=True):
        if not math.isfinite(float(text)):
            raise DataError(
                _(
                    "the loss at step {step} is {loss}: this run diverged, there is nothing to "
                    "replay."
                ).format(step=step, loss=text)
            )
    if len(log.steps) < FEWEST:
        raise DataError(
            _("too few lines: {count} losses; at least {fewest} are needed.").format(
                count=len(log.steps), fewest=FEWEST
            )
        )


def _refuse_to_lose(lines: list[str]) -> None:
    """Refuse a log some of whose lines would get lost."""
    for line in lines:
        if looks_like_one(line) and pair_of(line) is None and numbers_of(line) is None:
            raise DataError(
                _(
                    "a line of this log looks like a loss and cannot be read: {line!r}; expected "
                    "lines such as '99 5545.57'."
                ).format(line=line[:60])
            )


def rounding(printed: Sequence[str]) -> Rounding:
    """Tell float32 from float64 by the digits of the losses.

    `.item()` prints a float32 as the float64 next to it. Such numbers are one in 5·10⁸ of all
    float64, so a table of them is no chance, and a line in full that is not of them was changed.
    A line with few digits may have been rounded by whoever copied it, so it is never odd.
    """
    single, full = np.array([is_single(text) for text in printed]), in_full(printed)
    half = np.array([half_unit(text) for text in printed])
    numbers = {Decimal(text).normalize() for text in printed if float(text)}
    if len(numbers) > 1:  # 5500, 3900, 2800: zeros at the end of all of them were not printed
        zeros = min(int(number.as_tuple().exponent) for number in numbers)
        half = np.maximum(half, 0.5 * 10.0**zeros if zeros > 0 else 0.0)
    if full.sum() < max(len(full) / 2, 1):  # rounded for print
        return Rounding("float32", half, np.zeros_like(full))
    if single[full].sum() <= full.sum() / 2:
        return Rounding("float64", half, np.zeros_like(full))
    # among numbers printed in full, a short float32 just happens to end early
    exact = np.array([float(np.float32(text)) == float(text) for text in printed])
    return Rounding("float32", np.where(exact, 0.0, half), full & ~single)


def in_full(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which numbers were printed with all their digits."""
    return np.array([len(Decimal(text).as_tuple().digits) >= FULL for text in texts])


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
    half = np.array([half_unit(text) for text in texts])
    return half if 2 * in_full(texts).sum() <= len(texts) else np.zeros_like(half)


def is_single(text: str) -> bool:
    """Whether this is the float64 of a float32, as far as its digits go.

    Examples:
        >>> is_single("5545.57470703125"), is_single("5545.57470703124"), is_single("5545.574707")
        (True, False, True)
    """
    value = float(text)
    with np.errstate(over="ignore"):
        nearest = float(np.float32(value))
    return bool(abs(nearest - value) <= half_unit(text) + np.spacing(abs(value)))
