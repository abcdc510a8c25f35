"""One language's HTML: MkDocs makes the pages that have changed, and the others stay.

A page is made from its Markdown and from what all pages share: the frame, the titles in the
navigation, and the programs that make it. The pages with references are made from docstrings too,
and refer to one another.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sinfit.errors import one_line
from sinfit_author.children import Workers, module

from sinfit_site import cache, packages
from sinfit_site.build import cache_folder
from sinfit_site.errors import TutorialError
from sinfit_site.html import BUILDER, search
from sinfit_site.html.dead_links import dead_links
from sinfit_site.html.style import minify, prune
from sinfit_site.html.theme import switch
from sinfit_site.i18n import languages

log = logging.getLogger(f"{BUILDER}.plugins.sinfit")

TOOLS = (
    BUILDER,
    "mkdocs-material",
    "mkdocs-jupyter",
    "mkdocstrings",
    "pagefind",
    "pymdown-extensions",
)
CONFIG = Path("docs", "config", "site.yml")
TITLE = re.compile(rb"\A---\n(?:.*\n)*?(title: .*\n(?:stage: .*)?)")
REFERENCE = re.compile(rb"^::: (\w+)", re.MULTILINE)
SHARED, TITLES, SEARCH = "(shared)", "(titles)", "(search)"
"""Keys beside those of the files: what all pages share, what stands in the navigation of each, and
what is made of all, which `mkdocs serve` leaves as it was."""

QUICK = 24  # files: of a stage there are six

Mkdocs = Callable[[Path, str, str, Path], str]
"""Builds a language's pages that a folder lacks; returns what it has to say."""


def build_language(
    root: Path, language: str, url: str, keys: Mapping[str, str], mkdocs: Mkdocs
) -> str:
    """Have the cache hold one language's HTML, and check it.

    Args:
        root: The folder with mkdocs.yml.
        language: The language's code.
        url: The address of the site, or nothing.
        keys: What `keys_of` says.
        mkdocs: How MkDocs is called: `in_a_child` or `here`.

    Returns:
        What went wrong; empty if nothing did.
    """
    place, whole = _place(root, language), SEARCH in keys
    before = _before(place)
    changed = {name for name, key in keys.items() if before.get(name) != key}
    stale, gone = changed - {TITLES, SEARCH}, before.keys() - keys.keys() - {SEARCH}
    if not whole and not stale and not gone:
        return ""
    kept = dict(keys)
    if not whole and TITLES in changed:
        kept[TITLES] = ""  # the next whole build makes all pages again

    def make(out: Path) -> None:
        if SHARED not in stale and not (whole and TITLES in changed):
            shutil.copytree(place, out, dirs_exist_ok=True)
            for name in stale | gone:
                html_of(out, name).unlink(missing_ok=True)
        if (changed - {SEARCH} or gone) and (said := mkdocs(root, language, url, out)):
            log.warning("%s: %s", language, said)
            kept.update(dict.fromkeys(stale, ""))  # so that it is said again the next time
        wrong = dead_links(out, None if whole else {html_of(out, name) for name in stale})
        if whole:
            minify(out)
            prune(out)
            wrong += search.index(out)
        if wrong:
            raise TutorialError("\n".join(wrong))

    try:
        cache.folder(place, kept, make)
    except TutorialError as error:
        return "\n".join(f"{language}: {line}" for line in str(error).splitlines())
    return ""


def keys_of(root: Path, language: str, *settings: object, whole: bool = True) -> dict[str, str]:
    """What each file of a language's HTML is made from.

    Args:
        root: The folder with mkdocs.yml.
        language: The language's code.
        settings: What else counts for all of them.
        whole: Whether the search is made too, and every link looked at.
    """
    pages = pages_folder(root) / language
    contents = {
        path.relative_to(pages).as_posix(): path.read_bytes()
        for path in sorted(pages.rglob("*"))
        if path.is_file()
    }
    markdown = {name: text for name, text in contents.items() if name.endswith(".md")}
    own = [path for path in packages.sources(packages.SITE, (".po",)) if path.stem == language]
    brought = languages()[language].catalogs
    shared = cache.key(
        settings,
        cache.versions(TOOLS),
        [cache.programs(package) for package in (packages.CORE, packages.SITE)],
        own,
        packages.sources(brought, (".po",)) if brought else [],
        switch(),
        [root / "docs" / "config", root / "docs" / "overrides"],
        sorted(markdown),
        contents.get("stages.json"),
    )
    titles = cache.key([TITLE.findall(text) for text in markdown.values()])
    refers = {name: REFERENCE.findall(text) for name, text in markdown.items()}
    documented = {package.decode() for found in refers.values() for package in found}
    references = cache.key(
        [contents[name] for name, found in refers.items() if found],
        [packages.sources(package) for package in sorted(documented)],
    )
    keys = {SHARED: shared, TITLES: titles, **({SEARCH: "made"} if whole else {})}
    for name, text in contents.items():
        keys[name] = cache.key(text, references if refers.get(name) else "")
    return keys


