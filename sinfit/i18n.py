"""The language of titles and messages, and how they are put together.

English, Korean and Chinese come with sinfit, others with plugins. Catalogs are PO files beside the
code, read with Babel when a language other than English is asked for; a plugin's catalog is
`locale/<language>.po` in its package. What is missing stays English.
"""

from __future__ import annotations

import gettext
import io
import locale
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from sinfit.errors import UnknownNameError, cut, nearest

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language of messages, titles and pages; `sinfit.LanguageSpec` says what the fields mean."""

    code: str
    name: str
    html: str = ""
    space: str = " "
    comma: str = ", "
    rules: str = ""
    catalogs: str = ""


LANGUAGES = {
    language.code: language
    for language in (
        Language(code="en", name="English"),
        Language(code="ko", name="한국어", rules="korean"),
        Language(code="zh", name="简体中文", html="zh-Hans", space="", comma="、", rules="chinese"),
    )
}
"""The languages by code; what plugins bring joins them when the plugins are loaded."""

BUILT_IN = tuple(LANGUAGES)

PO_LINE = re.compile(
    r'\s*(?:#.*|(?:msg(?:ctxt|id|id_plural|str(?:\[\d+\])?)\s*)?"(?:[^"\\]|\\.)*"\s*)?'
)

_language: ContextVar[str | None] = ContextVar("sinfit_language", default=None)


def current_language() -> str:
    """The language set with `use_language`, else the one of the locale, else English."""
    wanted = (name for name in wanted_by_the_locale() if name in LANGUAGES)
    return _language.get() or next(wanted, "en")


def use_language(language: str | None) -> None:
    """Choose the language of messages in this context; None follows the locale.

    Raises:
        UnknownNameError: There is no such language; the nearest is offered.
        AmbiguousNameError: Two plugins bring it; `distribution/code` tells them apart.
    """
    if language is not None and language not in LANGUAGES:  # perhaps a plugin brings it
        brought = import_module("sinfit.registry.plugins").offers("sinfit_languages")
        if language not in LANGUAGES:
            if language in brought:
                brought[language]  # it says which two
            raise unknown(_("language"), language, LANGUAGES)
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


def wanted_by_the_locale() -> list[str]:
    """The languages that the environment asks for, in the order of gettext."""
    several = os.environ.get("LANGUAGE", "").split(":")
    one = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return [_language_part(name) for name in (*several, one) if name]


@lru_cache  # each message asks
def _language_part(name: str) -> str:
    return locale.normalize(name).partition("_")[0].partition(".")[0].lower()


def gettext_of(package: str, message: str) -> str:
    """Translate a message with the catalog of a package, such as a plugin's.

    Args:
        package: The package's name; that of a module in it does as well.
        message: The message.
    """
    language = LANGUAGES[current_language()]
    if language.code == "en" or not message:
        return message
    translated = _catalog(package, f"locale/{language.code}.po", language.code)[0].gettext(message)
    if translated == message and language.catalogs:
        file = f"locale/{package.partition('.')[0]}.po"
        translated = _catalog(language.catalogs, file, language.code)[0].gettext(message)
    return translated


def sentences(*parts: str) -> str:
    """Join sentences as the language does: with a space, in Chinese without one."""
    return LANGUAGES[current_language()].space.join(filter(None, parts))


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A sentence that offers the name that was most likely meant; empty if none is near."""
    near = nearest(given, known)
    return _("Did you mean {name!r}?").format(name=near) if near else ""


def unknown(kind: str, given: object, known: Iterable[str], hint: str = "") -> UnknownNameError:
    """An error that says what was given, what is near, and what there is.

    Args:
        kind: What has no such name, such as `fitter`, in the current language.
        given: The name.
        known: The names that there are.
        hint: A sentence for the end.
    """
    known, name = sorted(known), str(given)
    message = sentences(
        _("unknown {kind} {given!r}.").format(kind=kind, given=cut(name)),
        did_you_mean(name, known),
        _("There are: {names}.").format(names=", ".join(known) or "-"),
        hint,
    )
    return UnknownNameError(message, name, nearest(name, known))


