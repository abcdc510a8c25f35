"""The site's own words in the language that is spoken, from this package's catalogs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from html import escape

from sinfit.i18n import LANGUAGES, N_, Language, current_language, gettext_of

from sinfit_site.packages import SITE

SECTIONS = (
    N_("Attributes"),
    N_("Examples"),
    N_("Parameters"),
    N_("Raises"),
    N_("Returns"),
    N_("Warns"),
)
"""The sections of docstrings, as mkdocstrings writes them."""

NAVIGATION = (
    N_("Home"),
    N_("Stages"),
    N_("Lab"),
    N_("Use"),
    N_("Extend"),
    N_("About"),
    N_("More plugins"),
    N_("Questions"),
)
"""The sections of the navigation, as docs/config/site.yml writes them."""


def languages() -> dict[str, Language]:
    """The site's languages by code, English first: the host's own, and what plugins bring.

    One that two plugins bring is left out: it would be in neither's words. So are those that
    SINFIT_LANGUAGES does not list, if it is set: a translator's own are built sooner.
    """
    from sinfit.registry.plugins import registry

    registry()
    asked = {*os.environ.get("SINFIT_LANGUAGES", "").replace(",", " ").split()}
    wanted = {"en", *(asked or LANGUAGES)}
    return {code: LANGUAGES[code] for code in LANGUAGES if code == LANGUAGES[code].code in wanted}


def translated() -> list[str]:
    """The codes of the languages that pages are translated into."""
    return [code for code in languages() if code != "en"]


def html_code(language: Language) -> str:
    """A language's code on web pages."""
    return language.html or language.code


def own_name(code: str) -> str:
    """What a language calls itself, as HTML."""
    language = languages()[code]
    return f'<span lang="{html_code(language)}">{escape(language.name)}</span>'


def _(message: str) -> str:
    """Translate a message of the site."""
    return gettext_of(SITE, message)


def tagline() -> str:
    """What the site is, in a line."""
    return _("Eight ways to fit a sine: from NumPy by hand to PyTorch")


def listed(parts: Iterable[str]) -> str:
    """Words with the language's comma between them.

    Examples:
        >>> listed(["numpy", "tensor"])
        'numpy, tensor'
    """
    return LANGUAGES[current_language()].comma.join(parts)
