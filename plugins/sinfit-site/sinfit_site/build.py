"""Build the sources of the site: compose, run once, translate, and write each language's tree."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sinfit.i18n import forget_catalogs
from sinfit_author.children import Workers

from sinfit_site import cache, glossary, packages, wheels
from sinfit_site.directives import published
from sinfit_site.errors import TutorialError
from sinfit_site.i18n import languages, translated
from sinfit_site.model import Site
from sinfit_site.pages import hover
from sinfit_site.pages.page_files import write
from sinfit_site.repository import repository
from sinfit_site.running import examples, run
from sinfit_site.running.forking import Kernels
from sinfit_site.sources import compose
from sinfit_site.sources.document import Document
from sinfit_site.translating import catalogs, names_in_prose, po, verify
from sinfit_site.translating.translator import translator


@dataclass(frozen=True)
class Built:
    """What a build did.

    Attributes:
        site: The composed site.
        ran: The documents that were run, the others came from the cache.
        changed: The files that were written or removed, by language.
        warnings: What is wrong with plugins of others, and what was left out for it.
    """

    site: Site
    ran: tuple[str, ...]
    changed: dict[str, int]
    warnings: tuple[str, ...] = ()


def cache_folder(root: Path) -> Path:
    """Where runs and built languages are kept: `.cache/sinfit` of the project, or SINFIT_CACHE."""
    return Path(os.environ.get("SINFIT_CACHE") or root / ".cache" / "sinfit")


def project(docs: Path) -> Path:
    """The folder of the project whose pages are in `docs`; without any, where the command runs."""
    return docs.parent if docs.is_dir() else Path.cwd()


def documents(docs: Path, without: Collection[str] = ()) -> list[Document]:
    """All documents of the site, the stages first.

    Args:
        docs: The folder of the site's other pages.
        without: Distributions whose tutorials are left out.

    Raises:
        TutorialError: A source is wrong, or two documents have one name.
    """
    found = [*compose.stages(without), *(compose.pages(docs) if docs.is_dir() else [])]
    by_name: dict[str, list[Document]] = {}
    for document in found:
        by_name.setdefault(document.name, []).append(document)
    for name, same in by_name.items():
        if len(same) > 1:
            sources = " and ".join(each.distribution or str(each.path) for each in same)
            theirs = [each.distribution for each in same if is_foreign(each.distribution, docs)]
            raise TutorialError(
                f"two sources make the page {name}: {sources}", theirs[0] if theirs else ""
            )
    return found


def is_foreign(distribution: str, docs: Path) -> bool:
    """Whether a plugin is none of the project's own: what is wrong with it stops nobody else."""
    return distribution not in {"", *wheels.folders(project(docs))}


def others(found: Sequence[Document], docs: Path) -> dict[tuple[str, str], str]:
    """Whose the pages and translations are that are none of the project's own.

    Returns:
        A distribution for a document's name and a language; `en` stands for the page's source.
    """
    packs = {code: each.catalogs for code, each in languages().items()}
    foreign = {whose for whose in {each.distribution for each in found} if is_foreign(whose, docs)}
    return {
        (each.name, code): each.distribution if each.distribution in foreign else brought
        for each in found
        for code, brought in packs.items()
        if each.distribution in foreign or brought
    }


def build(
    docs: Path,
    out: Path,
    *,
    url: str = "",
    repo: str = "",
    say: Callable[[str], None] = lambda _: None,
    without: Collection[str] = (),
    draft: bool = False,
) -> Built:
    """Compose, check, run and write everything.

    Args:
        docs: The folder of the site's other pages.
        out: Where a folder for each language is written.
        url: The site's address, or empty.
        repo: The address of the project's repository, or empty.
        say: Told what is going on.
        without: Distributions whose pages are left out from the beginning.
        draft: Whether a wrong translation is shown and marked; findings are only warnings then.

    Raises:
        TutorialError: Anything is wrong with the project's own pages; the message names it. A page
            of another plugin is left out instead, and `warnings` say why.
    """
    left_out: dict[str, str] = {}
    with cache.alone(cache_folder(project(docs)), say):
        while True:
            try:
                built = _build(docs, out, (url, repo), say, {*without, *left_out}, draft=draft)
            except TutorialError as error:
                whose = error.distribution
                if whose in left_out or not is_foreign(whose, docs):
                    raise
                left_out[whose] = f"{whose}: its page is left out: {error}"
            else:
                return replace(built, warnings=(*left_out.values(), *built.warnings))


