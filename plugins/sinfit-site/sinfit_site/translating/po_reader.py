"""Read PO files line by line, as strictly as gettext does, and tell all that is wrong at once.

Stricter than gettext is the rule of one statement a line, which every tool keeps.
"""

from __future__ import annotations

import re

from sinfit_site.translating.po_syntax import Fault, Message, PoFile, unescape

STATEMENT = re.compile(
    r"(?P<mark>#~\||#\||#~)?\s*(?P<keyword>[^\s\"\[]+)?(?P<index>\[[^\"]*)?\s*(?P<rest>.*)",
    re.ASCII,  # only what gettext takes for spaces
)
COMMENT = re.compile(r"#(?![~|])|#~[ \t]*#")
SPACES = " \t\r\f\v"
KEYWORD = re.compile(r"msgctxt|msgid|msgid_plural|msgstr")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
AFTER = {  # what a keyword may follow; nothing is the beginning of a message
    "msgctxt": ("",),
    "msgid": ("", "msgctxt"),
    "msgid_plural": ("msgid",),
    "msgstr": ("msgid", "msgid_plural", "msgstr"),
}


def parse(data: bytes) -> PoFile:
    """Read a PO file; whatever is wrong with its lines is among its `faults`, all at once."""
    text, faults = _decoded(data)
    ending = "\r\n" if "\r\n" in text else "\n"
    reader = _Reader(faults)
    for number, line in enumerate(text.replace("\r\n", "\n").removesuffix("\n").split("\n"), 1):
        reader.read(number, line)
    reader.end()
    return PoFile(reader.messages, reader.tail, sorted(set(faults)), ending)


