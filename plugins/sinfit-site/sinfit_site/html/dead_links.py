"""Links and anchors of built pages that lead nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

# of pages that MkDocs has written; the parser of the standard library takes four times as long
UNREAD = re.compile(r"(?s)<!--.*?-->|(?P<tag><(?P<name>script|style)\b[^>]*>).*?</(?P=name)>")
TAG = re.compile(r"""<([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""(?<!\S)(id|name|href|src)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
ELSEWHERE = ("http:", "https:", "//", "mailto:", "data:", "javascript:", "/")


def dead_links(site: Path, only: Collection[Path] | None = None) -> list[str]:
    """Links and anchors of built pages that lead nowhere within the site.

    Args:
        site: The folder of a language.
        only: The pages whose links are looked at; all if nothing is said.
    """
    read, home, wrong = cache(_anchors_and_links), os.path.normpath(site), []
    for path in site.rglob("*.html"):
        if path.name == "404.html" or not (only is None or path in only):
            continue  # the links of the former are from the server's root
        own, links = read(path)
        for link in links:
            target, _, anchor = link.partition("#")
            goal = Path(os.path.normpath(path.parent / target)) if target else path
            if target:
                if target.endswith("/") or goal.is_dir():
                    goal /= "index.html"
                if not goal.is_relative_to(home):
                    continue  # another language, which has the same pages
                if not goal.is_file():
                    wrong.append(f"{path.relative_to(site)}: dead link {link}")
                    continue
            if not anchor or goal.suffix != ".html":
                continue
            if anchor not in (read(goal)[0] if target else own):
                wrong.append(f"{path.relative_to(site)}: dead anchor {link}")
    return wrong


def _anchors_and_links(page: Path) -> tuple[set[str], list[str]]:
    """The ids of a page, and its links within the site as they are written."""
    anchors, links = set(), []
    text = UNREAD.sub(lambda match: match["tag"] or "", page.read_text(encoding="utf-8"))
    for tag, attributes in TAG.findall(text):
        for name, *values in ATTRIBUTE.findall(attributes):
            value = unescape("".join(values))
            if name == "id" or (tag == "a" and name == "name"):
                anchors.add(value)
            elif name in ("href", "src") and not value.startswith(ELSEWHERE):
                links.append(unquote(value.partition("?")[0]))
    return anchors, [link for link in links if link not in ("", "#", ".")]
