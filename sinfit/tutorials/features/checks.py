"""`[[checks]]`: what `sinfit check` tries on a fitter, in the reader's language."""

from __future__ import annotations

from sinfit.i18n import _, speaking
from sinfit.testing.running import CHECKS
from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:  # noqa: ARG001 (a feature's signature)
    """A table of the checks and of what must hold."""
    with speaking(place.language):
        lines = [f"| {_('check')} | {_('what must hold')} |", "|---|---|"]
        lines += [f"| `{check.name}` | {_(check.says)} |" for check in CHECKS]
    return "\n".join(lines)
