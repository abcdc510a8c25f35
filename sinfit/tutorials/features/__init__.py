"""What a directive such as `[[player]]` becomes on a page; one file a feature."""

from __future__ import annotations

from importlib import import_module

from sinfit.tutorials.place import Place
from sinfit.tutorials.source import TutorialError

FEATURES = {
    "checks": "checks",
    "commands": "commands",
    "curves": "curves",
    "diff": "diff",
    "glossary": "terms",
    "hooks": "hooks",
    "losses": "losses",
    "losses-plot": "losses_plot",
    "player": "player",
    "provenance": "provenance",
    "published": "published",
    "published-all": "published_all",
    "stages": "stages",
    "status": "status",
}
"""The directives, and the modules in this folder that render them."""


def render(place: Place, name: str, arguments: str) -> str:
    """The Markdown or HTML of a directive.

    Raises:
        TutorialError: There is no such directive, or its arguments are wrong.
    """
    if name not in FEATURES:
        raise TutorialError(
            f"{place.document.name}: there is no directive [[{name}]]; "
            f"there are: {', '.join(FEATURES)}"
        )
    module = import_module(f"sinfit.tutorials.features.{FEATURES[name]}")
    return str(module.render(place, arguments.strip()))
