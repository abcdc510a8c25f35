"""A line that names the columns below it: `,step,loss,lr` as spreadsheets and data frames write."""

from __future__ import annotations

import re

from sinfit.replay.forms import LOSS_WORD, STEP_WORD

GAP = re.compile(r"\s*[,;|\t]\s*")
LOSS = re.compile(rf"(?:train(?:ing)?[ _])?{LOSS_WORD}", re.I)
STEP = re.compile(STEP_WORD, re.I)


def in_order(lines: list[str]) -> list[str]:
    """The lines, those below a header as step and loss alone.

    Examples:
        >>> in_order([",step,loss", "0,99,5545.57", "1,199,3921.16"])
        ['99 5545.57', '199 3921.16']
    """
    found: list[str] = []
    columns: tuple[int, int, int] | None = None  # how many, which is the step, which the loss
    for line in lines:
        fields = GAP.split(line)
        steps = [i for i, name in enumerate(fields) if STEP.fullmatch(name)]
        losses = [i for i, name in enumerate(fields) if LOSS.fullmatch(name)]
        if steps and losses:
            columns = len(fields), steps[0], losses[0]
        elif columns and len(fields) == columns[0] and fields[columns[1]].isdigit():
            found.append(f"{fields[columns[1]]} {fields[columns[2]]}")
        else:
            found.append(line)
    return found
