"""Catalogs: PO files read, compared with a document's units, and written as gettext's tools do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sinfit_site.errors import TutorialError, shown_path
from sinfit_site.sources.document import Unit
from sinfit_site.translating.po_reader import parse
from sinfit_site.translating.po_rules import faults
from sinfit_site.translating.po_syntax import Message, PoFile, escape

State = Literal["translated", "outdated", "missing", "wrong"]

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


@dataclass(frozen=True)
class Entry:
    """A unit's translation.

    Attributes:
        text: The translation; of an outdated unit, that of the earlier English; may be empty.
        state: `translated`; `outdated`, as the English has changed since; `missing`; or `wrong`, if
            a gate keeps it from the page.
        line: Where it begins in its file; 0 if it is in none.
    """

    text: str
    state: State
    line: int = 0


def read(path: Path, language: str) -> PoFile:
    """Read a catalog; an absent file is an empty one.

    Raises:
        TutorialError: The file is damaged, or one of another language: all that is wrong with it,
            a line each.
    """
    data = _checked(path, language)
    return parse(data) if data else new(language)


def is_readable(path: Path, language: str) -> bool:
    """Whether a catalog can be read; an absent one can."""
    return not path.is_file() or not faults(path.read_bytes(), language)


def _checked(path: Path, language: str) -> bytes:
    """The bytes of a catalog that is whole; of an absent one, none."""
    if not path.is_file():
        return b""
    data = path.read_bytes()
    if wrong := faults(data, language):
        where = shown_path(path)
        raise TutorialError("\n".join(f"{where}:{each.line}: {each.text}" for each in wrong))
    return data


def new(language: str) -> PoFile:
    """A catalog with a header alone; of no language, a template."""
    return parse(HEADER.format(language=language).encode())


def merge(file: PoFile, template: PoFile) -> PoFile:
    """The catalog brought up to a template: new texts empty, changed fuzzy, gone ones obsolete.

    A changed text takes over the translation of the one it came from, which stays as `#| msgid`.
    What did not change keeps its lines and its place.

    Args:
        file: The catalog; it is changed.
        template: The texts to translate, in their order, with what is to be said of each.
    """
    wanted = {message.key for message in template.texts}
    known = {message.key: message for message in file.messages}
    gone = {
        message.key[1]: message
        for message in file.texts
        if message.key not in wanted and any(message.translations.values())
    }
    at = file.messages.index(file.header) + 1 if file.header else 0
    for source in template.texts:
        message = known.get(source.key)
        if message is None and (near := get_close_matches(source.key[1], gone, 1)):
            message = gone.pop(near[0])
            _change(message, source)
        elif message is None:
            message = replace(source, comments=[], body=[*source.body], blank=[""])
            file.messages.insert(at, message)
        elif message.obsolete:
            file.messages.remove(message)
            file.messages.insert(at, message)
            _revive(message)
        if not message.fuzzy:
            message.previous = []  # it speaks of an earlier translation
        _describe(message, source)
        at = file.messages.index(message) + 1
    _retire(file, wanted)
    return file


def update(path: Path, language: str, units: Iterable[Unit]) -> bool:
    """Bring one PO file up to units; return whether it changed.

    Raises:
        TutorialError: The file is damaged; written again, it would hide what it has lost.
    """
    return write(path, merge(read(path, language), template(units)))


def template(units: Iterable[Unit], places: Mapping[str, str] | None = None) -> PoFile:
    """A template for units: what each is stands in `#.`, and where it comes from in `#:`."""
    file = new("")
    for unit in {unit.text: unit for unit in units}.values():
        place = (places or {}).get(unit.text)
        message = Message(
            comments=[f"#. {unit.kind}", *([f"#: {place}"] if place else [])],
            body=[f'msgid "{escape(unit.text)}"', 'msgstr ""'],
            blank=[""],
            strings={"msgid": unit.text, "msgstr": ""},
        )
        file.messages.append(message)
    return file


def entries(path: Path, language: str, units: Iterable[Unit]) -> dict[str, Entry]:
    """Each unit's translation and its state.

    Raises:
        TutorialError: The file is damaged.
    """
    return dict(_entries(_checked(path, language), language, tuple(units)))


@lru_cache(maxsize=256)  # of 70 catalogs, an edit under `mkdocs serve` changes one
def _entries(data: bytes, language: str, units: tuple[Unit, ...]) -> Mapping[str, Entry]:
    merged = merge(parse(data) if data else new(language), template(units))
    found = {message.key: message for message in merged.texts}
    return {unit.text: _entry(found[None, unit.text]) for unit in units}


def write(path: Path, file: PoFile) -> bool:
    """Write a PO file, unless it is so already; return whether it changed."""
    data = file.dump()
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def translate(message: Message, text: str) -> None:
    """Give a message a translation, written on one line."""
    message.body[_first_translation(message) :] = [f'msgstr "{escape(text)}"']
    message.strings["msgstr"] = text


def _entry(message: Message) -> Entry:
    text = message.strings.get("msgstr", "")
    if not text:
        return Entry("", "missing", message.line)
    return Entry(text, "outdated" if message.fuzzy else "translated", message.line)


def _change(message: Message, source: Message) -> None:
    """Give a translation its new English, and mark it; the oldest English stays beside it."""
    if message.fuzzy and message.before.get("msgid") == source.strings["msgid"]:
        set_flags(message, [flag for flag in message.flags if flag != "fuzzy"])  # as it was
    elif not message.fuzzy:
        message.previous = [f'#| msgid "{escape(message.strings["msgid"])}"']
        set_flags(message, ["fuzzy", *message.flags])
    old, new = _first_translation(message), _first_translation(source)
    message.body[:old] = source.body[:new]
    message.strings = {"msgid": source.strings["msgid"], **message.translations}


def _first_translation(message: Message) -> int:
    return next(n for n, line in enumerate(message.body) if "msgstr" in line.split('"')[0])


def set_flags(message: Message, flags: list[str]) -> None:
    """Write the flags in one line, where they stand already or else last."""
    at = _marked(message, "#,")
    _replace(message, at, [f"#, {', '.join(flags)}"] if flags else [], len(message.comments))


def _describe(message: Message, source: Message) -> None:
    """Say what a text is, where it comes from and which format it has, unless the file says so."""
    for mark in ("#.", "#:"):
        at, wanted = _marked(message, mark), [source.comments[n] for n in _marked(source, mark)]
        if (wanted or mark == "#.") and _words(wanted) != _words(message.comments[n] for n in at):
            behind = [n for n, line in enumerate(message.comments) if _rank(line) > _rank(mark)]
            _replace(message, at, wanted, min(behind, default=len(message.comments)))
    formats = [flag for flag in source.flags if flag.endswith("-format")]
    if set(formats) != {flag for flag in message.flags if flag.endswith("-format")}:
        others = [flag for flag in message.flags if not flag.endswith("-format")]
        set_flags(message, [*others, *formats])


def _marked(message: Message, mark: str) -> list[int]:
    return [n for n, line in enumerate(message.comments) if line.lstrip().startswith(mark)]


def _words(lines: Iterable[str]) -> list[str]:
    return [word for line in lines for word in line.strip()[2:].split()]


def _rank(comment: str) -> int:
    """The order in which gettext's tools write comments: the translator's, `#.`, `#:`, `#,`."""
    return ".:,".find(comment.lstrip()[1:2] or " ") + 1


def _replace(message: Message, at: list[int], lines: list[str], otherwise: int) -> None:
    """Put lines in the place of others among the comments, or else at an index."""
    first = at[0] if at else otherwise
    kept = [line for n, line in enumerate(message.comments) if n not in at]
    message.comments = [*kept[:first], *lines, *kept[first:]]


def _retire(file: PoFile, wanted: set[tuple[str | None, str]]) -> None:
    """Put the translations of texts that are gone to the end, as obsolete; drop empty ones."""
    obsolete = [message for message in file.messages if message.obsolete]
    for message in file.texts:
        if message.key in wanted:
            continue
        file.messages.remove(message)
        if any(message.translations.values()):
            message.comments = [line for line in message.comments if _rank(line) not in (1, 2)]
            message.previous = [line.replace("#|", "#~|", 1) for line in message.previous]
            message.body = [f"#~ {line}" for line in message.body if line.strip()]
            message.obsolete = True
            obsolete.append(message)
    file.messages = [each for each in file.messages if not each.obsolete] + obsolete
    for message in file.messages[1:]:
        message.blank = message.blank or [""]


def _revive(message: Message) -> None:
    """Make an obsolete message one of the file's again."""
    message.previous = [line.replace("#~|", "#|", 1) for line in message.previous]
    message.body = [line.replace("#~", "", 1).lstrip() for line in message.body]
    message.obsolete = False
