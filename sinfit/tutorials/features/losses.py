"""`[[losses]]`: the losses and the result as the tutorial prints them."""

from __future__ import annotations

from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:
    """A block of text with the lines of the run."""
    lines = place.recording(place.stage(arguments))["printed"]
    return "\n".join(["``` { .text .sf-output }", *lines, "```"])
