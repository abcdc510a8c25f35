"""Catalogs: PO files read, compared with a document's units, and written."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from sinfit.tutorials.source import TutorialError
from sinfit.tutorials.units import Unit

State = Literal["translated", "outdated", "missing"]

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


@dataclass(frozen=True)
class Entry:
    """A unit's translation.

    Attributes:
        text: The translation; of an outdated unit, that of the earlier English; may be empty.
        state: `translated`; `outdated`, as the English has changed since; or `missing`.
    """

    text: str
    state: State


def read(path: Path, language: str) -> Catalog:
    """Read a catalog; an absent file is an empty one.

    Raises:
        TutorialError: The file is no PO file.
    """
    if not path.is_file():
        return Catalog(locale=language)
    try:
        return read_po(io.BytesIO(path.read_bytes()), locale=language, abort_invalid=True)
    except Exception as error:  # Babel raises several kinds
        raise TutorialError(f"{path}: not a PO file: {error}") from error


def merge(catalog: Catalog, units: Iterable[Unit]) -> Catalog:
    """The catalog brought up to the units: new ones empty, changed ones fuzzy, gone ones dropped.

    A changed unit takes over the translation of the unit it came from, marked fuzzy.
    """
    template = Catalog(fuzzy=False)
    for unit in units:
        template.add(unit.text, auto_comments=[unit.kind])
    catalog.update(template, update_creation_date=False)
    catalog.obsolete.clear()
    for message in catalog:
        message.flags.discard("python-format")  # a per cent sign in prose is no format
        message.flags.discard("python-brace-format")
        _remember_previous(message)
    return catalog


def _remember_previous(message: Message) -> None:
    """Keep the earlier English beside a fuzzy unit; Babel forgets `#|` lines when it reads."""
    kept = [comment for comment in message.user_comments if not comment.startswith("was: ")]
    was = [comment for comment in message.user_comments if comment.startswith("was: ")]
    if message.fuzzy and message.previous_id:
        was = [f"was: {message.previous_id[0]}"]
    message.user_comments = [*kept, *(was if message.fuzzy else [])]
    message.previous_id = []


def entries(path: Path, language: str, units: list[Unit]) -> dict[str, Entry]:
    """Each unit's translation and its state."""
    catalog = merge(read(path, language), units)
    return {unit.text: _entry(catalog.get(unit.text)) for unit in units}


def dump(catalog: Catalog, language: str) -> str:
    """The text of a PO file that changes only where a unit does: no dates, no line numbers."""
    body = io.BytesIO()
    write_po(body, catalog, width=0, omit_header=True, ignore_obsolete=True)
    return HEADER.format(language=language) + body.getvalue().decode("utf-8").strip("\n") + "\n"


def update(path: Path, language: str, units: list[Unit]) -> bool:
    """Bring a PO file up to the units; return whether it changed."""
    text = dump(merge(read(path, language), units), language)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def _entry(message: Message | None) -> Entry:
    if message is None or not message.string:
        return Entry("", "missing")
    return Entry(str(message.string), "outdated" if message.fuzzy else "translated")
