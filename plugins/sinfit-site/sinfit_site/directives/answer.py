"""`[[answer: LABEL]]` and `[[choices]]`: fields for the answer to an exercise, judged in the page.

What is right comes from the run: from what the cells below print up to the next heading, those of
the solution and those that are `build-only`. Without a script nothing is shown.
"""

from __future__ import annotations

import re
from html import escape

from sinfit_site.errors import TutorialError
from sinfit_site.i18n import _
from sinfit_site.model import Page
from sinfit_site.sources import markdown
from sinfit_site.sources.document import Cell

NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?")
WITHIN = 1.0
"""How far from the run's number an answer may be unless the page says so, in per cent."""


def answer(page: Page, argument: str) -> str:
    """`[[answer: LABEL | 2]]`: a field for the first number that is printed after the label.

    Args:
        page: The page.
        argument: The label, and how many per cent an answer may be off.

    Raises:
        TutorialError: Nothing that the exercise prints has the label and a number after it.
    """
    label, _mark, within = (part.strip() for part in argument.partition("|"))
    printed = _printed(page)
    at = printed.find(label)
    found = NUMBER.search(printed, at + len(label)) if at >= 0 else None
    if found is None:
        raise TutorialError(f"no cell of this exercise prints a number after {label!r}")
    number, share = float(found[0]), float(within or WITHIN) / 100
    identity, words = f"sf-answer-{page.number('field')}", escape(_("Your answer"))
    return _form(
        f'data-answer="{number!r}" data-within="{share:g}"',
        f'<label for="{identity}">{words}</label> '
        f'<input id="{identity}" type="text" inputmode="decimal" autocomplete="off" '
        f'aria-describedby="{identity}-said">',
        identity,
    )


def choices(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """`[[choices]]`: lets the reader choose in the list above it.

    Which entries are right, the exercise prints: a line for each, ending in True or False.

    Raises:
        TutorialError: There is no list, or it has more or fewer entries than there are such lines.
    """
    lines = re.findall(r"\b(True|False)$", _printed(page), re.MULTILINE)
    entries = _entries(page)
    if not lines or entries != len(lines):
        raise TutorialError(
            f"the list above has {entries} entries, and the exercise prints {len(lines)} lines "
            "that end in True or False"
        )
    right = [number for number, line in enumerate(lines) if line == "True"]
    one = len(right) == 1
    legend = _("Choose one.") if one else _("Choose all that are right.")
    return _form(
        f'data-right="{",".join(map(str, right))}" data-one="{int(one)}"',
        f"<fieldset><legend>{escape(legend)}</legend></fieldset>",
        f"sf-answer-{page.number('field')}",
    )


def _form(data: str, field: str, identity: str) -> str:
    words = {
        "right": _("Right."),
        "small": _("Not yet: it is larger than that."),
        "large": _("Not yet: it is smaller than that."),
        "other": _("Not yet."),
        "number": _("Write a number, such as 0.25 or 3e-6."),
        "none": _("Choose first."),
        "hint": _("There is a hint below."),
    }
    check = escape(_("Check"))
    said = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    return (
        f'<form class="sf-answer" hidden {data}>{field} '
        f'<button class="md-button">{check}</button> '
        f'<output id="{identity}-said" aria-live="polite"{said.replace("data-", "data-say-")}>'
        "</output></form>"
    )


def _printed(page: Page) -> str:
    """What the cells of the exercise print in which this directive stands."""
    texts = []
    for cell in _below(page):
        if cell.kind == "code" and cell.tags & {"solution", "build-only"}:
            for output in cell.outputs:
                texts.append(str(output.get("text") or output.get("data", {}).get("text/plain")))
        elif any(piece.kind.startswith("heading") for piece in cell.pieces):
            break
    return "\n".join(texts)


def _below(page: Page) -> list[Cell]:
    """The cells after the one with this directive."""
    at, _entry = _place(page)
    return list(page.document.cells[at + 1 :])


def _entries(page: Page) -> int:
    """How many entries the list right above this directive has."""
    at, entry = _place(page)
    count = 0
    for piece in reversed(page.document.cells[at].pieces[:entry]):
        if markdown.ITEM.match(piece.before + piece.text):  # one of code alone is no unit
            count += 1
        elif piece.text.strip() or count:
            break
    return count


def _place(page: Page) -> tuple[int, int]:
    """The cell of this directive, and which of its pieces it is: they are rendered in order."""
    found = [
        (at, entry)
        for at, cell in enumerate(page.document.cells)
        for entry, piece in enumerate(cell.pieces)
        if piece.kind == "directive" and piece.info in ("answer", "choices")
    ]
    return found[page.counts.get("field", 0)]
