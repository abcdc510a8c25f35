"""A Markdown extension: a formula at the beginning of a paragraph is part of it."""

from __future__ import annotations

from typing import Any

from markdown import Extension, Markdown  # type: ignore[import-untyped]  # no stubs


class InlineMaths(Extension):  # type: ignore[misc]  # of a package without stubs
    """Take `<math>` off Markdown's list of blocks; displayed formulas stand in a `<div>`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Markdown's name)
        """Change the list."""
        md.block_level_elements.remove("math")


def makeExtension(**options: Any) -> InlineMaths:  # noqa: N802 (Markdown's name)
    """What Markdown calls to load an extension by its module's name."""
    return InlineMaths(**options)
