"""MkDocs' events of one language: its words, its navigation, its notebook views."""

from sinfit_site.html.theme import (
    on_config,
    on_env,
    on_files,
    on_nav,
    on_page_content,
    on_post_page,
)

__all__ = ["on_config", "on_env", "on_files", "on_nav", "on_page_content", "on_post_page"]
