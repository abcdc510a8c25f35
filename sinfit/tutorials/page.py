"""Write a document's page in a language, as plain Markdown with its features drawn in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape, unescape

from sinfit.tutorials import features, links, markdown
from sinfit.tutorials.hover import with_hover
from sinfit.tutorials.maths import with_mathml
from sinfit.tutorials.place import Place
from sinfit.tutorials.plots import picture, translate_texts, unique_ids
from sinfit.tutorials.source import Cell, TutorialError
from sinfit.tutorials.translate import has_language

ON_THE_PAGE = frozenset({"diff", "player", "published"})
"""What a notebook cannot show, though its text speaks of it."""

INFO = re.compile(r"^( *)```(text output|python norun)[ \t]*$", re.MULTILINE)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def page(place: Place) -> str:
    """The Markdown of a page, front matter included."""
    blocks = list(_blocks(place))
    if place.document.spec and not any("sf-provenance" in block for block in blocks):
        blocks.append(features.render(place, "provenance", ""))
    body = "\n\n".join(block for block in blocks if block.strip())
    head, _, rest = body.partition("\n")
    if head.startswith("# "):
        body = "\n\n".join(filter(None, [head, *_under_the_title(place), rest.strip("\n")]))
    body = INFO.sub(_fence, body)
    body = with_mathml(links.to_files(body, place.document, place.site.documents))
    return _front_matter(place, head) + body + "\n"


def _fence(match: re.Match[str]) -> str:
    """A fence whose info string is for the engine, as one that every renderer knows."""
    if match[2] == "text output":
        return f"{match[1]}``` {{ .text .sf-output }}"
    return f"{match[1]}```python"


def translated(place: Place, text: str, *, for_notebook: bool = False) -> str:
    """A Markdown text in the page's language; a notebook says where the page shows more."""

    def one(piece: markdown.Piece) -> str:
        if piece.kind == "directive":
            return f"*{place.word('on the page')}*" if piece.info in ON_THE_PAGE else ""
        if piece.kind == "row":
            return _row(place, piece.text, for_notebook=for_notebook)
        if piece.kind == "code":
            return _fenced_code(place, piece)
        if for_notebook or piece.kind in ("title", "alt text"):
            return place.translator.plain(piece.text)
        text = place.translator.marked(piece.text)
        return with_hover(place, text) if piece.kind in ("paragraph", "list item") else text

    return markdown.render(markdown.parse(text), one)


def _blocks(place: Place) -> Iterator[str]:
    cells = [cell for cell in place.document.cells if "build-only" not in cell.tags]
    at = 0
    while at < len(cells):
        cell = cells[at]
        if "solution" in cell.tags:
            end = at
            while end < len(cells) and "solution" in cells[end].tags:
                end += 1
            inner = "\n\n".join(_cell(place, each) for each in cells[at:end])
            yield _folded(place.word("solution"), inner, "success")
            at = end
            continue
        if "hidden" not in cell.tags:
            yield _cell(place, cell)
        at += 1


def _cell(place: Place, cell: Cell) -> str:
    if cell.kind == "markdown":
        return _markdown(place, cell.source)
    code = place.translator.code(cell.source, f"{place.document.name}, cell {cell.title!r}")
    shown = f"``` {{ .python .sf-code }}\n{code.strip()}\n```"
    output = "\n\n".join(filter(None, (_output(place, cell, each) for each in cell.outputs)))
    if "output-only" in cell.tags:
        return f"{output}\n\n{_folded(place.word('code of the plot'), shown, 'abstract')}"
    both = "\n\n".join(filter(None, [shown, output]))
    if "mistake" in cell.tags:
        title = f'<p class="admonition-title">{escape(place.word("mistake"))}</p>'
        return f'<div class="admonition failure" markdown>\n\n{title}\n\n{both}\n\n</div>'
    return both


