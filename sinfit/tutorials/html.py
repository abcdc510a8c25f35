"""Read built HTML: its anchors and the links that it holds."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import unquote


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value)
            elif name in ("href", "src") and not value.startswith(
                ("http:", "https:", "//", "mailto:", "data:", "javascript:", "/")
            ):
                self.links.append(unquote(value.partition("?")[0]))


def anchors_and_links(text: str) -> tuple[set[str], list[str]]:
    """The ids of a page, and its links within the site as they are written."""
    reader = _Reader()
    reader.feed(text)
    return reader.anchors, [link for link in reader.links if link not in ("", "#", ".")]
