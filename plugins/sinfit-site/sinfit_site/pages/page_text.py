"""Write a document's page in a language, as plain Markdown with its features drawn in."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from html import escape, unescape
from importlib import metadata
from itertools import chain, groupby

from sinfit_site import directives
from sinfit_site.directives.run import provenance
from sinfit_site.errors import TutorialError, shown_path
from sinfit_site.i18n import _, listed
from sinfit_site.model import Page
from sinfit_site.pages import links, one_file
from sinfit_site.pages.hover import with_hover
from sinfit_site.pages.maths import with_mathml
from sinfit_site.running.plots import picture, translate_texts, unique_ids
from sinfit_site.sources import markdown
from sinfit_site.sources.compose import is_stage
from sinfit_site.sources.document import Cell
from sinfit_site.translating.drafts import inert
from sinfit_site.translating.translator import has_language

ON_THE_PAGE = frozenset({"diff", "graph", "lab", "player", "published"})
"""What a notebook cannot show, though its text speaks of it."""

INFO = re.compile(r"^( *)```(text output|python norun)[ \t]*$", re.MULTILINE)


def text_of(page: Page) -> str:
    """The Markdown of a page, front matter included."""
    blocks = list(_blocks(page))
    if page.document.spec and not any("sf-provenance" in block for block in blocks):
        blocks.append(provenance(page, ""))
    if page.document.is_notebook and page.document.name.startswith("stages/"):
        blocks.append(_done(page))
    body = "\n\n".join(block for block in blocks if block.strip())
    head, rest = [*body.split("\n", 1), ""][:2]
    if head.startswith("# "):
        body = "\n\n".join(filter(None, [head, *_under_the_title(page), rest.strip("\n")]))
    body = links.to_files(body, page.document, page.site.documents)
    try:
        body = with_mathml(body)
    except TutorialError as error:
        raise TutorialError(f"{shown_path(page.document.path)}: {error}") from error
    return _front_matter(page, head) + body + "\n"


def _fence(match: re.Match[str]) -> str:
    """A fence whose info string is for the engine, as one that every renderer knows."""
    if match[2] == "text output":
        return f"{match[1]}``` {{ .text .sf-output }}"
    return f"{match[1]}```python"


def translated(page: Page, pieces: list[markdown.Piece], *, for_notebook: bool = False) -> str:
    """Pieces of Markdown in the page's language; a notebook says where the page shows more."""

    def one(piece: markdown.Piece) -> str:
        if piece.kind == "directive":
            more = _("Here the page shows more than a notebook can.")
            return f"*{more}*" if piece.info in ON_THE_PAGE else ""
        if piece.kind == "row":
            return _row(page, piece.text, for_notebook=for_notebook)
        if piece.kind == "code":
            return _fenced_code(page, piece)
        if for_notebook or piece.kind in ("title", "alt text"):
            return page.translator.plain(piece.text)
        text = page.translator.marked(piece.text)
        return with_hover(page, text) if piece.kind in ("paragraph", "list item") else text

    return markdown.render(pieces, one)


def _blocks(page: Page) -> Iterator[str]:
    cells = [cell for cell in page.document.cells if "build-only" not in cell.tags]
    at = 0
    while at < len(cells):
        cell = cells[at]
        if "solution" in cell.tags:
            end = at
            while end < len(cells) and "solution" in cells[end].tags:
                end += 1
            inner = "\n\n".join(_cell(page, each) for each in cells[at:end])
            yield _folded(_("Solution"), inner, "success")
            at = end
            continue
        if "hint" in cell.tags:
            yield _folded(_("Hint"), _cell(page, cell), "sf-hint tip")
        elif "hidden" not in cell.tags:
            yield _cell(page, cell)
        at += 1