def _markdown(place: Place, text: str) -> str:
    """The cell's text, with each directive replaced by what it stands for."""
    parts: list[str] = []
    pieces = markdown.parse(text)
    run: list[markdown.Piece] = []

    def flush() -> None:
        if run:
            parts.append(translated(place, "\n".join(p.before + p.text + p.after for p in run)))
            run.clear()

    for piece in pieces:
        if piece.kind == "directive":
            flush()
            drawn = features.render(place, piece.info, piece.text)
            indent = piece.before
            parts.append("\n".join(indent + line if line else line for line in drawn.split("\n")))
        else:
            run.append(piece)
    flush()
    return "\n".join(parts)


def _row(place: Place, row: str, *, for_notebook: bool) -> str:
    if re.fullmatch(r"[|:\- ]+", row):
        return row
    put = place.translator.plain if for_notebook else place.translator.marked
    cells = [
        put(cell) if markdown.translatable(cell) else cell for cell in markdown.cells_of_row(row)
    ]
    return f"| {' | '.join(cells)} |"


def _fenced_code(place: Place, piece: markdown.Piece) -> str:
    indent = piece.info[: len(piece.info) - len(piece.info.lstrip())]
    code = place.translator.code(piece.text, f"{place.document.name}, example")
    return "\n".join(indent + line if line else line for line in code.split("\n"))


def _output(place: Place, cell: Cell, output: dict[str, object]) -> str:
    kind = output["output_type"]
    if kind == "stream":
        return _text(str(output["text"]))
    if kind == "error":
        return _text(f"{output['ename']}: {output['evalue']}", " .sf-error")
    data = output.get("data")
    if not isinstance(data, dict):
        return ""
    if "image/svg+xml" in data:
        if not cell.alt:
            raise TutorialError(
                f"{place.document.name}: the cell {cell.title!r} draws and needs an alt text"
            )
        drawn = unique_ids(data["image/svg+xml"], f"p{place.number('picture')}")
        drawn = translate_texts(drawn, place.translator.plain)
        return picture(drawn, place.translator.plain(cell.alt))
    return _text(str(data.get("text/plain", "")))


def _text(text: str, style: str = "") -> str:
    text = ANSI.sub("", text).rstrip("\n")
    return f"``` {{ .text .sf-output{style} }}\n{text}\n```" if text else ""


def _folded(title: str, inner: str, style: str) -> str:
    opened = f'<details class="{style}" markdown>\n<summary>{escape(title)}</summary>'
    return f"{opened}\n\n{inner}\n\n</details>"


def _under_the_title(place: Place) -> Iterator[str]:
    document = place.document
    if document.is_notebook:
        name = download_name(place)
        items = [
            (f"{name}.ipynb", place.word("download notebook"), " download"),
            (f"{name}.py", place.word("download program"), " download"),
            ("notebook/", place.word("notebook view"), ""),
            ("source.txt", place.word("source"), ""),
        ]
        anchors = "".join(
            f'<a href="{href}"{more}>{escape(text)}</a>' for href, text, more in items
        )
        yield f'<div class="sf-links">{anchors}</div>'
    progress = place.translator.progress
    if not has_language(document, place.language):
        yield _banner(place.word("no language", distribution=document.distribution))
    elif progress.translated < progress.total:
        text = place.word("status banner", percent=progress.percent)
        if progress.outdated:
            text += " " + place.word("outdated banner", count=progress.outdated)
        yield _banner(text)


def _banner(text: str) -> str:
    return f'<div class="sf-banner" role="note">{escape(text)}</div>'


def download_name(place: Place) -> str:
    """The file name of the downloads, without suffix."""
    return f"sinfit-{place.document.name.rpartition('/')[2]}"


def _front_matter(place: Place, head: str) -> str:
    """Title and description as YAML; the title is the h1 without its markup."""
    meta = {key: place.translator.plain(text) for key, text in place.document.meta.items()}
    if head.startswith("# "):
        title = re.sub(r" *\{#[\w-]+\}$", "", re.sub(r"<[^>]+>|[`*]", "", head[2:]))
        meta.setdefault("title", unescape(title))
    lines = [f"{key}: {json.dumps(text, ensure_ascii=False)}" for key, text in meta.items()]
    if place.document.name == "index":
        lines.append("hide: [navigation]")
    return "\n".join(["---", *lines, "---", "", ""])
