"""`[[published]]`: the published tables of a stage beside our replay, each folded."""

from __future__ import annotations

from html import escape

from sinfit.i18n import _, speaking
from sinfit.replay.report import relative
from sinfit.tutorials import published
from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:
    """One folded table for each; the summary says the verdict."""
    stage = place.stage(arguments)
    assert stage.spec is not None  # noqa: S101 (a stage has one)
    found = published.of_stage(stage.spec.name, place.site.cache)
    if not found:
        return place.word("no published")
    return "\n\n".join(_folded(place, table) for table in found)


def _folded(place: Place, table: published.Table) -> str:
    deviation = f"{place.word('largest deviation')} {table.deviation:.1e}"
    verdict = place.joined([place.word(f"verdict: {table.verdict}"), deviation], "clause")
    rows = "".join(_row(line) for line in table.lines)
    head = "".join(
        f'<th scope="col">{escape(place.word(key))}</th>'
        for key in ("step", "printed", "ours", "deviation")
    )
    with speaking(place.language):
        source = _source(_(table.source))
    label = escape(place.word("source of the table"))
    words = table.explanation.get(place.language, "")
    explanation = f"<p>{escape(words)}</p>" if words else ""
    return (
        f'<details class="sf-published sf-{table.verdict}">'
        f"<summary><code>{escape(table.id)}</code> {escape(verdict)}</summary>{explanation}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="sf-source">{place.joined([label, source], "colon")}</p>'
        "</details>"
    )


def _row(line: tuple[int, float, float]) -> str:
    step, printed, ours = line
    deviation = f"{abs(relative(ours, printed)):.0e}"
    return f"<tr><td>{step}</td><td>{printed:.9g}</td><td>{ours:.9g}</td><td>{deviation}</td></tr>"


def _source(source: str) -> str:
    text = escape(source)
    return f'<a href="{text}">{text}</a>' if source.startswith("https://") else text
