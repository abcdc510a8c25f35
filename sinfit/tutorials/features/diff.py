"""`[[diff]]`: how a stage's program differs from the one before, line by line."""

from __future__ import annotations

import difflib
from functools import lru_cache
from html import escape

from sinfit.tutorials import comments
from sinfit.tutorials.compose import previous_stage, program
from sinfit.tutorials.place import Place
from sinfit.tutorials.source import Document

CONTEXT = 2  # unchanged lines shown beside a change


def render(place: Place, arguments: str) -> str:
    """The difference; comments are in the reader's language."""
    stage = place.stage("")
    before = place.site.stage(arguments) if arguments else previous_stage(stage, place.site.stages)
    if before is None:
        return place.word("first stage")
    old, new = program(before).split("\n"), program(stage).split("\n")
    old_html, new_html = _lines(place, before), _lines(place, stage)
    rows: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            rows += _unchanged(place, new_html[j1:j2], first=j1 == 0, last=j2 == len(new))
            continue
        rows += [_row("−", "sf-del", line, place.word("removed")) for line in old_html[i1:i2]]
        rows += [_row("+", "sf-ins", line, place.word("added")) for line in new_html[j1:j2]]
    names = {"before": _name(before), "after": _name(stage)}
    caption = place.word("diff caption", **names)
    return (
        f'<div class="sf-diff highlight"><div class="sf-caption">{escape(caption)}</div>'
        f'<pre tabindex="0" aria-label="{escape(caption)}"><code>{"".join(rows)}</code></pre></div>'
    )


def _name(stage: Document) -> str:
    return stage.spec.name if stage.spec else stage.name


def _row(sign: str, style: str, line: str, meaning: str) -> str:
    element = "ins" if sign == "+" else "del"
    mark = f'<span class="sf-sign" title="{escape(meaning)}">{sign}</span>'
    return f'<{element} class="sf-row {style}">{mark}{line}</{element}>\n'


def _unchanged(place: Place, lines: list[str], *, first: bool, last: bool) -> list[str]:
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(lines) <= head + tail + 1:
        return [_plain(line) for line in lines]
    hidden = len(lines) - head - tail
    gap = f'<span class="sf-row sf-gap">⋯ {escape(place.word("unchanged", count=hidden))}</span>\n'
    ending = lines[len(lines) - tail :] if tail else []
    return [*map(_plain, lines[:head]), gap, *map(_plain, ending)]


def _plain(line: str) -> str:
    return f'<span class="sf-row"><span class="sf-sign"> </span>{line}</span>\n'


def _lines(place: Place, stage: Document) -> list[str]:
    entries = place.site.catalogs.get((stage.package, place.language), {})

    def translate(text: str) -> str:
        entry = entries.get(text)
        return entry.text if entry and entry.state == "translated" else text

    return _highlighted(comments.translate_comments(program(stage), translate, stage.name))


@lru_cache(maxsize=64)
def _highlighted(code: str) -> list[str]:
    from pygments import highlight  # type: ignore[import-untyped]  # no stubs
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # no stubs
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # no stubs

    html = highlight(code, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return html.rstrip("\n").split("\n")  # type: ignore[no-any-return]  # pygments is untyped
