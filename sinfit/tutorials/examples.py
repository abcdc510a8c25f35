"""Run the Python examples of Markdown pages, and hold what they print against what is written."""

from __future__ import annotations

import re
from dataclasses import replace

from sinfit.tutorials.run import Ran
from sinfit.tutorials.source import Cell, Document, TutorialError

EXAMPLE = re.compile(
    r"^( *)```python(?P<info>[^\n]*)\n(?P<code>.*?)^\1```[ \t]*\n"
    r"(?:\s*^\1```text output[ \t]*\n(?P<output>.*?)^\1```[ \t]*$)?",
    re.MULTILINE | re.DOTALL,
)


def program(page: Document) -> Document:
    """A page's examples as the cells of one program."""
    return replace(page, cells=tuple(Cell("code", code) for code, _ in examples(page)))


def check_outputs(page: Document, ran: Ran) -> None:
    """Hold what a page's examples printed against what the page says.

    Raises:
        TutorialError: An example printed something else.
    """
    for (_, expected), outputs in zip(examples(page), ran.outputs, strict=True):
        text = "".join(
            str(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
            for output in outputs
        )
        if expected is not None and text.strip() != expected.strip():
            raise TutorialError(
                f"{page.name}: an example prints\n{text.strip()}\nand the page says\n"
                f"{expected.strip()}"
            )


def examples(page: Document) -> list[tuple[str, str | None]]:
    """The code of each example that is run, and the output written below it, if one is."""
    found = []
    for match in EXAMPLE.finditer(page.cells[0].source + "\n"):
        if "norun" in match["info"]:
            continue
        indent = match[1]
        code = "\n".join(line.removeprefix(indent) for line in match["code"].split("\n"))
        found.append((code.rstrip("\n"), match["output"]))
    return found
