"""Build the sources of the site: compose, run once, translate, and write each language's tree."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sinfit.tutorials import compose, download, links, po, run, verify, words
from sinfit.tutorials.page import download_name, page
from sinfit.tutorials.place import Place, Site
from sinfit.tutorials.source import Document, TutorialError
from sinfit.tutorials.translate import LANGUAGES, package_entries, translator
from sinfit.tutorials.units import units

TARGETS = ("ko", "zh")


@dataclass(frozen=True)
class Built:
    """What a build did.

    Attributes:
        site: The composed site.
        ran: The documents that were run, the others came from the cache.
        changed: The files that were written or removed, by language.
    """

    site: Site
    ran: tuple[str, ...]
    changed: dict[str, int]


def cache_folder(root: Path) -> Path:
    """Where runs and built languages are kept: `.cache/sinfit` of the project, or SINFIT_CACHE."""
    return Path(os.environ.get("SINFIT_CACHE") or root / ".cache" / "sinfit")


def documents(docs: Path) -> list[Document]:
    """All documents of the site, the stages first.

    Raises:
        TutorialError: A source is wrong, or two documents have one name.
    """
    found = [*compose.stages(), *(compose.pages(docs) if docs.is_dir() else [])]
    names = [document.name for document in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise TutorialError(f"two sources make one page: {', '.join(sorted(twice))}")
    return found


def build(
    docs: Path, out: Path, *, url: str = "", say: Callable[[str], None] = lambda _: None
) -> Built:
    """Compose, check, run and write everything.

    Args:
        docs: The folder of the site's other pages.
        out: Where a folder for each language is written.
        url: The site's address, or empty.
        say: Told what is going on.

    Raises:
        TutorialError: Anything is wrong; the message names all of it.
    """
    words.forget()
    cache = cache_folder(docs.parent)
    found = documents(docs)
    if wrong := verify.problems(found):
        raise TutorialError("\n".join(wrong))
    from sinfit.tutorials.examples import run_examples

    runs = run.run_all(found, cache / "runs")
    runs |= run_examples(
        [document for document in found if not document.is_notebook], cache / "runs"
    )
    ran = tuple(name for name, done in runs.items() if done.fresh)
    for name in ran:
        say(f"ran {name}")
    composed = [_with_outputs(document, runs) for document in found]
    translators = {
        (document.name, language): translator(document, language)
        for document in composed
        for language in LANGUAGES
    }
    site = Site(
        tuple(composed),
        runs,
        {key: made.progress for key, made in translators.items()},
        _catalogs(composed),
        url and url.rstrip("/") + "/",
        cache,
    )
    changed = {}
    for language in LANGUAGES:
        order = [document.name for document in site.stages]
        files = {"stages.json": json.dumps(order)}  # the navigation's order
        for document in composed:
            files |= _files(Place(site, document, translators[document.name, language]))
        changed[language] = _sync(files, docs, out / language)
    return Built(site, ran, changed)


def update(found: Sequence[Document]) -> list[Path]:
    """Bring the PO files of documents up to their English; return those that changed."""
    changed = []
    for language in TARGETS:
        for document in found:
            if po.update(document.po(language), language, units(document)):
                changed.append(document.po(language))
        if po.update(words.LOCALE / f"{language}.po", language, words.units()):
            changed.append(words.LOCALE / f"{language}.po")
    words.forget()
    return changed


def _with_outputs(document: Document, runs: dict[str, run.Ran]) -> Document:
    from dataclasses import replace

    if not document.is_notebook:
        return document
    outputs = iter(runs[document.name].outputs)
    return document.with_cells(
        [
            replace(cell, outputs=next(outputs)) if cell.kind == "code" else cell
            for cell in document.cells
        ]
    )


def _catalogs(found: Sequence[Document]) -> dict[tuple[str, str], dict[str, po.Entry]]:
    catalogs = {
        (document.package, language): package_entries(document.package, language)
        for document in found
        if document.package
        for language in TARGETS
    }
    for document in found:
        if document.name == "glossary":
            for language in TARGETS:
                entries = po.entries(document.po(language), language, units(document))
                catalogs["glossary", language] = entries
    return catalogs


def _files(place: Place) -> dict[str, str]:
    document = place.document
    files = {links.file_of(document): page(place)}
    if document.is_notebook:
        folder, name = document.name, download_name(place)
        files[f"{folder}/notebook.ipynb"] = download.notebook(place, view=True)
        files[f"{folder}/{name}.ipynb"] = download.notebook(place)
        files[f"{folder}/{name}.py"] = download.program(place)
        files[f"{folder}/source.txt"] = document.path.read_text(encoding="utf-8")
    return files


def _sync(files: dict[str, str], docs: Path, out: Path) -> int:
    """Make the folder hold exactly these files and the assets; write only what differs."""
    changed = 0
    wanted = {out / name for name in files}
    for name, text in files.items():
        path = out / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed += 1
    for source in sorted((docs / "assets").rglob("*")):
        path = out / "assets" / source.relative_to(docs / "assets")
        wanted.add(path)
        if source.is_file() and (not path.is_file() or path.read_bytes() != source.read_bytes()):
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
            changed += 1
    for path in sorted(out.rglob("*"), reverse=True):
        if path.is_file() and path not in wanted:
            path.unlink()
            changed += 1
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return changed
