"""Log: the numbers of a printed training run."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from sinfit.encoding import decode
from sinfit.errors import DataError
from sinfit.i18n import _
from sinfit.replay.forms import DASHED, looks_like_one, pair_of
from sinfit.replay.header import in_order
from sinfit.replay.result_line import numbers_of
from sinfit.replay.saved import settings_of, text_of
from sinfit.replay.text import clean

# a progress bar with the loss behind it; it is drawn before or after its step is counted
BARS = re.compile(r"(?:it/s|s/it)[^\]\n]*(?:loss|손실|损失)\s*[=:]\s*[\d.]", re.I)
FEWEST = 3  # two slow modes, and one line that can contradict them


@dataclass(frozen=True)
class Log:
    """What was printed.

    Attributes:
        steps: The step t of each line, counted from 0, before whose update the loss is; (k,).
        printed: The losses as printed, as text, with their minus if they have one; (k,).
        result: The numbers of the Result line, or None.
        result_printed: The same as text; empty if it is not known.
        unread: A Result line that was seen and not understood, or empty.
        settings: The points, steps and learning_rate that the log itself names.
    """

    steps: tuple[int, ...]
    printed: tuple[str, ...]
    result: tuple[float, ...] | None = None
    result_printed: tuple[str, ...] = field(default=(), repr=False)
    unread: str = field(default="", repr=False)
    settings: Mapping[str, float] = field(default_factory=dict, repr=False)

    @property
    def losses(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The losses as numbers, of shape (k,)."""
        return np.array([float(text) for text in self.printed])


def read_log(source: str | bytes | Path, table: int | None = None) -> Log:
    r"""Read a printed training run in any of the forms that circulate.

    Examples:
        >>> read_log("epoch : 1, loss : 8e3\nepoch : 101, loss : 3586.1\nepoch : 201, loss : 2.9e3")
        Log(steps=(0, 100, 200), printed=('8e3', '3586.1', '2.9e3'), result=None)

    Args:
        source: A path, or the text itself.
        table: Which table, counted from 1, if there are several.

    Raises:
        DataError: The file cannot be read; there is no loss, a loss that is no number, too few
            lines, or more than one table and none chosen.
    """
    text = _text(source)
    lines = in_order(clean(text_of(text)))
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
    log = replace(tables[(table or 1) - 1], settings=settings_of(text))
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
            tuple(map(float, self.result)) or None,
            self.result,
            "" if self.result else self.unread,
        )


def _text(source: str | bytes | Path) -> str:
    if isinstance(source, bytes):
        return decode(source)
    if isinstance(source, str) and ("\n" in source or "\r" in source or len(source) > 1000):
        return source
    try:
        return decode(Path(source).read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(
            _("cannot read {path}: {error}.").format(path=source, error=error)
        ) from error


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
