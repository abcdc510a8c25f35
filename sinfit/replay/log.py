"""Log: the numbers of a printed training run."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sinfit.encoding import decode
from sinfit.errors import DataError
from sinfit.i18n import _
from sinfit.replay.text import clean

FEWEST = 3  # two slow modes, and one line that can contradict them

UNSIGNED = r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
NUMBER = rf"[-+]?{UNSIGNED}"
# a sum of squares is never negative, so a minus must not get lost; dashes in a row are a rule
LOSS = rf"(?:(?:(?<!-)[-+])?{UNSIGNED}|[-+]?(?:nan|inf(?:inity)?))"
BARE = re.compile(rf"^[\[(]?(?P<t>\d+)[\])]?[\s,:;|]+(?P<loss>{LOSS})\b\D{{0,40}}$", re.I)
# text without a line end before it, as copied pages have it: "…됩니다.99 5545.57"
GLUED = re.compile(rf"(?<=[^\W\d_a-zA-Z]|[.)。])(?P<t>\d+)\s+(?P<loss>{LOSS})\w?$", re.I)
LABELLED = re.compile(
    rf"^[^\d]*?(?P<t>\d+)(?![.\d]).*?(?:loss|손실|损失|sse|mse)[^\d\n]*?(?P<loss>{LOSS})", re.I
)
APART = re.compile(r"([:：=]\s*)-\s+(?=[\d.])")  # "loss : - 702.12"
DASHED = re.compile(r"^(\s*\d+\s+)-\s+(?=[\d.])")  # "99 - 702.12": a minus, or between columns
SPACED = re.compile(r"([-+])\s+(?=[\d.])")  # "0.84 x - 8.0e-05 x^2"
TENSOR = re.compile(r"tensor\(\s*([^,)\s]+)[^)]*\)")  # a loss printed without .item()
RESULT = re.compile(r"(?:Result|결과|结果)?\s*[:：]?\s*y\s*=\s*(?P<body>[-+\d.].*)", re.I)
POWER = re.compile(r"x?\s*(?:\^|\*\*)\s*\d|P_?3|x[²³⁴⁵]", re.I)


@dataclass(frozen=True)
class Log:
    """What was printed.

    Attributes:
        steps: The step t of each line, counted from 0, before whose update the loss is; (k,).
        printed: The losses as printed, as text, with their minus if they have one; (k,).
        result: The numbers of the Result line, or None.
    """

    steps: tuple[int, ...]
    printed: tuple[str, ...]
    result: tuple[float, ...] | None = None

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
    tables = tables_of(clean(_text(source)))
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
    log = tables[(table or 1) - 1]
    _check(log)
    return log


def tables_of(lines: list[str]) -> list[Log]:
    """All tables in these lines; a step that comes again begins a new one."""
    tables: list[tuple[list[int], list[str], list[tuple[float, ...]]]] = []
    # in one line among others it is a minus that must not get lost
    dash = "" if sum(map(bool, map(DASHED.match, lines))) >= FEWEST else "-"
    for raw in lines:
        line = DASHED.sub(rf"\1{dash}", APART.sub(r"\1-", TENSOR.sub(r"\1", raw)))
        result = RESULT.search(line)
        match = BARE.match(line) or LABELLED.match(line) or GLUED.search(line)
        if match and not result:
            step, loss = int(match["t"]), match["loss"].removeprefix("+")
            if not tables or step in tables[-1][0]:
                tables.append(([], [], []))
            tables[-1][0].append(step)
            tables[-1][1].append(loss)
        elif result and tables:
            numbers = _numbers(result["body"])
            if numbers:
                tables[-1][2].append(numbers)
    return [
        Log(_from_zero(steps), tuple(losses), results[-1] if results else None)
        for steps, losses, results in tables
    ]


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


def _numbers(body: str) -> tuple[float, ...]:
    found = re.findall(NUMBER, SPACED.sub(r"\1", POWER.sub(" ", body)), re.I)
    return tuple(float(number) for number in found)


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