def _cell(page: Page, cell: Cell) -> str:
    if cell.kind == "markdown":
        return _markdown(page, cell.pieces)
    code = page.translator.code(cell.source, f"{page.document.name}, cell {cell.title!r}")
    shown = f"``` {{ .python .sf-code }}\n{code.strip()}\n```"
    output = "\n\n".join(filter(None, (_output(page, cell, each) for each in cell.outputs)))
    if "output-only" in cell.tags:
        folded = _folded(_("The code of this plot"), shown, "abstract")
        return f"{output}\n\n{folded}"
    both = "\n\n".join(filter(None, [shown, output]))
    if "mistake" in cell.tags:
        words = escape(_("A common mistake"))
        title = f'<p class="admonition-title">{words}</p>'
        return f'<div class="admonition failure" markdown>\n\n{title}\n\n{both}\n\n</div>'
    return both


def _markdown(page: Page, pieces: list[markdown.Piece]) -> str:
    """A cell's text, with each directive replaced by what it stands for."""
    parts = []
    for is_directive, run in groupby(pieces, lambda piece: piece.kind == "directive"):
        if is_directive:
            drawn = (
                (piece.before, directives.render(page, piece.info, piece.text)) for piece in run
            )
            parts += [textwrap.indent(text, before) for before, text in drawn]
        else:
            parts.append(translated(page, list(run)))
    return INFO.sub(_fence, "\n".join(parts))


def _row(page: Page, row: str, *, for_notebook: bool) -> str:
    if re.fullmatch(r"[|:\- ]+", row):
        return row
    put = page.translator.plain if for_notebook else page.translator.marked
    cells = [
        put(cell) if markdown.translatable(cell) else cell for cell in markdown.cells_of_row(row)
    ]
    return f"| {' | '.join(cells)} |"


def _fenced_code(page: Page, piece: markdown.Piece) -> str:
    indent = piece.info[: len(piece.info) - len(piece.info.lstrip())]
    code = page.translator.code(piece.text, f"{page.document.name}, example")
    return "\n".join(indent + line if line else line for line in code.split("\n"))


def _output(page: Page, cell: Cell, output: dict[str, object]) -> str:
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
                f"{page.document.place(cell)}: the cell {cell.title!r} draws and needs an alt text"
            )
        drawn = unique_ids(data["image/svg+xml"], f"p{page.number('picture')}")
        drawn = translate_texts(drawn, page.translator.plain)
        return picture(drawn, page.translator.plain(cell.alt))
    return _text(str(data.get("text/plain", "")))


def _text(text: str, style: str = "") -> str:
    """A text in a fence longer than any run of backticks in it, so that nothing closes it."""
    text = text.rstrip("\n")
    marks = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text) or [""]))
    return f"{marks} {{ .text .sf-output{style} }}\n{text}\n{marks}" if text else ""


def _folded(title: str, inner: str, style: str) -> str:
    opened = f'<details class="{style}" markdown>\n<summary>{escape(title)}</summary>'
    return f"{opened}\n\n{inner}\n\n</details>"


def _first_words(page: Page) -> str:
    """The first paragraph as plain text, for search engines and for whoever shares the page."""
    pieces = page.document.cells[0].pieces
    text = next((piece.text for piece in pieces if piece.kind == "paragraph"), "")
    text = markdown.LINK.sub(r"\2", page.translator.plain(text))
    return re.sub(r"[`*$]", "", text)


def changed(page: Page) -> str:
    """The day of the last change of what a page is written from; empty if it is not known."""
    document = page.document
    paths = [document.path, document.po(page.language)]
    if document.spec:
        paths.append(document.path.with_name("fitter.py"))
    return page.site.repository.changed(paths)


def official(page: Page) -> str:
    """Where the official tutorial has the same program, in the page's language if it can be.

    Whoever makes a plugin says so among the addresses of its pyproject.
    """
    if not page.document.distribution:
        return ""
    said = metadata.metadata(page.document.distribution).get_all("Project-URL") or ()
    urls: dict[str, str] = dict(line.split(", ", 1) for line in said if ", http" in line)
    label = "Official tutorial"
    return urls.get(f"{label} ({page.language})") or urls.get(label, "")


