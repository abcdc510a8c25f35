"""`[[diff]]`: how a stage's program differs from the one before, line by line."""

from __future__ import annotations

import difflib
from functools import lru_cache, partial
from html import escape

from sinfit.i18n import gettext_of

from sinfit_site.i18n import _
from sinfit_site.model import Page
from sinfit_site.sources import comments
from sinfit_site.sources.compose import previous_stage, program
from sinfit_site.sources.document import Document

CONTEXT = 2  # unchanged lines shown beside a change


def render(page: Page, argument: str) -> str:
    """The difference; comments are in the reader's language."""
    stage = page.stage("")
    before = page.site.stage(argument) if argument else previous_stage(stage, page.site.stages)
    if before is None:
        return _("The first stage: there is nothing before it to compare with.")
    old, new = program(before).split("\n"), program(stage).split("\n")
    old_html, new_html = _lines(before), _lines(stage)
    rows: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            rows += _unchanged(new_html[j1:j2], first=j1 == 0, last=j2 == len(new))
            continue
        rows += [_row("−", "sf-del", line, _("gone")) for line in old_html[i1:i2]]
        rows += [_row("+", "sf-ins", line, _("new")) for line in new_html[j1:j2]]
    caption = _("From {before} to {after}").format(before=_name(before), after=_name(stage))
    return (
        f'<div class="sf-diff highlight"><div class="sf-caption">{escape(caption)}</div>'
        f'<pre tabindex="0" role="group" aria-label="{escape(caption)}">'
        f"<code>{''.join(rows)}</code></pre></div>"
    )


def _name(stage: Document) -> str:
    return stage.spec.name if stage.spec else stage.name


def _row(sign: str, style: str, line: str, meaning: str) -> str:
    element = "ins" if sign == "+" else "del"
    mark = f'<span class="sf-sign" title="{escape(meaning)}">{sign}</span>'
    return f'<{element} class="sf-row {style}">{mark}{line}</{element}>\n'


def _unchanged(lines: list[str], *, first: bool, last: bool) -> list[str]:
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(lines) <= head + tail + 1:
        return [_plain(line) for line in lines]
    hidden = len(lines) - head - tail
    said = escape(_("{count} lines unchanged").format(count=hidden))
    gap = f'<span class="sf-row sf-gap">⋯ {said}</span>\n'
    ending = lines[len(lines) - tail :] if tail else []
    return [*map(_plain, lines[:head]), gap, *map(_plain, ending)]


def _plain(line: str) -> str:
    return f'<span class="sf-row"><span class="sf-sign"> </span>{line}</span>\n'


def _lines(stage: Document) -> list[str]:
    translate = partial(gettext_of, stage.package)
    return _highlighted(comments.translate_texts(program(stage), translate, stage.name))


@lru_cache(maxsize=64)
def _highlighted(code: str) -> list[str]:
    from pygments import highlight  # type: ignore[import-untyped]  # no stubs
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # no stubs
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # no stubs

    html = highlight(code, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return html.rstrip("\n").split("\n")  # type: ignore[no-any-return]  # pygments is untyped
