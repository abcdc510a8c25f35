"""`[[stages]]`: all stages with what is new, their final loss and its gap to the best."""

from __future__ import annotations

from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:  # noqa: ARG001 (a feature's signature)
    """A table in the stages' order, the numbers from their recorded runs."""
    keys = ("stage", "summary", "steps", "final loss", "gap")
    rows = [[place.word(key) for key in keys], ["---", "---", "--:", "--:", "--:"]]
    for stage in place.site.stages:
        assert stage.spec is not None  # noqa: S101 (a stage has one)
        entries = place.site.catalogs.get((stage.package, place.language), {})
        entry = entries.get(stage.spec.summary)
        translated = entry is not None and entry.state == "translated"
        summary = entry.text if entry and translated else stage.spec.summary
        recording = place.recording(stage)
        gap = recording["gap"]
        rows.append(
            [
                f"[{place.stage_title(stage)}](/stages/{stage.spec.name}/)",
                summary,
                str(recording["steps"]),
                _four(recording["sse"]),
                "–" if gap is None else _four(gap),
            ]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _four(value: float) -> str:
    """Four decimals, with the minus of the charts; rounding errors do not look like differences."""
    return f"{value:z.4f}".replace("-", "−")
