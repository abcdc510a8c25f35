"""`[[lesson: numpy tensor]]`: which stage a page is, how long it takes, what to read before it."""

from __future__ import annotations

from math import ceil

from sinfit_cli.i18n import labelled

from sinfit_site.i18n import _, listed
from sinfit_site.model import Page, title_of
from sinfit_site.sources import markdown
from sinfit_site.sources.compose import LAST_STAGE, is_stage
from sinfit_site.sources.document import Document

WORDS, LINES = 180, 25
"""How many words of explanation, and how many lines of code, a learner reads in a minute."""


def render(page: Page, argument: str) -> str:
    """The line under the introduction; the argument names the stages to know before."""
    document, parts = page.document, []
    if document.spec and is_stage(document):
        place = _("Stage {number} of {count}")
        parts.append(place.format(number=int(document.spec.order), count=LAST_STAGE))
    parts.append(_("{count} min to read").format(count=minutes(document)))
    before = [page.stage(name) for name in argument.split()]
    if before:
        links = listed(f"[{title_of(stage)}](/{stage.name}/)" for stage in before)
        parts.append(labelled(_("Read first"), links))
    return f'<p class="sf-lesson" markdown>{" · ".join(parts)}</p>'


def minutes(document: Document) -> int:
    """How long a page takes to read, without its exercises' solutions; at least one minute."""
    words = lines = 0
    for cell in document.cells:
        if cell.tags & {"solution", "build-only", "hidden", "output-only"}:
            continue
        if cell.kind == "code":
            lines += sum(bool(line.strip()) for line in cell.source.splitlines())
        else:
            words += sum(
                len(markdown.prose(each.text).split()) for each in cell.pieces if each.is_unit
            )
    return max(1, ceil(words / WORDS + lines / LINES))
