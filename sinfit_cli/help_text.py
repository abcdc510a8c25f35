"""Help texts: click's own words translated, and lines as wide as they are shown.

click asks the standard library's gettext, which wants compiled catalogs at a fixed place. Ours are
PO files, so click's modules are given our look-up instead; what they lack stays English. And click
wraps by letters, but a Korean or Chinese character takes two columns: they get our wrapping too.
"""

from __future__ import annotations

import re
from importlib import import_module

import click
from rich.cells import cell_len

from sinfit.i18n import N_
from sinfit_cli.i18n import _, labelled

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")

WORDS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("default: {default}"),
    N_("Try '{command} {option}' for help."),
    N_("No such option {name!r}."),
    N_("Did you mean {possibility}?"),
    N_("(Did you mean one of: {possibilities}?)"),
    N_("Missing argument"),
    N_("Option {name!r} requires an argument."),
    N_("Option {name!r} does not take a value."),
    N_("Got unexpected extra argument ({args})"),
    N_("Got unexpected extra arguments ({args})"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value!r} is not one of {choices}."),
    N_("{value} is not in the range {range}."),
)
"""What click says, for our catalogs."""

OPENING, CLOSING = "（《“‘「", "，。、；：？！）》”’」"
WORD = rf"\s+|[{OPENING}]*(?:[一-鿿]|[^\s一-鿿{OPENING}{CLOSING}]+|(?=[{CLOSING}]))[{CLOSING}]*|."
"""What always stays together: a word, or a Chinese character with its punctuation."""

TOKEN = rf"\[[^]]{{1,30}}\]|{WORD}"
"""What stays together where the line is wide enough: a short bracket too."""


def translate_click() -> None:
    """Let click look its words up in our catalog, and wrap texts by their width."""
    click.Context.formatter_class = HelpFormatter
    ours = {
        "_": _,
        "ngettext": lambda one, many, count: _(one if count == 1 else many),
        "term_len": cell_len,
        "wrap_text": wrap_text,
    }
    for name in MODULES:
        module = import_module(f"click.{name}")
        for function in ours.keys() & vars(module):  # another version may have others
            setattr(module, function, ours[function])


class HelpFormatter(click.HelpFormatter):
    """click's formatter, with the language's colons."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        usage = _("Usage:") if prefix is None else prefix
        if prefix is None and cell_len(usage[-1]) == 1:  # a wide colon holds its own space
            usage += " "
        super().write_usage(prog, args, usage)

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':{self.current_indent}}{labelled(heading, '').rstrip()}\n")


def wrap_text(
    text: str, width: int, initial_indent: str = "", subsequent_indent: str = "", **_more: bool
) -> str:
    r"""As click does, but by width; a paragraph that begins with a line of \b keeps its lines."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text):
        kept = paragraph.removeprefix("\b\n")
        most = width - cell_len(subsequent_indent)
        lines = wrapped(kept, most) if kept == paragraph else kept.split("\n")
        paragraphs.append("\n".join(subsequent_indent + line for line in lines))
    return initial_indent + "\n\n".join(paragraphs).removeprefix(subsequent_indent)


def wrapped(text: str, width: int) -> list[str]:
    """A paragraph in lines of at most so many columns.

    Examples:
        >>> wrapped("the loss falls", 9)
        ['the loss', 'falls']
        >>> wrapped("损失在下降。", 9)
        ['损失在下', '降。']
    """
    lines, line = [], ""
    for token in re.findall(TOKEN, " ".join(text.split())):
        for part in re.findall(WORD, token) if cell_len(token) > width else [token]:
            if line and cell_len(line + part) > width:
                lines.append(line.rstrip())
                line = ""
            line += part if line or part.strip() else ""
    return [*lines, line.rstrip()] if line.strip() else lines
