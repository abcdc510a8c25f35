"""PO files as text: each message keeps its lines.

So a file that is written again differs only where something was changed: whoever wrapped, sorted or
commented it, a translator's editor or Weblate, finds it so again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]+|[0-7]{1,3}|.)")
ESCAPES = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
ESCAPES |= {"\\": "\\", '"': '"'}


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong with a PO file, and in which line."""

    line: int
    text: str


@dataclass
class Message:
    """One message with its lines.

    Attributes:
        line: The number of its first line with a keyword.
        comments: The lines before it that begin with `#`, in their order; `#|` and `#~` are none.
        previous: The lines that begin with `#|` or `#~|`.
        body: The lines from `msgctxt` or `msgid` on.
        blank: The empty lines before all of them.
        strings: The text of each keyword: `msgid`, `msgstr`; of a plural, `msgstr[0]` and so on.
        before: The text of each keyword in `previous`: what a fuzzy translation translates.
        obsolete: Whether its lines begin with `#~`.
    """

    line: int = 0
    comments: list[str] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    strings: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    obsolete: bool = False

    @property
    def key(self) -> tuple[str | None, str]:
        """What no two messages of a file share: context and English."""
        return self.strings.get("msgctxt"), self.strings["msgid"]

    @property
    def is_header(self) -> bool:
        """Whether it is the one without English, for the fields of the header."""
        return self.key == (None, "") and not self.obsolete

    @property
    def translations(self) -> dict[str, str]:
        """The translations by keyword; one, if it is no plural."""
        return {key: text for key, text in self.strings.items() if key.startswith("msgstr")}

    @property
    def flags(self) -> list[str]:
        """The words after `#,`."""
        lines = (line.strip()[2:] for line in self.comments if line.strip().startswith("#,"))
        return [flag.strip() for line in lines for flag in line.split(",") if flag.strip()]

    @property
    def fuzzy(self) -> bool:
        """Whether somebody has to look at the translation."""
        return "fuzzy" in self.flags

    @property
    def lines(self) -> list[str]:
        """All its lines."""
        return [*self.blank, *self.comments, *self.previous, *self.body]


@dataclass
class PoFile:
    """A PO file: its messages, the header among them, and the lines after the last one."""

    messages: list[Message]
    tail: list[str]
    faults: list[Fault]
    ending: str = "\n"

    @property
    def header(self) -> Message | None:
        """The message without English: `Language:` and other fields."""
        return next((each for each in self.messages if each.is_header), None)

    @property
    def texts(self) -> list[Message]:
        """The messages that are neither obsolete nor the header."""
        return [each for each in self.messages if not each.obsolete and not each.is_header]

    @property
    def fields(self) -> dict[str, str]:
        """The header's fields, by name in small letters."""
        text = self.header.strings.get("msgstr", "") if self.header else ""
        pairs = (line.partition(":") for line in text.split("\n") if ":" in line)
        return {name.strip().lower(): value.strip() for name, _, value in pairs}

    def dump(self) -> bytes:
        """The file, each line as it was read."""
        lines = [line for message in self.messages for line in message.lines] + self.tail
        return self.ending.join([*lines, ""]).encode()


def unescape(text: str) -> str:
    r"""The text that a string between quotes stands for.

    Raises:
        ValueError: It has an escape that is none, such as `\q`.
    """

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16) & 0xFF)
        if code[0].isdigit() and code[0] < "8":
            return chr(int(code, 8) & 0xFF)
        if code not in ESCAPES:
            raise ValueError(f"{match[0]} is no escape of PO files; a backslash itself is \\\\")
        return ESCAPES[code]

    return ESCAPE.sub(one, text)


def escape(text: str) -> str:
    r"""A text as it stands between quotes: one line, with `\n` for a line break."""
    codes = {character: f"\\{code}" for code, character in ESCAPES.items()}
    return "".join(codes.get(character, character) for character in text)
