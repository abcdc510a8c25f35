"""MkDocs' events of one language: its navigation, its notebook views, its `lang` attribute."""

from sinfit.tutorials.theme import (
    on_config,
    on_page_content,
    on_post_page,
    on_post_template,
)

__all__ = ["on_config", "on_page_content", "on_post_page", "on_post_template"]
