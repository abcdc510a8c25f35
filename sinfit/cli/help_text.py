"""Help texts as wide as they are shown: a Korean or Chinese character takes two columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click
from rich.cells import cell_len

from sinfit.i18n import _, labelled

OPENING, CLOSING = "（《“‘「", "，。、；：？！）》”’」"
WORD = rf"\s+|[{OPENING}]*(?:[一-鿿]|[^\s一-鿿{OPENING}{CLOSING}]+|(?=[{CLOSING}]))[{CLOSING}]*|."
"""What always stays together: a word, or a Chinese character with its punctuation."""

TOKEN = rf"\[[^]]{{1,30}}\]|{WORD}"
"""What stays together where the line is wide enough: a short bracket too."""


class HelpFormatter(click.HelpFormatter):
    """click's formatter, with texts wrapped by their width on the screen."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line with the language's colon."""
        if prefix is None:
            prefix = _("Usage:")
            prefix += "" if cell_len(prefix[-1]) == 2 else " "
        super().write_usage(prog, args, prefix)

    def write_heading(self, heading: str) -> None:
        """Write a heading with the language's colon."""
        self.write(f"{'':{self.current_indent}}{labelled(heading, '').rstrip()}\n")

    def write_text(self, text: str) -> None:
        r"""Write paragraphs; one that begins with a line of \b keeps its lines."""
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in re.split(r"\n\s*\n", text):
            if paragraph.startswith("\b\n"):
                lines = paragraph.removeprefix("\b\n").split("\n")
            else:
                lines = wrapped(paragraph, self.width - self.current_indent)
            paragraphs.append("\n".join(indent + line for line in lines))
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean in two columns."""
        rows = list(rows)
        first = min(max(cell_len(term) for term, _text in rows), col_max) + col_spacing
        at = self.current_indent + first
        for term, text in rows:
            self.write(f"{'':{self.current_indent}}{term}")
            lines = wrapped(text, max(self.width - first - 2, 10))
            if lines and cell_len(term) <= first - col_spacing:
                self.write(f"{'':{first - cell_len(term)}}{lines.pop(0)}")
            self.write("".join(f"\n{'':{at}}{line}" for line in lines) + "\n")


def first_sentence(text: str) -> str:
    """The beginning of a help text, for lists of commands.

    Examples:
        >>> first_sentence("Write a new plugin: a fitter that works, its page and its tests.")
        'Write a new plugin.'
    """
    text = text.partition("\n\n")[0]
    end = re.search(r"[.:](?=\s|$)|[。：]", text)
    return text[: end.start()] + ("。" if end[0] in "。：" else ".") if end else text


def wrapped(text: str, width: int) -> list[str]:
    """A paragraph in lines of at most so many columns.

    Examples:
        >>> wrapped("the loss falls", 9)
        ['the loss', 'falls']
        >>> wrapped("损失在下降。", 9)
        ['损失在下', '降。']
    """
    lines, line = [], ""
    tokens = re.findall(TOKEN, " ".join(text.split()))
    for token in (part for each in tokens for part in _parts(each, width)):
        if line and cell_len(line + token) > width:
            lines.append(line.rstrip())
            line = ""
        line += token if line or token.strip() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


def _parts(token: str, width: int) -> list[str]:
    """A bracket that is wider than the line, in words."""
    return re.findall(WORD, token) if cell_len(token) > width else [token]
