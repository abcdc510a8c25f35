"""The language of titles and messages: English, Korean or Chinese.

Catalogs are PO files beside the code, read with Babel when a language other than English is asked
for; a plugin's catalog is `locale/<language>.po` in its package. What is missing stays English.
"""

from __future__ import annotations

import gettext
import io
import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

LANGUAGES = ("en", "ko", "zh")

_language: ContextVar[str | None] = ContextVar("sinfit_language", default=None)


def current_language() -> str:
    """The language set with `use_language`, else the one of the locale, else English."""
    return _language.get() or _language_of_the_locale()


def use_language(language: str | None) -> None:
    """Choose the language of messages in this context: en, ko or zh; None follows the locale."""
    if language is not None and language not in LANGUAGES:
        from sinfit.errors import UnknownNameError

        raise UnknownNameError("language", language, LANGUAGES)
    _language.set(language)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Use a language for a while, then the one before."""
    before = _language.get()
    use_language(language)
    try:
        yield
    finally:
        _language.set(before)


def _language_of_the_locale() -> str:
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        # LANGUAGE may list several; the first that there is a catalog for counts
        for name in os.environ.get(variable, "").split(":"):
            short = locale.normalize(name).partition("_")[0].partition(".")[0].lower()
            if short in LANGUAGES:
                return short
            if name and variable != "LANGUAGE":
                return "en"
    return "en"


def gettext_of(package: str, message: str) -> str:
    """Translate a message with the catalog of a package, such as a plugin's."""
    language = current_language()
    if language == "en" or not message:
        return message
    return _catalog(package, language).gettext(message)


def sentences(*parts: str) -> str:
    """Join sentences as the language does: with a space, in Chinese without one."""
    return ("" if current_language() == "zh" else " ").join(filter(None, parts))


def labelled(label: str, text: str) -> str:
    """Put a label before a text with the colon of the language."""
    return _("{label}: {text}").format(label=label, text=text)


def _(message: str) -> str:
    """Translate a message of the host itself."""
    return gettext_of("sinfit", message)


def N_(message: str) -> str:  # noqa: N802 (gettext's name for it)
    """Mark a message for the catalogs where it is defined; `_` translates it where it is shown."""
    return message


@lru_cache
def _catalog(package: str, language: str) -> gettext.NullTranslations:
    try:
        po = files(package) / "locale" / f"{language}.po"
    except (ModuleNotFoundError, TypeError):
        return gettext.NullTranslations()
    return _read(po) if po.is_file() else gettext.NullTranslations()


def _read(po: Traversable) -> gettext.NullTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalog = read_po(source, ignore_obsolete=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalog, use_fuzzy=False)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