def _decoded(data: bytes) -> tuple[str, list[Fault]]:
    """The text of a file in UTF-8; anything else is named, and what to do about it."""
    convert = "save it as UTF-8 without a byte order mark, with charset=UTF-8 in its header"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", [Fault(1, f"it is in UTF-16: {convert}")]
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace"), [
            Fault(1, f"it begins with a byte order mark: {convert}")
        ]
    declared = re.search(rb'"Content-Type:[^"\n]*charset=([^\s;"\\]+)', data, re.IGNORECASE)
    charset = declared[1].decode("ascii", "replace") if declared else "UTF-8"
    number = data.count(b"\n", 0, declared.start()) + 1 if declared else 1
    if charset.lower() not in ("utf-8", "utf8"):
        how = "msgconv --to-code=UTF-8 converts a file, and so does any editor"
        return "", [Fault(number, f"it declares charset={charset}, and must be UTF-8: {how}")]
    if b"\r" in data.replace(b"\r\n", b""):
        return "", [Fault(1, "it has a carriage return alone: end its lines with a line feed")]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        lines = data.split(b"\n")
        wrong = [number for number, line in enumerate(lines, 1) if not _is_utf8(line)]
        text = data.decode("utf-8", "replace")
        return text, [Fault(number, f"it is not UTF-8: {convert}") for number in wrong]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Reader:
    """The state between two lines: the message that is being read, and its last keyword."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.messages: list[Message] = []
        self.tail: list[str] = []
        self.message = Message()
        self.keyword = ""  # of the body
        self.previous = ""  # of the `#|` lines
        self.damaged = False  # one fault a message is enough

    def read(self, number: int, line: str) -> None:
        stripped = line.strip(SPACES)
        if not stripped or stripped == "#~":
            self._blank(line)
        elif COMMENT.match(stripped):
            self._comment(number, line)
        else:
            self._statement(number, line, stripped)

    def end(self) -> None:
        last = self.message
        if last.body:
            self._finish()
        else:
            if last.previous:
                self._fault(0, "its last #| lines belong to no message: remove them")
            self.tail = last.lines

    def _blank(self, line: str) -> None:
        if self.message.body and self._is_whole():
            self._finish()
        message = self.message
        for part in (message.body, message.previous, message.comments, message.blank):
            if part or part is message.blank:
                part.append(line)
                return

    def _comment(self, number: int, line: str) -> None:
        if self.message.body:
            self._finish()
        if self.message.previous:
            self._fault(number, "a comment stands between the #| lines and their msgid: move it up")
        self.message.comments.append(line)

    def _statement(self, number: int, line: str, stripped: str) -> None:
        match = STATEMENT.fullmatch(stripped)
        assert match  # noqa: S101 (every line fits)
        mark, keyword, index, rest = (match[name] or "" for name in STATEMENT.groupindex)
        if mark in ("#|", "#~|") and not keyword and not rest:
            (self.message.previous or self.message.comments).append(line)
            return
        is_previous = mark in ("#|", "#~|")
        if self.message.body and (is_previous or self._starts_another(keyword)):
            self._finish()
        self._keep(number, line, mark)
        wrong = _misplaced_quote(keyword, rest)
        if wrong:
            self._fault(number, wrong)
            return
        try:
            text = unescape(rest[1:-1])
        except ValueError as error:
            self._fault(number, str(error))
            text = ""
        if keyword:
            self._keyword(number, keyword, index, text, is_previous=is_previous)
        else:
            self._continued(number, text, is_previous=is_previous)

    def _starts_another(self, keyword: str) -> bool:
        return keyword == "msgctxt" or (keyword == "msgid" and self.keyword != "msgctxt")

    def _keep(self, number: int, line: str, mark: str) -> None:
        message, obsolete = self.message, mark.startswith("#~")
        if mark in ("#|", "#~|"):
            message.previous.append(line)
        else:
            message.line = message.line or number
            message.body.append(line)
        if len(message.previous) + len(message.body) == 1:
            message.obsolete = obsolete
        elif message.obsolete != obsolete:
            self._fault(number, "some lines of the message begin with #~ and others do not")

    def _keyword(
        self, number: int, keyword: str, index: str, text: str, *, is_previous: bool
    ) -> None:
        last = self.previous if is_previous else self.keyword
        strings = self.message.before if is_previous else self.message.strings
        if last.partition("[")[0] not in AFTER[keyword] or (is_previous and keyword == "msgstr"):
            missing = {"msgstr": "msgid", "msgid_plural": "msgid"}.get(keyword, "msgstr")
            self._fault(number, f"there is no {missing} before this {keyword}")
            return
        if keyword == "msgstr":
            count = len(self.message.translations)
            wanted = f"[{count}]" if "msgid_plural" in strings else ""
            if index.strip() != wanted or (count and not wanted):
                what = f"must be msgstr{wanted}" if wanted or not count else "comes twice"
                self._fault(number, f"{keyword}{index.strip()} {what}")
                return
            keyword += wanted
        strings[keyword] = text
        if is_previous:
            self.previous = keyword
        else:
            self.keyword = keyword

    def _continued(self, number: int, text: str, *, is_previous: bool) -> None:
        last = self.previous if is_previous else self.keyword
        if not last:
            self._fault(number, "a string without a keyword such as msgstr before it")
            return
        strings = self.message.before if is_previous else self.message.strings
        strings[last] += text

    def _is_whole(self) -> bool:
        return self.keyword.startswith("msgstr") or self.damaged

    def _finish(self) -> None:
        message = self.message
        if not self.keyword.startswith("msgstr"):
            self._fault(message.line, "a msgid without its msgstr")
        if message.previous and "msgid" not in message.before:
            self._fault(message.line, "its #| lines have no msgid")
        if not self.damaged:
            self.messages.append(message)
        self.message, self.keyword, self.previous = Message(), "", ""
        self.damaged = False

    def _fault(self, number: int, text: str) -> None:
        if not self.damaged:
            last = self.message.line or 1
            self.faults.append(Fault(number or last, text))
        self.damaged = True


def _misplaced_quote(keyword: str, rest: str) -> str:
    """What is wrong with a line that is no keyword with one string; empty if nothing is."""
    if keyword and not KEYWORD.fullmatch(keyword):
        if keyword.startswith(("<<<<", "====", ">>>>")):
            return "a conflict of a merge: keep one of the two versions"
        return f"{keyword[:30]!r} is no keyword; a string stands between quotes"
    if STRING.fullmatch(rest):
        return ""
    if not rest.startswith('"'):
        return "the quote is missing that opens its string"
    if not STRING.match(rest):
        return "the quote is missing that closes its string"
    return 'something follows its string; a quote in a text is \\"'
