"""`[[checks]]`: what `sinfit check` tries on a fitter, in the reader's language."""

from __future__ import annotations

from sinfit_author.conformance.running import all_checks

from sinfit_site.directives.tables import table
from sinfit_site.i18n import _
from sinfit_site.model import Page


def render(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """A table of the checks, those of plugins included, and of what must hold."""
    rows = [[f"`{check.name}`", check.holds] for check in all_checks()]
    return table([_("check"), _("what must hold")], ["---", "---"], rows)