def _under_the_title(page: Page) -> Iterator[str]:
    document, site = page.document, page.site
    if document.is_notebook:
        name = download_name(page)
        items = [
            (f"{name}.ipynb", _("Download .ipynb"), " download"),
            (f"{name}.py", _("Download .py"), " download"),
            ("notebook/", _("View as notebook"), ""),
            ("source.txt", _("View source"), ""),
        ]
        if packages := one_file.needs(page):
            text = _("One file, needs only {packages}").format(packages=listed(packages))
            items.insert(0, (one_file.name_of(page), text, " download"))
        notebook = f"{page.language}/{document.name}/{name}.ipynb"
        if site.url and (colab := site.repository.colab(notebook)):
            items.insert(0, (colab, _("Open in Colab"), ""))
        if url := official(page):
            items.append((url, _("Official tutorial"), ""))
        anchors = "".join(
            f'<a href="{href}"{more}>{escape(text)}</a>' for href, text, more in items
        )
        yield f'<div class="sf-links">{anchors}</div>'
    if page.translator.wrong:
        findings = chain.from_iterable(page.translator.wrong.values())
        lines = "".join(f"<li>{inert(line)}</li>" for line in findings)
        draft = escape(_("This draft shows what is not right yet:"))
        yield f'<div class="sf-banner sf-wrong" role="note">{draft}<ul>{lines}</ul></div>'
    progress = page.translator.progress
    if not has_language(document, page.language):
        text = _("This page is not translated yet, so it is in English.")
        if page.language in document.unreadable:
            text = _("The catalog of this page cannot be read, so the page is in English.")
        yield _banner(text)
    elif progress.translated < progress.total:
        text = _("{percent} % of this page is translated; the rest is shown in English.")
        if progress.outdated:
            more = _("{count} marked passages have changed in English since their translation.")
            text = f"{text} {more}"
        yield _banner(text.format(percent=progress.percent, count=progress.outdated))


def _done(page: Page) -> str:
    """The button that marks a page as done; docs/assets/learn.js shows it, and keeps it."""
    words = {
        "done": _("done"),
        "some": _("{solved} of {count} exercises solved"),
        "solved": _("Solved."),
    }
    said = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    label = escape(_("I have done this page"))
    return (
        f'<p class="sf-done" hidden data-page="{page.document.name}"{said}>'
        f'<button type="button" class="md-button" aria-pressed="false">{label}</button></p>'
    )


def _banner(text: str) -> str:
    return f'<div class="sf-banner" role="note">{escape(text)}</div>'


def download_name(page: Page) -> str:
    """The file name of the downloads, without suffix."""
    return f"sinfit-{page.document.name.rpartition('/')[2]}"


def _front_matter(page: Page, head: str) -> str:
    """Title and description as YAML; the title is the h1 without its markup."""
    meta = {key: page.translator.plain(text) for key, text in page.document.meta.items()}
    if head.startswith("# "):
        title = re.sub(r" *\{#[\w-]+\}$", "", re.sub(r"<[^>]+>|[`*]", "", head[2:]))
        meta.setdefault("title", unescape(title))
    if words := _first_words(page):
        meta.setdefault("description", words)
    repository = page.site.repository
    source = page.document.path if page.language == "en" else page.document.po(page.language)
    if edit := repository.edit(source) or repository.edit(page.document.path):
        meta["edit"] = edit
    if day := changed(page):
        meta["changed"] = day
    lines = [f"{key}: {json.dumps(text, ensure_ascii=False)}" for key, text in meta.items()]
    if page.document.spec and is_stage(page.document):  # for the navigation
        lines.append(f"stage: {page.document.spec.order:g}")
    if page.document.name == "index":
        lines.append("hide: [navigation, toc]")
    return "\n".join(["---", *lines, "---", "", ""])