def changes(root: Path, language: str, keys: Mapping[str, str]) -> set[str]:
    """Which keys of a language's HTML are not as they were when it was made, but for the search."""
    before = _before(_place(root, language))
    names = (before.keys() | keys) - {SEARCH}
    return {name for name in names if before.get(name) != keys.get(name)}


def are_few(changed: Collection[str]) -> bool:
    """Whether this is done before a process that has to load MkDocs would have begun."""
    return SHARED not in changed and len(changed) <= QUICK


def html_of(out: Path, name: str) -> Path:
    """The file that MkDocs makes of one of a language's files; of a download, the same."""
    path = out / name
    if path.name == "index.md":
        return path.with_name("index.html")
    if path.suffix == ".md" or path.name == "notebook.ipynb":
        return path.with_suffix("") / "index.html"
    return path


def pages_folder(root: Path) -> Path:
    """Where the Markdown of each language is."""
    return cache_folder(root) / "pages"


def in_a_child(workers: Workers, *, strict: bool) -> Mkdocs:
    """MkDocs in a process of its own, so that languages are built side by side."""

    def build(root: Path, language: str, url: str, out: Path) -> str:
        environment = os.environ | _settings(root, language, url, out)
        command = module(BUILDER, "build", "--dirty", "--quiet", "--config-file")
        command += [str(root / CONFIG), *(["--strict"] if strict else [])]
        done = workers.run(command, environment=environment, folder=root)
        said = "\n".join(filter(None, [done.out.strip(), done.err.strip()]))
        if done.code:
            # of an error that MkDocs does not expect, its last line says enough
            raise TutorialError(said.splitlines()[-1] if "Traceback (most" in said else said)
        return said

    return build


def here(root: Path, language: str, url: str, out: Path) -> str:
    """MkDocs in this process, which has it loaded: for `mkdocs serve` and a few pages."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    with _listening() as said:
        try:
            os.environ.update(_settings(root, language, url, out))
            build(load_config(str(root / CONFIG), strict=False), dirty=True)
        except (Exception, SystemExit) as error:  # MkDocs' Abort is a SystemExit
            raise TutorialError("\n".join([*said, one_line(error)])) from error
    return "\n".join(said)


def _place(root: Path, language: str) -> Path:
    return cache_folder(root) / "html" / language


def _before(place: Path) -> dict[str, str]:
    """What a language's HTML was made from; empty if it is not as it was made."""
    found = cache.key_of(place)
    return dict(found) if isinstance(found, Mapping) else {}


def _settings(root: Path, language: str, url: str, out: Path) -> dict[str, str]:
    """What the configuration of a language reads from the environment."""
    return {
        "SINFIT_SITE_URL": f"{url.rstrip('/')}/{language}/" if url else "",
        "SINFIT_LANGUAGE": language,
        "SINFIT_DOCS": str(pages_folder(root) / language),
        "SINFIT_SITE": str(out),
        "NO_MKDOCS_2_WARNING": "1",
    }


@contextmanager
def _listening() -> Iterator[list[str]]:
    """The warnings of MkDocs, which do not count as those of the build that this is a part of."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger = logging.getLogger(BUILDER)
    handlers, level, logger.handlers = logger.handlers, logger.level, [Listener(logging.WARNING)]
    logger.setLevel(logging.WARNING)
    logger.propagate, propagate = False, logger.propagate
    try:
        yield said
    finally:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
