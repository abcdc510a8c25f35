"""MkDocs' events of the root: compose before the build, build the languages after it."""

from sinfit.tutorials.site import on_post_build, on_pre_build, on_serve

__all__ = ["on_post_build", "on_pre_build", "on_serve"]
