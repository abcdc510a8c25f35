"""`[[glossary]]`: the term list with its definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from sinfit_site.directives.tables import table
from sinfit_site.glossary import Term, terms
from sinfit_site.i18n import _, html_code, languages, listed, own_name, translated
from sinfit_site.model import Page


def render(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """A table: the English term, that of each other language, and what it means.

    Each term has an anchor, and stands with what else readers of the page call it: search reads
    the `<dfn>` elements and leads to the anchor.
    """
    rows = []
    for term in sorted(terms(), key=lambda each: each.english.lower()):
        row = [f'<dfn id="{anchor(term)}" lang="en">{term.english}</dfn>{_also(term, "en")}']
        for language in translated():
            forms = " / ".join(_defined(term.forms.get(language, ()), language))
            row.append(forms + (_also(term, language) if language == page.language else ""))
        rows.append([*row, page.translator.marked(term.definition)])
    heads = [*map(own_name, languages()), _("Meaning")]
    return table(heads, ["---"] * len(heads), rows)


def anchor(term: Term) -> str:
    """The id of a term in the glossary."""
    return re.sub(r"\W+", "-", term.english.lower())


def _also(term: Term, language: str) -> str:
    """The other names of a term; those that a translation may not use are read elsewhere."""
    names = (*term.also.get(language, ()), *term.wrong.get(language, ()))
    also = _("also: {names}").format(names=listed(_defined(names, language)))
    return f' <small class="sf-also">{also}</small>' if names else ""


def _defined(names: Iterable[str], language: str) -> list[str]:
    lang = html_code(languages()[language])
    return [f'<dfn lang="{lang}">{escape(name)}</dfn>' for name in names]
