"""Docstrings of shown functions and classes: paragraphs to translate, and their very places."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

OPENING = re.compile(r"[rRuU]?(\"\"\"|''')")
ENDS = re.compile(r"[\"']{2}|[\"']$|\\")  # what may end a docstring, or mean something in it
ENTRY = re.compile(r"\*{0,2}\w+(?: \(.*\))?: ")
SECTION = re.compile(r"(?:Args|Attributes|Examples?|Note|Raises|Returns|Warns|Yields):")
DOCTEST = (">>>", "...")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a docstring: its lines, from one place in the program's text to another."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words, the lines joined by a space."""
        return " ".join(line.strip() for line in self.lines)

    def put(self, translated: str) -> str:
        """A translation in its place, on as many lines: what is shown beside it counts on that."""
        if len(self.lines) == 1:
            return translated
        indent = self.lines[1][: len(self.lines[1]) - len(self.lines[1].lstrip())]
        width = max(1, -(-len(translated) // len(self.lines)))
        while len(wrapped := textwrap.wrap(translated, width)) > len(self.lines):
            width += 1
        missing = [""] * (len(self.lines) - len(wrapped))
        return "\n".join([*wrapped[:1], *(indent + line for line in wrapped[1:]), *missing])


@lru_cache(maxsize=2048)  # a cell is on its page, in two notebooks and in a program
def paragraphs(code: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a program's docstrings, in order; those of a module are not shown."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return ()  # not a whole program; it is shown as it is
    starts = [0]
    for line in code.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def place(row: int, column: int) -> int:  # ast counts columns in bytes
        line = code[starts[row - 1] :].split("\n", 1)[0]
        return starts[row - 1] + len(line.encode()[:column].decode())

    found: list[Paragraph] = []
    for node in map(_docstring, ast.walk(tree)):
        if node is not None:
            begin, end = place(node.lineno, node.col_offset), place(*_end(node))
            if opening := OPENING.match(code, begin):
                inner = code[opening.end() : end - len(opening[1])]
                found += _split(inner, opening.end(), node.col_offset)
    return tuple(sorted(found, key=lambda each: each.start))


def translate(code: str, put: Callable[[str], str]) -> str:
    """The program with each paragraph of its docstrings replaced by what can stand there."""
    for each in reversed(paragraphs(code)):
        if fits(each.text, translated := put(each.text)):
            code = code[: each.start] + each.put(translated) + code[each.end :]
    return code


def fits(source: str, translated: str) -> bool:
    """Whether a translation can stand in a docstring: it has no quotes that end it."""
    return not ENDS.search(translated) or bool(ENDS.search(source))


def without(tree: ast.Module) -> ast.Module:
    """A program's syntax tree, its docstrings emptied: what no translation may change."""
    for node in map(_docstring, ast.walk(tree)):
        if node is not None:
            node.value = ""
    return tree


def _docstring(node: ast.AST) -> ast.Constant | None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            return first.value if isinstance(first.value.value, str) else None
    return None


def _end(node: ast.Constant) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _split(inner: str, start: int, column: int) -> Iterator[Paragraph]:
    """The paragraphs of a docstring's text, which begins at a place and a column."""
    lines: list[str] = []
    begin = at = start
    for number, line in enumerate([*inner.split("\n"), ""]):
        words, indent = line.strip(), len(line) - len(line.lstrip()) if number else column
        if lines and not (words and _goes_on(lines, words, indent, column)):
            if not (lines[0].lstrip().startswith(DOCTEST) or SECTION.fullmatch(lines[0].strip())):
                yield _paragraph(begin, lines)
            lines = []
        if words:
            begin = begin if lines else at
            lines.append(line)
        at += len(line) + 1


def _goes_on(lines: list[str], words: str, indent: int, column: int) -> bool:
    """Whether a line continues the paragraph of those before it."""
    if lines[0].lstrip().startswith(DOCTEST):
        return True  # down to an empty line: its output
    before = len(lines[-1]) - len(lines[-1].lstrip()) or column
    if lines[-1].rstrip().endswith(":") or ENTRY.match(words):
        return False
    return indent >= before


def _paragraph(begin: int, lines: list[str]) -> Paragraph:
    first, last = lines[0], lines[-1]
    begin += len(first) - len(first.lstrip())
    length = sum(len(line) + 1 for line in lines[:-1]) + len(last.rstrip())
    end = begin - (len(first) - len(first.lstrip())) + length
    return Paragraph(begin, end, (first.strip() if len(lines) == 1 else first, *lines[1:]))
