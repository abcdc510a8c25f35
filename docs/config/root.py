"""MkDocs' events of the root: compose before the build, build the languages after it."""

from sinfit_site.html.languages import on_config
from sinfit_site.html.serving import on_post_build, on_pre_build, on_serve, on_startup

__all__ = ["on_config", "on_post_build", "on_pre_build", "on_serve", "on_startup"]
