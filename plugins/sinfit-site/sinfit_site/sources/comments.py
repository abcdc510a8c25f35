"""Comments and docstrings of code: what is to be translated, and how it is put back."""

from __future__ import annotations

import ast
import hashlib
import io
import re
import tokenize
from collections.abc import Callable
from functools import lru_cache

from sinfit_site.errors import TutorialError
from sinfit_site.sources import docstrings

DIRECTIVES = re.compile(r"^#(?:!| ?(?:include:|noqa\b|type:|pragma:|fmt:|ruff:|%%))")
NOQA = re.compile(r"[ \t]*# noqa\b.*$", re.MULTILINE)
PLOT_CALLS = frozenset(
    {"set_xlabel", "set_ylabel", "set_title", "suptitle", "text", "annotate", "xlabel", "ylabel"}
    | {"title"}
)
PLOT_KEYWORDS = frozenset({"label", "title", "xlabel", "ylabel"})


def comments(code: str) -> list[str]:
    """The comments of a program that are words for its reader, in order, without their `#`."""
    return [text for _, text in _tokens(code)]


def texts(code: str) -> list[tuple[str, str]]:
    """The comments and the paragraphs of docstrings of a program, each with its kind."""
    found = [(text, "comment") for text in comments(code)]
    paragraphs = (each.text for each in docstrings.paragraphs(code))
    return found + [(text, "docstring") for text in paragraphs if any(map(str.isalpha, text))]


def translate_texts(code: str, translate: Callable[[str], str], where: str = "code") -> str:
    """Replace each comment and docstring; the program stays the same program.

    Raises:
        TutorialError: A translation would change the program.
    """
    lines = code.split("\n")
    for (row, column), text in reversed(_tokens(code)):
        # a comment ends its line, so whatever stands before it stays
        lines[row - 1] = lines[row - 1][:column] + "# " + translate(text)
    translated = docstrings.translate("\n".join(lines), translate)
    same_program(code, translated, where)
    return translated


def same_program(code: str, translated: str, where: str) -> None:
    """Make sure that two texts are one program, apart from comments and docstrings.

    Raises:
        TutorialError: They are not; the message names the place and the first line that differs.
    """
    try:
        same = _dump(code) == _dump(translated)
    except SyntaxError as error:
        raise TutorialError(f"{where}: the translated code is no Python: {error}") from error
    if not same:
        pairs = zip(code.split("\n"), translated.split("\n"), strict=False)
        line = next((b for a, b in pairs if _bare(a) != _bare(b)), "a line too few or too many")
        raise TutorialError(f"{where}: the translation changes the program at: {line.strip()!r}")


def without_noqa(code: str) -> str:
    """The program without remarks to the linter."""
    return NOQA.sub("", code)


def plot_texts(code: str) -> list[str]:
    """The words that a program writes into its plots: labels and titles given as plain strings."""
    found = []
    try:
        tree = ast.parse(code)
    except SyntaxError:  # a cell that shows one
        return []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in PLOT_CALLS:
            found += node.args
        found += [keyword.value for keyword in node.keywords if keyword.arg in PLOT_KEYWORDS]
    return [
        node.value
        for node in found
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and any(map(str.isalpha, node.value))
    ]


@lru_cache(maxsize=2048)
def _tokens(code: str) -> list[tuple[tuple[int, int], str]]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return []  # not a whole program; it is shown as it is
    return [
        (token.start, token.string.lstrip("#").strip())
        for token in tokens
        if token.type == tokenize.COMMENT
        and not DIRECTIVES.match(token.string)
        and any(map(str.isalpha, token.string))
    ]


@lru_cache(maxsize=2048)
def _dump(code: str) -> bytes:
    tree = docstrings.without(ast.parse(code))
    return hashlib.sha256(ast.dump(tree).encode()).digest()


def _bare(line: str) -> str:
    return line.partition("#")[0].rstrip()
