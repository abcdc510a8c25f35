"""What a directive such as `[[player]]` becomes on a page; plugins bring them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sinfit.errors import AmbiguousNameError, SinfitError, UnknownNameError, nearest, one_line
from sinfit.registry.offers import Offers
from sinfit.registry.plugins import offers

from sinfit_site.errors import TutorialError, shown_path
from sinfit_site.model import Page


def render(page: Page, name: str, argument: str) -> str:
    """The Markdown of a directive, whichever plugin renders it.

    Raises:
        TutorialError: There is no such directive, two plugins offer it, or it fails; the message
            names the directive with its file and line, and the plugin.
    """
    own = _own()  # nobody takes their names
    found = own if name in own else offers("sinfit_directives")
    where = f"{_where(page, name, argument)}: [[{name}]]"
    try:
        offer = found[name]
    except AmbiguousNameError as error:
        raise TutorialError(f"{where}: {error}") from error
    except UnknownNameError as error:
        known = [*own, *found]
        meant = f" Did you mean [[{near}]]?" if (near := nearest(name, known)) else ""
        there = f"there is no directive [[{name}]].{meant} There are: {', '.join(known)}"
        raise TutorialError(f"{where}: {there}") from error
    try:
        text = offer.load("render")(page, argument.strip())
    except SinfitError as error:  # such as a name that it does not know
        whose = "" if name in own else f" of {offer.distribution}"
        raise TutorialError(f"{where}{whose}: {error}") from error
    except OSError:  # the disk's fault
        raise
    except (Exception, SystemExit) as error:  # whatever a plugin raises
        whose = f"of {offer.distribution}"
        raise TutorialError(f"{where} {whose} fails: {one_line(error)}") from error
    if not isinstance(text, str):
        raise TutorialError(f"{where} of {offer.distribution} gives no text: {text!r:.80}")
    return text


@cache
def _own() -> Offers[Any]:
    """The site's own directives, which no allow-list of plugins keeps out."""
    return offers("sinfit_directives", only="sinfit-site")


def _where(page: Page, name: str, argument: str) -> str:
    """The file and the line of a directive, or of the first that is the same."""
    path = page.document.path
    line = re.compile(rf"\[\[{re.escape(name)}(?:: *)?{re.escape(argument)} *\]\]")
    lines = path.read_text(encoding="utf-8").splitlines()
    found = next((number for number, text in enumerate(lines, 1) if line.search(text)), 0)
    return f"{shown_path(path)}:{found}" if found else shown_path(path)
