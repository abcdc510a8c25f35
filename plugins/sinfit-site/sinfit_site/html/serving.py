"""`mkdocs serve`: an edit is shown in seconds, and what is wrong is shown instead of stopping.

A page that stays as it is keeps its navigation, so a new title of another is missing there; and the
search and the wheels are those of the last `mkdocs build`.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
from sinfit.errors import one_line
from sinfit_author.children import Workers

from sinfit_site import build as sources
from sinfit_site import cache, packages
from sinfit_site.errors import TutorialError
from sinfit_site.html import BUILDER, languages
from sinfit_site.html.one_language import (
    Mkdocs,
    are_few,
    build_language,
    changes,
    here,
    in_a_child,
    keys_of,
    pages_folder,
)
from sinfit_site.i18n import languages as site_languages

log = logging.getLogger(f"{BUILDER}.plugins.sinfit")

Job = tuple[Path, str, str, Mapping[str, str], Mkdocs]
"""What `build_language` is given."""

NOTE = """<div role="alert" style="position: fixed; inset: auto 0 0 0; z-index: 99; padding: 1rem; \
max-height: 50vh; overflow: auto; background: #b00020; color: #fff; font: 14px monospace; \
white-space: pre-wrap">{}</div>"""


@dataclass
class Now:
    """Whether `mkdocs serve` is at work, and what stopped its last build."""

    at_work: bool = False
    wrong: str = ""


now = Now()


def on_startup(command: str, **_more: Any) -> None:
    """Find out whether MkDocs serves or builds."""
    now.at_work = command == "serve"


def on_pre_build(config: Any) -> None:
    """Compose the pages as `mkdocs build` does, but show what it would refuse."""
    if not now.at_work:
        languages.on_pre_build(config)
        return
    now.wrong = ""
    root = Path(config.config_file_path).parent
    with _shown():
        built = sources.build(
            root / "docs",
            pages_folder(root),
            url=config.site_url or "",
            repo=config.repo_url or "",
            say=log.info,
            draft=True,
        )
        languages.tell(built)


def on_post_build(config: Any) -> None:
    """Build the pages that have changed, and put all into the site; say there what went wrong."""
    if not now.at_work:
        languages.on_post_build(config)
        return
    root, site = Path(config.config_file_path).parent, Path(config.site_dir)
    kept = sources.cache_folder(root)
    with _shown(), cache.alone(kept, log.info):
        if not now.wrong:
            _build(root, config)
    show = cache.put if now.wrong else cache.link  # pages that are written on must be copies
    for name in ("wheels", "fonts", *(f"html/{language}" for language in site_languages())):
        if (kept / name).is_dir():
            show(kept / name, site / Path(name).name)
    if now.wrong:
        for language in site_languages():  # before the first build that went well there is none
            if not (page := site / language / "index.html").is_file():
                page.parent.mkdir(parents=True, exist_ok=True)
                page.write_text("<!doctype html><title>sinfit</title><body></body>", "utf-8")
        for page in site.rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            note = NOTE.format(escape(now.wrong))
            page.write_text(text.replace("</body>", f"{note}</body>"), encoding="utf-8")


def on_serve(server: Any, config: Any, builder: Any) -> Any:  # noqa: ARG001 (MkDocs' signature)
    """Watch the folders of stages and language packs too, wherever they are installed."""
    from sinfit.fitting.fit import fitters

    stages = {each.package for each in fitters().values() if each.spec.tutorial}
    packs = {each.catalogs for each in site_languages().values()} - {""}
    for package in sorted(stages | packs):
        if home := packages.folder(package):
            server.watch(str(home))
    return server


def _build(root: Path, config: Any) -> None:
    """Build the languages: here if little has changed, for that is sooner, else by children."""
    url = config.site_url or ""
    keys = {
        language: keys_of(root, language, url, config.repo_url, whole=False)
        for language in site_languages()
    }
    changed = {language: changes(root, language, keys[language]) for language in keys}
    jobs = [(root, each, url, keys[each]) for each in keys if changed[each]]
    if all(map(are_few, changed.values())):
        failed = _in_forks([(*job, here) for job in jobs])
    else:
        with Workers(len(jobs)) as workers:
            mkdocs = in_a_child(workers, strict=False)
            made = [workers.submit(build_language, *job, mkdocs) for job in jobs]
            failed = [job.result() for job in made]
    if any(failed):
        raise TutorialError("\n".join(filter(None, failed)))


def _in_forks(jobs: list[Job]) -> list[str]:
    """Build languages side by side, the first here and the others in forks of this process.

    They have MkDocs loaded. Only Linux forks such a process safely; elsewhere all are built here.
    """
    if len(jobs) < 2 or sys.platform != "linux":
        return [build_language(*job) for job in jobs]
    first, *others = jobs
    ignored = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends them
    with get_context("fork").Pool(len(others), signal.signal, ignored) as forks:
        rest = forks.starmap_async(build_language, others)
        return [build_language(*first), *rest.get()]


@contextmanager
def _shown() -> Iterator[None]:
    """Let what goes wrong be said and shown, so that the server goes on with the pages it has."""
    try:
        yield
    except Exception as error:  # whatever it is, the next edit may mend it
        known = isinstance(error, TutorialError)
        now.wrong = str(error) if known else one_line(error)
        log.debug("what stopped the build", exc_info=not known)
        click.echo(f"not shown yet, for something is wrong:\n{now.wrong}", err=True)
