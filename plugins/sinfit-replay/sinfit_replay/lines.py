"""What one line of a log says: a step and its loss, the columns below it, or the parameters."""

from __future__ import annotations

import re

UNSIGNED = r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
NUMBER = rf"[-+]?{UNSIGNED}"
# a sum of squares is never negative, so a minus must not get lost; dashes in a row are a rule
LOSS = rf"(?:(?:(?<!-)[-+])?{UNSIGNED}|[-+]?(?:nan|inf(?:inity)?))"
LOSS_WORD = r"(?:loss|cost|손실|오차|비용|损失|損失|误差|誤差|代价|sse|mse)"
STEP_WORD = r"(?:step|iter(?:ation)?s?|epochs?|에폭|에포크|반복|단계|迭代|轮次|\bt)"

# "99 5545.57", "[99/2000]: 5545.57 (0.5 s)"
BARE = re.compile(
    rf"^[\[(]?(?P<t>\d+)(?:\s*/\s*\d+(?=[\s\]),:;|]))?[\])]?(?:[\s,:;|]+|\s*[-=]>\s*)(?P<loss>{LOSS})\b"
    r"\D{0,40}(?<!\()(?:\([^()]*\))?$",
    re.I,
)
# more columns than two, all set apart alike: "99 5545.57 0.50"
COLUMNS = re.compile(
    rf"^(?P<t>\d+)(?P<gap>\s+|\s*[,;|]\s*)(?P<loss>{LOSS})(?:(?P=gap)\s*{LOSS})+$", re.I
)
# "iter 99: 5545.57", "t=99 5545.57"
NAMED = re.compile(
    rf"^\W*{STEP_WORD}\W*(?P<t>\d+)(?:\s*/\s*\d+)?[\s\]),:;|=>]+(?P<loss>{LOSS})\b\D{{0,40}}$", re.I
)
LABELLED = re.compile(
    rf"^(?:[^\d]*?|.*?\b(?:step|iter(?:ation)?)\W*)(?P<t>\d+)(?![.\d])"
    rf".*?{LOSS_WORD}[^\d\n]*?(?P<loss>{LOSS})",
    re.I,
)
STEPPED = re.compile(  # "Epoch 1, step 99, loss 5545.57": the step counts, not the epoch
    rf"\b(?:step|iter(?:ation)?)\W*(?P<t>\d+)(?![.\d]).*?{LOSS_WORD}[^\d\n]*?(?P<loss>{LOSS})", re.I
)
LOSS_FIRST = re.compile(
    rf"{LOSS_WORD}\W*?(?P<loss>{LOSS})\b[^\d]*?{STEP_WORD}\W*(?P<t>\d+)(?![.\d])", re.I
)
# text without a line end before it, as copied pages have it: "…됩니다.99 5545.57"; the point of a
# number ends no sentence
GLUED = re.compile(
    rf"(?:(?<=[^\W\d_a-zA-Z])|(?<=(?<!\d)[.)。]))(?P<t>\d+)\s+(?P<loss>{LOSS})\w?$", re.I
)
FORMS = (BARE.match, COLUMNS.match, NAMED.match, STEPPED.search, LOSS_FIRST.search, LABELLED.match)

APART = re.compile(r"([:：=]\s*)-\s+(?=[\d.])")  # "loss : - 702.12"
DASHED = re.compile(r"^(\s*\d+\s+)-\s+(?=[\d.])")  # "99 - 702.12": a minus, or between columns
# a loss printed without .item()
WRAPPED = re.compile(r"(?:tensor|array|(?:np\.|numpy\.)?float(?:32|64)?)\(\s*([^,)\s]+)[^)]*\)")
# "1,099 22.35" and "99 5,545.57", but not the two columns of "99,554.12"
GROUPED = re.compile(r"(?<![^\s|:=])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?=[\s|:]|$|,\s)")
NUMERIC = re.compile(rf"^\W*{UNSIGNED}(?:[^\w.]+[-+]?{UNSIGNED})+\W*$", re.I)

# a header, `,step,loss,lr`, as spreadsheets and data frames write it
GAP = re.compile(r"\s*[,;|\t]\s*")
LOSS_COLUMN = re.compile(rf"(?:train(?:ing)?[ _])?{LOSS_WORD}", re.I)
STEP_COLUMN = re.compile(STEP_WORD, re.I)

# "Result: …", or an equation that begins with a number, unlike the program's own y = torch.sin(x)
RESULT = re.compile(
    r"(?:\bResult|결과|结果|結果)\s*[:：=]|(?:\by|f\(x\))\s*=\s*[-+]?\s*[\d.]", re.I
)
BODY = re.compile(r"(?:\by|f\(x\))\s*=\s*(?P<body>[-+\d.].*)", re.I)
NAMES = "abcde"
NAMED_NUMBER = re.compile(rf"\b(?P<name>[a-e])\s*[:=]\s*(?P<value>{NUMBER})", re.I)
POWER = re.compile(r"x?\s*(?:\^|\*\*)\s*\d|P_?3|x[²³⁴⁵]", re.I)
SPACED = re.compile(r"([-+])\s+(?=[\d.])")  # "0.84 x - 8.0e-05 x^2"
ENCLOSED = re.compile(rf"\(\s*({NUMBER})\s*\)")  # "(0.1) + (0.8) x"
FEWEST = 4  # every model of the tutorial has at least four parameters


def pair_of(line: str, dash: str = "-") -> tuple[int, str] | None:
    """The step and the loss that a line names, if it names them.

    Examples:
        >>> pair_of("iter 1,099: np.float64(22.35)"), pair_of("loss: 5545.57 step: 99")
        ((1099, '22.35'), (99, '5545.57'))

    Args:
        line: The line.
        dash: What a dash between step and loss that stands apart from both means.
    """
    line = APART.sub(r"\1-", WRAPPED.sub(r"\1", line))
    line = DASHED.sub(rf"\1{dash}", line)
    if len(re.findall(rf"(?<![\d.,]){UNSIGNED}", GROUPED.sub("0", line))) > 1:
        line = GROUPED.sub(lambda number: number[0].replace(",", ""), line)
    for form in (*FORMS, GLUED.search):
        match = form(line)
        if match:
            return int(match["t"]), match["loss"].removeprefix("+")
    return None


def looks_like_one(line: str) -> bool:
    """Whether a line that could not be read holds nothing but numbers, as a line of losses does."""
    return bool(NUMERIC.match(line)) and "." in line


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
        steps = [i for i, name in enumerate(fields) if STEP_COLUMN.fullmatch(name)]
        losses = [i for i, name in enumerate(fields) if LOSS_COLUMN.fullmatch(name)]
        if steps and losses:
            columns = len(fields), steps[0], losses[0]
        elif columns and len(fields) == columns[0] and fields[columns[1]].isdigit():
            found.append(f"{fields[columns[1]]} {fields[columns[2]]}")
        else:
            found.append(line)
    return found


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
    named = {match["name"].lower(): match["value"] for match in NAMED_NUMBER.finditer(line)}
    if len(named) >= FEWEST and "".join(named) == NAMES[: len(named)]:
        return tuple(named.values())
    line = ENCLOSED.sub(r"\1", line)
    if not RESULT.search(line) or not re.search(r"\d", line):
        return None
    body = BODY.search(line)
    text = SPACED.sub(r"\1", POWER.sub(" ", body["body"] if body else ""))
    found = tuple(number.removeprefix("+") for number in re.findall(NUMBER, text, re.I))
    return found if len(found) >= FEWEST else ()
