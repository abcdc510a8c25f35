"""Take Markdown apart into translatable units and the rest, and put it together again.

A unit is one paragraph, heading, list item, table cell or admonition title, its lines joined by a
space. Fences, maths blocks, directives and whatever holds no letters stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HEADING = re.compile(r"^( *)(#{1,6}) (.*?)( +\{#([\w-]+)\})? *$")
ADMONITION = re.compile(r'^( *)(!!!|\?\?\?\+?|===) ?([\w -]*?) *"(.*)" *$')
BARE_ADMONITION = re.compile(r"^ *(!!!|\?\?\?\+?) [\w -]+$")
ITEM = re.compile(r"^( *)([-*+]|\d+[.)])( +)(.*)$")
QUOTE = re.compile(r"^( *> ?)(.*)$")
FENCE = re.compile(r"^( *)(`{3,}|~{3,})(.*)$")
DIRECTIVE = re.compile(r"^( *)\[\[([a-z][\w./-]*)(?:: *(.*?))?\]\] *$")
IMAGE = re.compile(r"^( *)!\[(.*?)\](\(.*\)(?:\{.*\})?) *$")
CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
MATHS = re.compile(r"(?<![\\$])\$(?!\$)((?:[^$\\]|\\.)+?)\$")
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]*(?:\([^()]*\))?[^()\s]*)\)")


@dataclass(frozen=True)
class Piece:
    """A part of a Markdown text: `before` + `text` + `after` is how it reads.

    Attributes:
        kind: `literal`, `code` (the body of a Python fence), `directive`, or the kind of the unit.
        text: The unit, the code, or the directive's arguments.
        before: What comes before it.
        after: What comes after it.
        info: The heading's id, the fence's info string, or the directive's name.
    """

    kind: str
    text: str
    before: str = ""
    after: str = ""
    info: str = ""

    @property
    def is_unit(self) -> bool:
        """Whether it is to be translated."""
        return self.kind not in ("literal", "code", "directive")


def prose(text: str) -> str:
    """A text without its code spans, maths and link targets."""
    text = CODE_SPAN.sub(" ", text)
    text = MATHS.sub(" ", text)
    return LINK.sub(lambda match: match[2], text)


def translatable(text: str) -> bool:
    """Whether a text holds words."""
    return any(character.isalpha() for character in prose(text))


def parse(text: str) -> list[Piece]:
    """Take a Markdown text apart; joining all pieces gives it back, paragraphs on one line each."""
    lines = text.split("\n")
    return list(_pieces(lines))


def render(pieces: list[Piece], translate: Callable[[Piece], str]) -> str:
    """Put pieces together again, each unit, code and directive through `translate`."""
    return "\n".join(
        piece.before + (piece.text if piece.kind == "literal" else translate(piece)) + piece.after
        for piece in pieces
    )


def _pieces(lines: list[str]) -> Iterator[Piece]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if match := FENCE.match(line):
            end = _end_of_fence(lines, at, match[1], match[2])
            info = match[3].strip()
            if info.split()[:1] == ["python"] and end > at + 1:
                body = "\n".join(part.removeprefix(match[1]) for part in lines[at + 1 : end])
                yield Piece("code", body, line + "\n", "\n" + match[1] + match[2], match[1] + info)
            else:
                yield Piece("literal", "\n".join(lines[at : end + 1]))
            at = end + 1
        elif line.strip().startswith("$$"):
            end = at
            while end < len(lines) - 1 and not (
                lines[end].rstrip().endswith("$$") and (end > at or line.strip() != "$$")
            ):
                end += 1
            yield Piece("literal", "\n".join(lines[at : end + 1]))
            at = end + 1
        elif match := DIRECTIVE.match(line):
            yield Piece("directive", match[3] or "", match[1], "", match[2])
            at += 1
        elif match := HEADING.match(line):
            ending = f" {{#{match[5]}}}" if match[5] else ""
            kind = f"heading {len(match[2])}"
            yield _unit(kind, match[3], f"{match[1]}{match[2]} ", ending, match[5] or "")
            at += 1
        elif match := ADMONITION.match(line):
            words = f" {match[3]}" if match[3] else ""
            yield _unit("title", match[4], f'{match[1]}{match[2]}{words} "', '"')
            at += 1
        elif line.lstrip().startswith("|"):
            yield from _table_row(line)
            at += 1
        elif match := IMAGE.match(line):
            yield _unit("alt text", match[2], f"{match[1]}![", f"]{match[3]}")
            at += 1
        elif _is_literal(line):
            yield Piece("literal", line)
            at += 1
        else:
            before, text = _opening(line)
            at += 1
            while at < len(lines) and _continues(lines[at], quoted=">" in before):
                text += " " + _continued(lines[at], quoted=">" in before)
                at += 1
            yield _unit("list item" if ITEM.match(before + "x") else "paragraph", text, before)


def _unit(kind: str, text: str, before: str, after: str = "", info: str = "") -> Piece:
    if translatable(text):
        return Piece(kind, text.strip(), before, after, info)
    return Piece("literal", text, before, after, info)


def _table_row(line: str) -> Iterator[Piece]:
    """One piece for a row: its cells are units of their own, so it is a piece of pieces."""
    yield Piece("row", line.strip(), line[: len(line) - len(line.lstrip())])


def cells_of_row(row: str) -> list[str]:
    """The cells of a table row, stripped."""
    hidden = CODE_SPAN.sub(lambda match: match[0].replace("|", "\0"), row.strip().strip("|"))
    return [cell.strip().replace("\0", "|") for cell in hidden.split("|")]


def _opening(line: str) -> tuple[str, str]:
    before = ""
    if match := QUOTE.match(line):
        before, line = match[1], match[2]
    if match := ITEM.match(line):
        return before + match[1] + match[2] + match[3], match[4]
    stripped = line.lstrip(" ")
    return before + line[: len(line) - len(stripped)], stripped


def _continued(line: str, *, quoted: bool) -> str:
    if quoted and (match := QUOTE.match(line)):
        line = match[2]
    return line.strip()


def _continues(line: str, *, quoted: bool) -> bool:
    if quoted:
        match = QUOTE.match(line)
        if not match or not match[2].strip():
            return False
        line = match[2]
    return not (
        _is_literal(line)
        or FENCE.match(line)
        or DIRECTIVE.match(line)
        or HEADING.match(line)
        or ADMONITION.match(line)
        or ITEM.match(line)
        or QUOTE.match(line)
        or line.lstrip().startswith(("|", "$$"))
    )


def _is_literal(line: str) -> bool:
    stripped = line.strip()
    return (
        not stripped
        or stripped in (">", "---", "***")
        or bool(BARE_ADMONITION.match(line))
        or bool(re.match(r"^</?(div|section|p|figure|span)\b[^>]*>$", stripped))
        or stripped.startswith(("<!--", "::: "))  # comments, and mkdocstrings' references
        or bool(re.match(r"^\{[:#. ].*\}$", stripped))
    )


def _end_of_fence(lines: list[str], at: int, indent: str, marks: str) -> int:
    for end in range(at + 1, len(lines)):
        if lines[end].rstrip() == indent + marks:
            return end
    return len(lines) - 1
