"""The Result line: the parameters that a run ended with, as text."""

from __future__ import annotations

import re

from sinfit.replay.forms import NUMBER

# "Result: …", or an equation that begins with a number, unlike the program's own y = torch.sin(x)
RESULT = re.compile(
    r"(?:\bResult|결과|结果|結果)\s*[:：=]|(?:\by|f\(x\))\s*=\s*[-+]?\s*[\d.]", re.I
)
BODY = re.compile(r"(?:\by|f\(x\))\s*=\s*(?P<body>[-+\d.].*)", re.I)
NAMES = "abcde"
NAMED = re.compile(rf"\b(?P<name>[a-e])\s*[:=]\s*(?P<value>{NUMBER})", re.I)
POWER = re.compile(r"x?\s*(?:\^|\*\*)\s*\d|P_?3|x[²³⁴⁵]", re.I)
SPACED = re.compile(r"([-+])\s+(?=[\d.])")  # "0.84 x - 8.0e-05 x^2"
ENCLOSED = re.compile(rf"\(\s*({NUMBER})\s*\)")  # "(0.1) + (0.8) x"
FEWEST = 4  # every model of the tutorial has at least four parameters


def numbers_of(line: str) -> tuple[str, ...] | None:
    """The numbers of a Result line as text, empty if it is one that cannot be read; else None.

    Examples:
        >>> numbers_of("Result: y = 0.1 + 0.8 x - 2e-3 x^2 + -0.09 x^3")
        ('0.1', '0.8', '-2e-3', '-0.09')
        >>> numbers_of("a = 0.1, b = 0.8, c = -2e-3, d = -0.09")
        ('0.1', '0.8', '-2e-3', '-0.09')
        >>> numbers_of("Result: y = 0.5 + 0.8 x")
        ()
    """
    named = {match["name"].lower(): match["value"] for match in NAMED.finditer(line)}
    if len(named) >= FEWEST and "".join(named) == NAMES[: len(named)]:
        return tuple(named.values())
    line = ENCLOSED.sub(r"\1", line)
    if not RESULT.search(line) or not re.search(r"\d", line):
        return None
    body = BODY.search(line)
    text = SPACED.sub(r"\1", POWER.sub(" ", body["body"] if body else ""))
    found = tuple(number.removeprefix("+") for number in re.findall(NUMBER, text, re.I))
    return found if len(found) >= FEWEST else ()
