"""Write a document's downloads: a notebook with its outputs, and a program, in one language."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from typing import Any

from sinfit_site.i18n import _
from sinfit_site.model import Page
from sinfit_site.pages import links
from sinfit_site.pages.page_text import translated
from sinfit_site.running.plots import translate_texts
from sinfit_site.sources import markdown
from sinfit_site.sources.document import Cell

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(page: Page, *, view: bool = False) -> str:
    """The notebook as JSON.

    Args:
        page: The page and the language.
        view: Whether it is for the site's notebook view, whose links stay on the site.
    """
    cells = [
        _json_cell(page, cell, number, view=view)
        for number, cell in enumerate(page.document.cells)
        if "build-only" not in cell.tags
    ]
    cells = [cell for cell in cells if cell["source"].strip()]
    if view or not _from_anywhere(page):
        cells[0]["source"] = _with_pip(page, cells[0]["source"])
    else:
        cells[:1] = _with_an_install(page, cells[0])
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": KERNEL,
            "language_info": {"name": "python", "file_extension": ".py"},
            "sinfit": {
                "document": page.document.name,
                "language": page.language,
                "headings": _heading_ids(page),
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def program(page: Page) -> str:
    """The program in percent format; it runs as it is and prints the page's numbers."""
    parts = [_comment(_with_pip(page, _words(page, page.document.cells[0])))]
    for cell in page.document.cells[1:]:
        if "build-only" in cell.tags:
            continue
        if cell.kind == "markdown":
            text = _words(page, cell)
            parts += [_comment(text)] if text.strip() else []
        else:
            parts.append("# %%\n" + _guarded(cell, _code(page, cell)))
    return "\n\n".join(parts) + "\n"


def requirements(page: Page) -> list[str]:
    """What the downloads need from the package index."""
    document = page.document
    code = "\n".join(cell.source for cell in document.cells if cell.kind == "code")
    found = ["sinfit"]
    if document.distribution:
        found.append(document.distribution)
    else:
        named = {
            f"{package.replace('_', '-')}" for cell in document.cells for package in cell.foreign
        }
        used = re.findall(r"sinfit\.(?:fit|fitters\(\)\[|compare)\W+[\"']([\w-]+)[\"']", code)
        named |= {
            stage.distribution
            for stage in page.site.stages
            if stage.spec and stage.spec.name in used
        }
        if re.search(r"sinfit\.compare\(\s*\)", code):
            named |= {stage.distribution for stage in page.site.stages}
        found += sorted(named)
    wings = re.findall(r"^\s*(?:import|from) (sinfit_\w+)", code, re.MULTILINE)
    found += sorted({name.replace("_", "-") for name in wings} - {*found})
    for package in ("torch", "matplotlib", "scipy", "pandas"):
        if re.search(rf"^\s*(?:import|from) {package}\b", code, re.MULTILINE):
            found.append(package)
    return found


def _heading_ids(page: Page) -> list[str]:
    """The headings' ids in order: the same in every language, and Jupyter knows none."""
    return [
        piece.info or "top"
        for cell in page.document.cells
        if "build-only" not in cell.tags
        for piece in cell.pieces
        if piece.kind.startswith("heading") or piece.before.startswith("#")  # or code alone
    ]


def _with_pip(page: Page, text: str) -> str:
    """The first cell with what to install, below its title and first words."""
    head, mark, rest = text.partition("\n## ")
    return f"{head.rstrip()}\n\n{_pip_text(page)}\n{mark}{rest}"


def _with_an_install(page: Page, first: dict[str, Any]) -> list[dict[str, Any]]:
    """The first cell as three: its title and first words, what installs, and the rest."""
    head, mark, rest = first["source"].partition("\n## ")
    said = _("The next cell installs what this needs; Python is to be 3.11 or newer.")
    install: dict[str, Any] = {"cell_type": "code", "execution_count": None, "outputs": []}
    install |= {"id": "install", "metadata": {}, "source": f"%{_pip_line(page, '--quiet ')}"}
    words = "\n\n".join([head.rstrip(), said, *_address(page)])
    cells = [first | {"source": words}, install]
    return [*cells, first | {"id": "after", "source": (mark + rest).strip()}] if rest else cells


def _from_anywhere(page: Page) -> bool:
    """Whether what a download needs is in an index or on the site, so that pip finds it."""
    return bool(page.site.url) or not page.site.folders