def _build(
    docs: Path,
    out: Path,
    addresses: tuple[str, str],
    say: Callable[[str], None],
    without: Collection[str],
    *,
    draft: bool,
) -> Built:
    for forget in (hover.forget, names_in_prose.forget, glossary.forget, forget_catalogs):
        forget()  # `mkdocs serve` builds again and again in one process
    for forget_keys in (cache.programs.cache_clear, cache.versions.cache_clear):
        forget_keys()
    kept, (url, repo) = cache_folder(project(docs)), addresses
    found = documents(docs, without)
    plain = packages.plugins(stages=False)
    code = cache.key(
        packages.everything((".csv", ".json")),
        packages.everything((".py",), stages=False),
        [cache.programs(each) for each in packages.plugins() if each not in plain],
    )
    # three kernels at a time on two cores: one that starts or ends waits
    with Workers(3) as workers, Kernels(workers) as kernels:
        started = run.start_all(_programs(found), kept / "runs", kernels)
        # beside them what one core does
        wrong = verify.by_catalog(found, kept)
        warnings = _checked(found, docs, wrong, draft=draft)
        published.replay_all(found, kept)
        done = run.finish_all(started, say)
    runs = {document.name: done[document.name] for document in found}
    found = [_without_unreadable(document) for document in found]
    composed = [_with_outputs(document, runs) for document in found]
    site = Site(
        tuple(composed),
        runs,
        {
            (document.name, language): replace(
                translator(document, language),
                wrong=verify.by_unit(wrong.get((document.name, language), ())) if draft else {},
            )
            for document in composed
            for language in languages()
        },
        url and url.rstrip("/") + "/",
        kept,
        wheels.folders(project(docs)),
        code,
        repository(project(docs), repo, dated=bool(url or repo)),
    )
    changed = {language: write(site, language, docs, out / language) for language in languages()}
    ran = tuple(name for name, done in runs.items() if done.fresh)
    return Built(site, ran, changed, tuple(warnings))


def _checked(
    found: Sequence[Document], docs: Path, wrong: verify.Findings, *, draft: bool
) -> list[str]:
    """What is wrong with other people's pages and, in a draft, with the project's own.

    Raises:
        TutorialError: Something is wrong with the project's own, and this is no draft.
    """
    theirs = others(found, docs)
    ours = [line for which, lines in wrong.items() if which not in theirs for line in lines]
    if ours and not draft:
        raise TutorialError("\n".join(ours))
    terms = [f"{languages()[code].catalogs}: {line}" for code, line in _of_glossaries()]
    pages = [f"{theirs[each]}: {line}" for each in theirs for line in wrong.get(each, ())]
    return [*ours, *terms, *pages]


def _of_glossaries() -> list[tuple[str, str]]:
    """What is wrong with the term lists of language packs: the language and a line each."""
    return [(code, line) for code in translated() for line in glossary.faults(code)]


def _without_unreadable(document: Document) -> Document:
    """The document without the catalogs that cannot be read; the checks have named them."""
    unreadable = set()
    for language in translated():
        if not po.is_readable(document.po(language), language):
            unreadable.add(language)
    return replace(document, unreadable=frozenset(unreadable)) if unreadable else document


def update(found: Sequence[Document], docs: Path, only: str = "") -> list[Path]:
    """Bring templates and PO files up to the English of documents; return those that changed.

    Args:
        found: The documents.
        docs: The folder of the site's other pages.
        only: A language, to leave the others as they are.
    """
    return catalogs.update(found, project(docs), only)


def _programs(found: Sequence[Document]) -> list[Document]:
    """What is run of each document; what takes longest first."""
    programs = [each if each.is_notebook else examples.program(each) for each in found]
    # the later a notebook, the longer it takes; of pages, the one with the most examples
    pages = [each for each in programs if not each.is_notebook]
    pages.sort(key=lambda each: -len(each.cells))
    return [each for each in programs[::-1] if each.is_notebook] + pages


def _with_outputs(document: Document, runs: dict[str, run.Ran]) -> Document:
    ran = runs[document.name]
    if not document.is_notebook:
        return examples.with_outputs(document, ran)
    outputs = iter(ran.outputs)
    return document.with_cells(
        [
            replace(cell, outputs=next(outputs)) if cell.kind == "code" else cell
            for cell in document.cells
        ]
    )