def _(message: str) -> str:
    """Translate a message of the host itself."""
    return gettext_of("sinfit", message)


def N_(message: str) -> str:  # noqa: N802 (gettext's name for it)
    """Mark a message for the catalogs where it is defined; `_` translates it where it is shown."""
    return message


def read_catalog(data: bytes, language: str) -> Catalog:
    """Read a PO file, as strictly as gettext's tools do; Babel alone reads past what it misses.

    Raises:
        ValueError: It is damaged, not UTF-8, or of another language; said in English, as it may
            be a catalog of our messages that cannot be read.
    """
    from babel.messages.pofile import read_po

    if data.startswith(b"\xef\xbb\xbf"):
        raise ValueError("it begins with a byte order mark; save it as UTF-8 without one")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {number} is not UTF-8") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not PO_LINE.fullmatch(line):
            raise ValueError(f"line {number} is no line of a PO file")
    try:
        catalog = read_po(
            io.BytesIO(data), locale=language, ignore_obsolete=True, abort_invalid=True
        )
    except Exception as error:  # Babel raises several kinds
        raise ValueError(" ".join(str(error).split())) from error
    if catalog.charset.lower() not in ("utf-8", "utf8"):
        raise ValueError(f"it declares charset={catalog.charset}, and must be UTF-8")
    if (given := re.split("[_-]", catalog.locale_identifier or language)[0]) != language:
        raise ValueError(f"it declares Language: {given}, and must be {language}")
    return catalog


def broken_catalogs(package: str) -> Iterator[str]:
    """Say which catalogs of a package cannot be read, and why; its texts stay English there."""
    for code, brought in {each.code: each.catalogs for each in LANGUAGES.values()}.items():
        own, found = {f"locale/{code}.po"}, find_spec(package) if brought == package else None
        for home in map(Path, (found and found.submodule_search_locations) or ()):  # for others too
            own |= {path.relative_to(home).as_posix() for path in home.glob("locale/**/*.po")}
        for file in sorted(own):
            if why := _catalog(package, file, code)[1]:
                yield _("its catalog {file} cannot be read: {why}").format(file=file, why=why)


def forget_catalogs() -> None:
    """Read the catalogs again when they are next needed: they may have been edited."""
    _catalog.cache_clear()


@lru_cache(maxsize=1024)
def _catalog(package: str, file: str, language: str) -> tuple[gettext.NullTranslations, str]:
    """A catalog of a package, and what is wrong with it; then it is as good as none."""
    from importlib.resources import files  # it takes long to import, and English needs none

    none, why = gettext.NullTranslations(), ""
    try:
        found = find_spec(package)
        if found and found.submodule_search_locations is None:
            package = found.parent or ""  # it is a module
        po = files(package) / file if package and found else None
        if po and po.is_file():
            catalog = read_catalog(po.read_bytes(), language)
            for message in [each for each in catalog if not _can_be_formatted(each)]:
                catalog.delete(message.id)  # English, rather than an error in its place
                said = " ".join(str(message.string).split())
                why = f"line {message.lineno}: {said!r} has other braces than the English"
            return _compiled(catalog), why
    except (ModuleNotFoundError, TypeError):
        pass  # no package: it has no catalogs
    except Exception as error:  # whatever a plugin's file does, it stays its own matter
        why = " ".join(str(error).split()) or type(error).__name__
    return none, why


def _can_be_formatted(message: Message) -> bool:
    """Whether a translation asks `format` for nothing that the English has not."""
    if not isinstance(message.id, str) or "python-brace-format" not in message.flags:
        return True
    try:
        asked, known = (
            {tuple(field) for _text, *field in Formatter().parse(text)}
            for text in (str(message.string), message.id)
        )
    except ValueError:  # a brace without its other
        return False
    return asked <= known | {(None, None, None)}


def _compiled(catalog: Catalog) -> gettext.GNUTranslations:
    from babel.messages.mofile import write_mo

    compiled = io.BytesIO()
    write_mo(compiled, catalog, use_fuzzy=False)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
