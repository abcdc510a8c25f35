"""Run the Python examples of Markdown pages, and hold what they print against what is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sinfit.tutorials.run import Ran, run_all
from sinfit.tutorials.source import Cell, Document, TutorialError

EXAMPLE = re.compile(
    r"^( *)```python(?P<info>[^\n]*)\n(?P<code>.*?)^\1```[ \t]*\n"
    r"(?:\s*^\1```text output[ \t]*\n(?P<output>.*?)^\1```[ \t]*$)?",
    re.MULTILINE | re.DOTALL,
)


def run_examples(pages: Iterable[Document], cache: Path) -> dict[str, Ran]:
    """Run each page's examples in one kernel.

    Raises:
        TutorialError: An example fails, or prints something else than the page says.
    """
    pages = list(pages)
    runs = run_all([_program(page) for page in pages], cache)
    for page in pages:
        printed = iter(runs[page.name].outputs)
        for _, expected in examples(page):
            text = "".join(
                str(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
                for output in next(printed)
            )
            if expected is not None and text.strip() != expected.strip():
                raise TutorialError(
                    f"{page.name}: an example prints\n{text.strip()}\nand the page says\n"
                    f"{expected.strip()}"
                )
    return runs


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


def _program(page: Document) -> Document:
    return replace(page, cells=tuple(Cell("code", code) for code, _ in examples(page)))
