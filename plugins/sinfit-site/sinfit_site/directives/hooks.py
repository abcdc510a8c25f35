"""`[[hooks]]`: the hook reference, from the hookspecs' own docstrings."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable

from sinfit.contract import hookspecs

from sinfit_site.i18n import _
from sinfit_site.model import Page

CODE = ("import ", "from ", "@hookimpl")
"""How examples begin; where nothing else follows the first line, they are not indented."""


def render(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """Each hook under a heading of its name: its signature and its docstring."""
    parts = []
    for name, hook in vars(hookspecs).items():
        if not name.startswith("sinfit_"):
            continue
        text = inspect.getdoc(hook) or ""
        parts += [
            f"## `{name}` {{#{name.replace('_', '-')}}}",
            f"```python norun\n{name}{_signature(hook)}\n```",
            _fenced(text),
        ]
    return "\n\n".join(parts)


def _signature(hook: Callable[..., object]) -> str:
    """A hook's signature; its annotations are strings, and are shown by the names of records."""
    return str(inspect.signature(hook)).replace("'", "").replace("specs.", "")


def _fenced(text: str) -> str:
    """The docstring as Markdown: indented examples become fences, sections bold."""
    parts: list[str] = []
    for block in text.split("\n\n"):
        indented = all(line.startswith("    ") or not line for line in block.split("\n"))
        if indented or block.startswith(CODE):
            code = textwrap.dedent(block)
            if parts and parts[-1].endswith("\n```"):
                parts[-1] = parts[-1].removesuffix("\n```") + f"\n\n{code}\n```"
            else:
                parts.append(f"```python\n{code}\n```")
        elif block.startswith(("Args:", "Returns:", "Raises:")):
            head, rest = block.split(":\n", 1)
            section = "Parameters" if head == "Args" else head
            parts += [f"**{_(section)}**", _english(textwrap.dedent(rest))]
        else:
            parts.append(_english(block))
    return "\n\n".join(parts)


def _english(text: str) -> str:
    """A text that is English in all languages, for it is the code's own."""
    return f'<div lang="en" markdown>\n\n{text}\n\n</div>'
