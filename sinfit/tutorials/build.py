"""Build the sources of the site: compose, run once, translate, and write each language's tree."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sinfit.tutorials import (
    compose,
    examples,
    hover,
    names,
    po,
    published,
    run,
    terms,
    verify,
    wheels,
    words,
    write,
)
from sinfit.tutorials.place import Site
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
    called = [document.name for document in found]
    if twice := {name for name in called if called.count(name) > 1}:
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
    for module in (hover, names, published, terms, words):
        module.forget()  # `mkdocs serve` builds again and again in one process
    cache = cache_folder(docs.parent)
    found = documents(docs)
    if wrong := verify.problems(found, cache):
        raise TutorialError("\n".join(wrong))
    runs = _run(found, cache)
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
        wheels.folders(docs.parent),
    )
    changed = {
        language: write.write(site, language, translators, docs, out) for language in LANGUAGES
    }
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


def _run(found: Sequence[Document], cache: Path) -> dict[str, run.Ran]:
    """Run everything; what takes longest begins first."""
    programs = [each if each.is_notebook else examples.program(each) for each in found]
    # the later a notebook, the longer it takes; examples on pages are short
    programs = [each for each in programs[::-1] if each.is_notebook] + [
        each for each in programs if not each.is_notebook
    ]
    shows = any(write.shows(each.cells, "published") for each in found)
    with ThreadPoolExecutor(3) as pool:  # on two cores: a kernel that starts or ends waits
        finish = published.replay_all(cache, pool) if shows else None
        runs = run.run_all(programs, cache / "runs", pool)
        if finish:
            finish()
    for document in found:
        if not document.is_notebook:
            examples.check_outputs(document, runs[document.name])
    return {document.name: runs[document.name] for document in found}


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
