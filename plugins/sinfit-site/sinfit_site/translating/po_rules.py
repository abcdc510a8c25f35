"""The rules that a PO file as a whole must keep: those of `msgfmt --check`, and a few of sinfit's.

sinfit's own are marked so; each keeps out what gettext's tools let pass and a page or a message
would suffer from.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from functools import lru_cache
from string import Formatter

from sinfit_site.translating.po_reader import parse
from sinfit_site.translating.po_syntax import Fault, Message, PoFile

PLURALS = re.compile(r"nplurals\s*=\s*([^;]*?)\s*(?:;|$)")
PLURAL = re.compile(r"plural\s*=\s*([^;]*)")
PYTHON_FORMAT = re.compile(  # name, flags, width, precision, length, conversion
    r"%(?:\((?P<name>[^()]*)\))?[-+ #0]*(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?[hlL]?"
    r"(?P<conversion>[%csraiduoxXeEfFgG])|(?P<wrong>%)"
)
KINDS = {  # conversions that take the same values
    **dict.fromkeys("sra", "text"),
    **dict.fromkeys("iduoxX", "whole number"),
    **dict.fromkeys("eEfFgG", "number"),
    "c": "character",
    "*": "whole number",
}
FORMAT_FLAG = re.compile(r"(?:possible-)?(?P<language>\w[\w-]*)-format")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


@lru_cache(maxsize=256)  # a build asks three times, and `mkdocs serve` at each edit
def faults(data: bytes, language: str) -> tuple[Fault, ...]:
    """Everything that is wrong with the bytes of a PO file, in the order of its lines.

    Args:
        data: The file's bytes.
        language: The code of the language that it must be in; empty accepts any.
    """
    file = parse(data)
    return tuple(sorted({*file.faults, *_faults(file, language)}))


def _faults(file: PoFile, language: str) -> Iterator[Fault]:
    yield from _duplicates(file)
    if file.header is None or not file.header.strings.get("msgstr", "x"):
        if not file.faults:  # a damaged file may hide it
            yield Fault(1, "it has no header: an entry with an empty msgid and its fields")
        return
    yield from _header(file, language)
    yield from _plural_forms(file)
    for message in file.texts:
        if not message.fuzzy and all(message.translations.values()):
            yield from _newlines(message)
            yield from _formats(message)
        if not message.fuzzy:  # sinfit's own
            for text in message.translations.values():
                if found := CONTROL.search(text):
                    yield Fault(message.line, f"{found[0]!r} is a control character: remove it")


def _duplicates(file: PoFile) -> Iterator[Fault]:
    first: dict[tuple[str | None, str], int] = {}
    for message in file.messages:
        if message.key in first:
            here = f"the msgid comes twice, first in line {first[message.key]}: keep one of them"
            yield Fault(message.line, here)
        first.setdefault(message.key, message.line)


def _header(file: PoFile, language: str) -> Iterator[Fault]:
    """The header is one text; sinfit's own: where it names a language, it is the file's."""
    assert file.header  # noqa: S101 (the caller has looked)
    if "msgid_plural" in file.header.strings:
        yield Fault(file.header.line, "its header is a plural: give it one msgstr")
    given = file.fields.get("language", "")
    if language and given and re.split("[-_@]", given.lower())[0] != re.split("-", language)[0]:
        says = f"its header says Language: {given}, and must say Language: {language}"
        yield Fault(file.header.line, says)


def _plural_forms(file: PoFile) -> Iterator[Fault]:
    assert file.header  # noqa: S101 (the caller has looked)
    value = file.fields.get("plural-forms", "")
    count, expression = (match and match[1] for match in (PLURALS.search(value), _plural(value)))
    plurals = [
        message
        for message in file.texts
        if "msgid_plural" in message.strings
        and not message.fuzzy
        and message.translations["msgstr[0]"]
    ]
    for name, part in (("nplurals=INTEGER", count), ("plural=EXPRESSION", expression)):
        if plurals and part is None:
            yield Fault(file.header.line, f"it has plurals, and Plural-Forms has no {name}")
    if count is None or expression is None:
        return
    if not count.isdecimal():
        yield Fault(file.header.line, f"Plural-Forms: nplurals={count} is no number")
        return
    wrong = _wrong_plural(int(count), expression)
    if wrong:
        yield Fault(file.header.line, f"Plural-Forms: {wrong}")
        return
    for message in plurals:
        if len(message.translations) != int(count):
            forms = f"{len(message.translations)} plural forms, and nplurals is {count}"
            yield Fault(message.line, f"the msgid has {forms}")


def _plural(value: str) -> re.Match[str] | None:
    return PLURAL.search(re.sub(r"nplurals\s*=", " ", value))


def _wrong_plural(count: int, expression: str) -> str:
    """What is wrong with the rule that chooses a plural form; empty if nothing is."""
    try:
        choose = gettext.c2py(expression)
        chosen = {choose(number) for number in range(1001)}
    except ZeroDivisionError:
        return f"plural={expression} divides by zero"
    except (ValueError, RecursionError) as error:
        return f"plural={expression} is no expression: {error}"
    if min(chosen) < 0:
        return f"plural={expression} gives negative numbers"
    if max(chosen) >= count:
        return f"plural={expression} gives {max(chosen)}, and nplurals={count} is too few"
    return ""


def _newlines(message: Message) -> Iterator[Fault]:
    """All texts of a message begin with a line break, or none does; and so for their ends."""
    english = message.strings["msgid"]
    for keyword, text in message.strings.items():
        if keyword not in ("msgctxt", "msgid"):
            for where, is_so in (("begin", str.startswith), ("end", str.endswith)):
                if is_so(english, "\n") != is_so(text, "\n"):
                    both = f"msgid and {keyword} must both {where} with \\n, or neither"
                    yield Fault(message.line, both)


def _formats(message: Message) -> Iterator[Fault]:
    """The values that a translation takes are those of its English, where a flag says so."""
    languages = {match["language"] for match in map(FORMAT_FLAG.fullmatch, message.flags) if match}
    languages = {name for name in languages if not name.startswith("no-")}
    english = message.strings.get("msgid_plural", message.strings["msgid"])
    for language in sorted(languages):
        if language not in ("python", "python-brace"):  # sinfit's own: its texts are Python's
            text = f"the flag {language}-format is none of Python's, so nobody checks it: remove it"
            yield Fault(message.line, text)
            continue
        values = python_values if language == "python" else brace_values
        try:
            wanted = values(english)
        except ValueError:
            continue  # the English is no format
        for keyword, text in message.translations.items():
            try:
                given = values(text)
            except ValueError as error:
                yield Fault(message.line, f"{keyword} is no {language}-format: {error}")
                continue
            if given != wanted:
                lacks = ", ".join(map(str, sorted(wanted - given))) or "nothing"
                more = ", ".join(map(str, sorted(given - wanted))) or "nothing"
                difference = f"it lacks {lacks} and has {more} that the English has not"
                yield Fault(message.line, f"the values of {keyword} differ: {difference}")


def python_values(text: str) -> set[str]:
    """The values that a text with per cent signs takes: by name, or by place.

    Raises:
        ValueError: It is no such format.
    """
    named: set[str] = set()
    placed: list[str] = []
    for match in PYTHON_FORMAT.finditer(text):
        if match["wrong"]:
            raise ValueError(f"{text[match.start() : match.start() + 8]!r} is no conversion")
        if match["conversion"] == "%":
            continue
        stars = [part for part in (match["width"], match["precision"]) if part == "*"]
        kind = KINDS[match["conversion"]]
        if match["name"] is None:
            placed += [*(KINDS[star] for star in stars), kind]
        else:
            named.add(f"%({match['name']}) as {kind}")
    if named and placed:
        raise ValueError("it takes some values by name and some by place")
    return named | {f"value {number} as {kind}" for number, kind in enumerate(placed, 1)}


def brace_values(text: str) -> set[str]:
    """The values in braces that a text takes, with how they are shown: `{rate:g}`, `{name!r}`.

    Raises:
        ValueError: It is no such format.
    """
    return {
        "{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None
    }
