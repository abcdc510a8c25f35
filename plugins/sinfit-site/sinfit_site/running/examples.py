"""Run the Python examples of Markdown pages, and hold what they print against what is written."""

from __future__ import annotations

import math
import re
import textwrap
from dataclasses import replace

from sinfit_site.errors import TutorialError
from sinfit_site.running.run import Ran
from sinfit_site.sources.document import Cell, Document

EXAMPLE = re.compile(
    r"^( *)```python(?P<info>[^\n]*)\n(?P<code>.*?)^\1```[ \t]*\n"
    r"(?:\s*^\1```text output[ \t]*\n(?P<output>.*?)^\1```[ \t]*$)?",
    re.MULTILINE | re.DOTALL,
)


FLOAT = re.compile(r"[-+]?\d+\.\d+(?:e[-+]?\d+)?|[-+]?\d+e[-+]?\d+")

NEAR = 1e-5
"""How far a printed number may be from the page's, as a share of it.

Single precision rounds at 6e-8. Another processor adds in another order, and a few hundred such
roundings come to some 1e-6; RMSprop makes more of them, so an example prints none of its late
digits. A wrong program is off by far more.
"""


def program(page: Document) -> Document:
    """A page's examples as the cells of one program."""
    return replace(page, cells=tuple(example for example, _ in examples(page)))


def with_outputs(page: Document, ran: Ran) -> Document:
    """The page with what its examples printed, which must be what it says but for last digits.

    Raises:
        TutorialError: An example printed something else.
    """
    (cell,) = page.cells
    printed = iter(
        "".join(
            str(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
            for output in outputs
        )
        for outputs in ran.outputs
    )

    def put(match: re.Match[str]) -> str:
        if "norun" in match["info"]:
            return match[0]
        text, expected = next(printed).strip(), match["output"]
        if expected is None:
            return match[0]
        if not same(textwrap.dedent(expected).strip(), text):
            before = match.string.count("\n", 0, match.start("output"))
            place = page.place(replace(cell, line=cell.line + before))
            raise TutorialError(
                f"{place}: an example prints\n{text}\nand the page says\n"
                f"{textwrap.dedent(expected).strip()}"
            )
        start = match.start("output") - match.start()
        end = match.end("output") - match.start()
        return match[0][:start] + textwrap.indent(text, match[1]) + "\n" + match[0][end:]

    source = EXAMPLE.sub(put, cell.source + "\n").strip("\n")
    return page if source == cell.source else page.with_cells([replace(cell, source=source)])


def same(expected: str, printed: str) -> bool:
    """Whether two outputs are one: the words and whole numbers exactly, the others nearly.

    Examples:
        >>> same("optim 8.908185", "optim 8.908188"), same("27 checks", "28 checks")
        (True, False)
    """
    if FLOAT.sub("0.0", expected) != FLOAT.sub("0.0", printed):
        return False
    pairs = zip(FLOAT.findall(expected), FLOAT.findall(printed), strict=True)
    return all(math.isclose(float(one), float(other), rel_tol=NEAR) for one, other in pairs)


def examples(page: Document) -> list[tuple[Cell, str | None]]:
    """Each example that is run, as a cell, and the output written below it, if one is."""
    found = []
    (cell,) = page.cells
    for match in EXAMPLE.finditer(cell.source + "\n"):
        if "norun" in match["info"]:
            continue
        indent = match[1]
        code = "\n".join(line.removeprefix(indent) for line in match["code"].split("\n"))
        line = cell.line + match.string.count("\n", 0, match.start("code"))
        found.append((Cell("code", code.rstrip("\n"), line=line), match["output"]))
    return found
