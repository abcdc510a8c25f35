"""`[[published-all]]`: every published table with its source, verdict and largest deviation."""

from __future__ import annotations

from sinfit.tutorials import published
from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:  # noqa: ARG001 (a feature's signature)
    """A table; each stage is linked to its page where it has one."""
    keys = ("published table", "stage", "verdict", "largest deviation")
    rows = [[place.word(key) for key in keys], ["---", "---", "---", "--:"]]
    linked = {stage.spec.name for stage in place.site.stages if stage.spec}
    for table in published.tables(place.site.cache):
        stage = (
            f"[{table.stage}](/stages/{table.stage}/#published)"
            if table.stage in linked
            else table.stage
        )
        deviation = f"{table.deviation:.1e}"
        rows.append([f"`{table.id}`", stage, place.word(f"verdict: {table.verdict}"), deviation])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
