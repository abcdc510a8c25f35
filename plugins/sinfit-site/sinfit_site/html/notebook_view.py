"""Mend the notebook view that mkdocs-jupyter makes: its markup, its maths, its heading ids."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from pathlib import Path
from typing import Any

from sinfit_site.i18n import _
from sinfit_site.pages.maths import displayed, mathml
from sinfit_site.running.plots import unique_ids
from sinfit_site.sources.markdown import MATHS

SHEETS = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL)
CODE = re.compile(r"<(pre|code|svg|math)\b.*?</\1>", re.DOTALL)
DISPLAYED = re.compile(r"(?:<p>\s*)?\$\$(.+?)\$\$(?:\s*</p>)?", re.DOTALL)
HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
QUOTE = re.compile("&(?:#39|#34|quot);")
KEPT = re.compile("\x02(\\d+)\x03")

SUPERFLUOUS = frozenset(
    {
        "zeroclipboard-container",  # its own copy button: the theme has one
        "clipboard-copy-txt",  # the source once more, for that button
        "celltoolbar",  # the cell's tags
        "jp-InputPrompt",
        "jp-InputArea-prompt",
        "jp-OutputPrompt",
        "jp-OutputArea-prompt",
        "jp-Collapser",
        "anchor-link",
    }
)
"""The classes of what nbconvert's template adds and a page has no use for."""
SCROLLED = frozenset({"jp-Cell-inputWrapper", "jp-OutputArea-output"})
"""The classes of what may be wider than the page, so that the keyboard must reach it."""


def mended(html: str, page: Any) -> str:
    """The view as the site shows it; the page gets its title and its table of contents."""
    from mkdocs.structure.toc import get_toc

    source = json.loads(Path(page.file.abs_src_path).read_text(encoding="utf-8"))
    ids = iter(source["metadata"]["sinfit"]["headings"])
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        shown = match[0]
        if match[1] in ("pre", "code"):
            shown = QUOTE.sub(lambda quote: unescape(quote[0]), shown)
        kept.append(shown)
        return f"\x02{len(kept) - 1}\x03"

    solution = _("Solution")
    html = _tidy(CODE.sub(keep, SHEETS.sub("", html)), source["cells"], solution)
    html = DISPLAYED.sub(_displayed, html)
    html = MATHS.sub(lambda match: mathml(_plain(match[1])), html)
    tokens: list[dict[str, Any]] = []

    def heading(match: re.Match[str]) -> str:
        level, text = int(match[1]), match[3].strip()
        identity = next(ids, "")
        anchor = f'<a class="headerlink" href="#{identity}" title="#">¶</a>' if level > 1 else ""
        shown = KEPT.sub(lambda m: kept[int(m[1])], text)
        tokens.append({"level": level, "id": identity, "name": _words(shown), "children": []})
        return f'<h{level} id="{identity}">{text}{anchor}</h{level}>'

    html = HEADING.sub(heading, html)
    html = KEPT.sub(lambda match: kept[int(match[1])], html)
    number = iter(range(1, 1000))
    html = re.sub(
        r"<svg\b.*?</svg>", lambda m: unique_ids(m[0], f"n{next(number)}"), html, flags=re.DOTALL
    )
    page.toc = get_toc(_nested(tokens))  # type: ignore[arg-type]  # tokens as MkDocs reads them
    view = _("View as notebook")
    page.meta["title"] = f"{tokens[0]['name']} · {view}" if tokens else view
    back = _("Back to the page")
    links = f'<div class="sf-links"><a href="../">{escape(back)}</a></div>'
    html = html.replace("</h1>", f"</h1>{links}", 1)
    return re.sub(r">\s*\n\s*<(?=/?div)", "><", html)


def _tidy(html: str, cells: list[dict[str, Any]], solution: str) -> str:
    """Leave out what is superfluous, name the pictures, and fold the solutions as the page does."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    by_id = {}  # one walk through the page, for a selector is one each
    for element in soup.find_all(True):
        if element.decomposed:
            continue
        classes = element.get("class") or ()
        if not SUPERFLUOUS.isdisjoint(classes):
            element.decompose()
            continue
        if not SCROLLED.isdisjoint(classes):
            element["tabindex"] = "0"
        if "id" in element.attrs:
            by_id[element["id"]] = element
    folded = None
    for cell in cells:
        shown = by_id[f"cell-id={cell['id']}"]
        if shown.parent and "jp-Cell" in (shown.parent.get("class") or ()):
            shown = shown.parent  # code cells stand in a second box
        for picture in shown.find_all("img"):
            picture["alt"] = cell["metadata"].get("alt", "")
        if "solution" not in cell["metadata"].get("tags", ()):
            folded = None
            continue
        if folded is None:
            folded = soup.new_tag("details", attrs={"class": "success"})
            summary = soup.new_tag("summary")
            summary.string = solution
            shown.insert_before(folded)
            folded.append(summary)
        folded.append(shown)
    return str(soup)


def _plain(text: str) -> str:
    return text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def _words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).replace("¶", "").strip()


def _displayed(match: re.Match[str]) -> str:
    return displayed(_plain(match[1]))


def _nested(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    top: list[dict[str, Any]] = []
    open_tokens: list[dict[str, Any]] = []
    for token in tokens:
        while open_tokens and open_tokens[-1]["level"] >= token["level"]:
            open_tokens.pop()
        (open_tokens[-1]["children"] if open_tokens else top).append(token)
        open_tokens.append(token)
    return top
