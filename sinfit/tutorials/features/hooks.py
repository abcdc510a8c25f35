"""`[[hooks]]`: the hook reference, from the hookspecs' own docstrings."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable

from sinfit import hookspecs
from sinfit.tutorials.place import Place


def render(place: Place, arguments: str) -> str:  # noqa: ARG001 (a feature's signature)
    """Each hook under a heading of its name: its signature and its docstring."""
    parts = []
    for name, hook in vars(hookspecs).items():
        if not name.startswith("sinfit_"):
            continue
        text = inspect.getdoc(hook) or ""
        parts += [
            f"## `{name}` {{#{name.replace('_', '-')}}}",
            f"```python norun\n{name}{_signature(hook)}\n```",
            _fenced(text, place),
        ]
    return "\n\n".join(parts)


def _signature(hook: Callable[..., object]) -> str:
    """A hook's signature; its annotations are strings, and are shown as what they say."""
    return str(inspect.signature(hook)).replace("'", "")


def _fenced(text: str, place: Place) -> str:
    """The docstring as Markdown: indented examples become fences, sections bold."""
    parts: list[str] = []
    for block in text.split("\n\n"):
        if all(line.startswith("    ") or not line for line in block.split("\n")):
            code = textwrap.dedent(block)
            if parts and parts[-1].endswith("\n```"):
                parts[-1] = parts[-1].removesuffix("\n```") + f"\n\n{code}\n```"
            else:
                parts.append(f"```python\n{code}\n```")
        elif block.startswith(("Args:", "Returns:", "Raises:")):
            head, _, rest = block.partition("\n")
            label = place.word(f"section: {head.removesuffix(':')}")
            parts.append(f"**{label}**\n\n{textwrap.dedent(rest)}")
        else:
            parts.append(block)
    return "\n\n".join(parts)