def _pip_line(page: Page, options: str = "") -> str:
    needed, site = requirements(page), page.site
    if not _from_anywhere(page):
        needed = [site.folders[n].as_posix() if n in site.folders else n for n in needed]
    elif site.folders:
        options += f"--find-links {site.url}wheels/ "
    return f"pip install {options}{' '.join(needed)}"


def _pip_text(page: Page) -> str:
    said = _("This needs Python 3.11 or newer and:")
    if not _from_anywhere(page):
        said = _("This needs Python 3.11 or newer and, in a checkout of sinfit:")
    return "\n\n".join([said, f"```\n{_pip_line(page)}\n```", *_address(page)])


def _address(page: Page) -> list[str]:
    """Where the page is, if the site has an address."""
    if not page.site.url:
        return []
    url = f"{page.site.url}{page.language}{links.url_of(page.document)}"
    return [_("The page of this notebook: {url}").format(url=f"<{url}>")]


def _json_cell(page: Page, cell: Cell, number: int, *, view: bool) -> dict[str, Any]:
    identity = f"cell-{number}"
    if cell.kind == "markdown":
        text = _words(page, cell, view=view)
        return {
            "cell_type": "markdown",
            "id": identity,
            "metadata": {"tags": sorted(cell.tags)} if cell.tags else {},
            "source": text,
        }
    metadata: dict[str, Any] = {"alt": page.translator.plain(cell.alt)} if cell.alt else {}
    if tags := [*sorted(cell.tags), *(["raises-exception"] if cell.raises else [])]:
        metadata["tags"] = tags
    if cell.tags & {"hidden", "solution", "output-only"}:
        metadata["jupyter"] = {"source_hidden": True}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identity,
        "metadata": metadata,
        "outputs": [_output(page, output) for output in cell.outputs],
        "source": _code(page, cell),
    }


def _output(page: Page, output: dict[str, Any]) -> dict[str, Any]:
    output = dict(output)
    if output["output_type"] == "execute_result":
        output["execution_count"] = None
    if svg := output.get("data", {}).get("image/svg+xml"):
        drawn = translate_texts(svg, page.translator.plain)
        output["data"] = {"image/svg+xml": drawn.replace("<svg", '<svg color="#000"', 1)}
    return output


def _code(page: Page, cell: Cell) -> str:
    return page.translator.code(cell.source, f"{page.document.name}, cell {cell.title!r}")


def _words(page: Page, cell: Cell, *, view: bool = False) -> str:
    text = translated(page, cell.pieces, for_notebook=True)
    if "hint" in cell.tags:
        text = f"**{_('Hint')}.** {text}"
    change: Callable[[str], str] = _without_ids
    text = change(_quotes(text))
    if view:
        files = links.to_files(text, page.document, page.site.documents)
        # the view is a folder below the page
        text = re.sub(r"\]\((?![a-z]+:|#|/)([^)]*)\)", r"](../\1)", files)
        text = re.sub(r"(\]\([^)]*?)(?:index)?\.md([?#][^)]*)?\)", _to_folder, text)
    else:
        text = links.to_addresses(text, page.site.url, page.language)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _to_folder(match: re.Match[str]) -> str:
    path = match[1]
    return f"{path if path.endswith('/') else path + '/'}{match[2] or ''})"


def _without_ids(text: str) -> str:
    return re.sub(r"^(#{1,6} .*?) +\{#[\w-]+\}$", r"\1", text, flags=re.MULTILINE)


def _quotes(text: str) -> str:
    """Admonitions as block quotes with a bold title, for Jupyter knows none."""
    lines, quoted = [], False
    for line in text.split("\n"):
        if match := markdown.ADMONITION.match(line):
            quoted = True
            lines += [f"> **{match[4]}**", ">"]
        elif quoted and (line.startswith("    ") or not line):
            lines.append(f"> {line[4:]}".rstrip())
        else:
            if quoted:
                while lines and lines[-1] == ">":
                    lines.pop()
                lines.append("")
            quoted = False
            lines.append(line)
    return "\n".join(lines)


def _comment(text: str) -> str:
    lines = ["# %% [markdown]", *(f"# {line}".rstrip() for line in text.split("\n"))]
    return "\n".join(lines)


def _guarded(cell: Cell, code: str) -> str:
    """A cell that raises, as a program that goes on."""
    if not cell.raises:
        return code
    lines = code.strip("\n").split("\n")
    return "\n".join(
        [
            "try:",
            textwrap.indent("\n".join(lines), "    "),
            f"except {cell.raises} as error:",
            f'    print(f"{cell.raises}: {{error}}")',
        ]
    )
