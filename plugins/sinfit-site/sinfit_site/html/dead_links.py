"""Links and anchors of built pages that lead nowhere."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote


def dead_links(site: Path, only: Collection[Path] | None = None) -> list[str]:
    """Links and anchors of built pages that lead nowhere within the site.

    Args:
        site: The folder of a language.
        only: The pages whose links are looked at; all if nothing is said.
    """
    read = cache(_anchors_and_links)
    wrong = []
    for path in site.rglob("*.html"):
        if path.name == "404.html" or not (only is None or path in only):
            continue  # the links of the former are from the server's root
        own, links = read(path)
        for link in links:
            target, _, anchor = link.partition("#")
            if target:
                goal = (path.parent / target).resolve()
                if goal.is_dir() or target.endswith("/"):
                    goal /= "index.html"
                if not goal.is_relative_to(site.resolve()):
                    continue  # another language, which has the same pages
                if not goal.is_file():
                    wrong.append(f"{path.relative_to(site)}: dead link {link}")
                    continue
            else:
                goal = path.resolve()
            if not anchor or goal.suffix != ".html":
                continue
            if anchor not in (read(goal)[0] if target else own):
                wrong.append(f"{path.relative_to(site)}: dead anchor {link}")
    return wrong


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


def _anchors_and_links(page: Path) -> tuple[set[str], list[str]]:
    """The ids of a page, and its links within the site as they are written."""
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.anchors, [link for link in reader.links if link not in ("", "#", ".")]
