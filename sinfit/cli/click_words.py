"""click's own words in the reader's language: Usage, Options, and what it says of wrong use.

click asks the standard library's gettext, which wants compiled catalogs at a fixed place. Ours are
PO files, so click's modules are given our look-up instead; what they lack stays English.
"""

from __future__ import annotations

from importlib import import_module

import click

from sinfit.cli.help_text import HelpFormatter
from sinfit.i18n import N_, _

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")

WORDS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("default: {default}"),
    N_("Try '{command} {option}' for help."),
    N_("Error: {message}"),
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


def translate_click() -> None:
    """Let click look its words up in our catalog, and wrap them by their width."""
    click.Context.formatter_class = HelpFormatter
    for name in MODULES:
        module = import_module(f"click.{name}")
        for word, look_up in (("_", _), ("ngettext", _one_or_many)):
            if hasattr(module, word):  # another version of click may do it in another way
                setattr(module, word, look_up)


def _one_or_many(one: str, many: str, count: int) -> str:
    return _(one if count == 1 else many)
