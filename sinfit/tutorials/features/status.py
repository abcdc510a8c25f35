"""`[[status]]`: how much of each page is translated, per language."""

from __future__ import annotations

from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:  # noqa: ARG001 (a feature's signature)
    """A table of percentages; outdated units are counted beside them."""
    rows = [
        [place.word("page"), place.word("Korean"), place.word("Chinese")],
        ["---", "--:", "--:"],
    ]
    for document in place.site.documents:
        cells = []
        for language in ("ko", "zh"):
            progress = place.site.progress[document.name, language]
            outdated = place.joined([place.word("outdated"), str(progress.outdated)], "colon")
            cells.append(
                place.word("percent", percent=progress.percent)
                + (f" ({outdated})" if progress.outdated else "")
            )
        rows.append([f"`{document.name}`", *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
