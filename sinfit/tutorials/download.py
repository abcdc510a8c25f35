"""Write a document's downloads: a notebook with its outputs, and a program, in one language."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from typing import Any

from sinfit.tutorials import links, markdown
from sinfit.tutorials.page import translated
from sinfit.tutorials.place import Place
from sinfit.tutorials.plots import translate_texts
from sinfit.tutorials.source import Cell

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(place: Place, *, view: bool = False) -> str:
    """The notebook as JSON.

    Args:
        place: The page and the language.
        view: Whether it is for the site's notebook view, whose links stay on the site.
    """
    cells = [
        _json_cell(place, cell, number, view=view)
        for number, cell in enumerate(place.document.cells)
        if "build-only" not in cell.tags
    ]
    cells = [cell for cell in cells if cell["source"].strip()]
    cells[0]["source"] = _with_pip(place, cells[0]["source"])
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": KERNEL,
            "language_info": {"name": "python", "file_extension": ".py"},
            "sinfit": {
                "document": place.document.name,
                "language": place.language,
                "headings": _heading_ids(place),
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def program(place: Place) -> str:
    """The program in percent format; it runs as it is and prints the page's numbers."""
    parts = [_comment(_with_pip(place, _words(place, place.document.cells[0].source)))]
    for cell in place.document.cells[1:]:
        if "build-only" in cell.tags:
            continue
        if cell.kind == "markdown":
            text = _words(place, cell.source)
            parts += [_comment(text)] if text.strip() else []
        else:
            parts.append("# %%\n" + _guarded(cell, _code(place, cell)))
    return "\n\n".join(parts) + "\n"


def requirements(place: Place) -> list[str]:
    """What the downloads need from the package index."""
    document = place.document
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
            for stage in place.site.stages
            if stage.spec and stage.spec.name in used
        }
        if re.search(r"sinfit\.compare\(\s*\)", code):
            named |= {stage.distribution for stage in place.site.stages}
        found += sorted(named)
    for package in ("torch", "matplotlib", "scipy", "pandas"):
        if re.search(rf"^\s*(?:import|from) {package}\b", code, re.MULTILINE):
            found.append(package)
    return found


def _heading_ids(place: Place) -> list[str]:
    """The headings' ids in order: the same in every language, and Jupyter knows none."""
    return [
        piece.info or "top"
        for cell in place.document.cells
        if cell.kind == "markdown" and "build-only" not in cell.tags
        for piece in markdown.parse(cell.source)
        if piece.kind.startswith("heading")
    ]


def _with_pip(place: Place, text: str) -> str:
    """The first cell with what to install, below its title and first words."""
    head, mark, rest = text.partition("\n## ")
    return f"{head.rstrip()}\n\n{_pip_text(place)}\n{mark}{rest}"


def _pip_text(place: Place) -> str:
    needed, site = requirements(place), place.site
    if site.url and site.folders:
        said, line = "pip", f"pip install --find-links {site.url}wheels/ {' '.join(needed)}"
    elif site.folders:  # nowhere else are they to be had
        paths = [site.folders[name].as_posix() if name in site.folders else name for name in needed]
        said, line = "pip in a checkout", f"pip install {' '.join(paths)}"
    else:
        said, line = "pip", f"pip install {' '.join(needed)}"
    lines = [place.word(said), "", "```", line, "```"]
    if site.url:
        url = f"{place.site.url}{place.language}{links.url_of(place.document)}"
        lines += ["", place.word("site", url=f"<{url}>")]
    return "\n".join(lines)


def _json_cell(place: Place, cell: Cell, number: int, *, view: bool) -> dict[str, Any]:
    identity = f"cell-{number}"
    if cell.kind == "markdown":
        text = _words(place, cell.source, view=view)
        return {
            "cell_type": "markdown",
            "id": identity,
            "metadata": {"tags": sorted(cell.tags)} if cell.tags else {},
            "source": text,
        }
    metadata: dict[str, Any] = {}
    if tags := [*sorted(cell.tags), *(["raises-exception"] if cell.raises else [])]:
        metadata["tags"] = tags
    if cell.tags & {"hidden", "solution", "output-only"}:
        metadata["jupyter"] = {"source_hidden": True}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identity,
        "metadata": metadata,
        "outputs": [_output(place, output) for output in cell.outputs],
        "source": _code(place, cell),
    }


def _output(place: Place, output: dict[str, Any]) -> dict[str, Any]:
    output = dict(output)
    if output["output_type"] == "execute_result":
        output["execution_count"] = None
    if svg := output.get("data", {}).get("image/svg+xml"):
        drawn = translate_texts(svg, place.translator.plain)
        output["data"] = {"image/svg+xml": drawn.replace("<svg", '<svg color="#000"', 1)}
    return output


def _code(place: Place, cell: Cell) -> str:
    return place.translator.code(cell.source, f"{place.document.name}, cell {cell.title!r}")


def _words(place: Place, text: str, *, view: bool = False) -> str:
    text = translated(place, text, for_notebook=True)
    change: Callable[[str], str] = _without_ids
    text = change(_quotes(text))
    if view:
        files = links.to_files(text, place.document, place.site.documents)
        # the view is a folder below the page
        text = re.sub(r"\]\((?![a-z]+:|#|/)([^)]*)\)", r"](../\1)", files)
        text = re.sub(r"(\]\([^)]*?)(?:index)?\.md(#[^)]*)?\)", _to_folder, text)
    else:
        text = links.to_addresses(text, place.site.url, place.language)
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
