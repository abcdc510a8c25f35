"""`[[provenance]]`: the seed, the seconds and the versions behind a page's numbers."""

from __future__ import annotations

from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:
    """One sentence in the reader's language."""
    recording = place.recording(place.stage(arguments))
    versions = place.joined(f"{name} {number}" for name, number in recording["versions"].items())
    sentence = place.word(
        "provenance",
        seed=recording["seed"],
        seconds=f"{recording['elapsed']:.2g}",
        versions=versions,
    )
    return f'<div class="sf-provenance">{sentence}</div>'
