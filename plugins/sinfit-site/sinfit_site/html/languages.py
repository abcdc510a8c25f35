"""The whole site from `mkdocs build`: compose first, then one MkDocs build for each language."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import click
from sinfit.i18n import speaking
from sinfit_author.children import Workers

from sinfit_site import build as sources
from sinfit_site import cache
from sinfit_site.cards import build_cards
from sinfit_site.errors import TutorialError
from sinfit_site.html import BUILDER
from sinfit_site.html.maths_font import build_font
from sinfit_site.html.one_language import build_language, in_a_child, keys_of, pages_folder
from sinfit_site.html.theme import not_found, switch
from sinfit_site.i18n import languages
from sinfit_site.wheels import build_wheels

log = logging.getLogger(f"{BUILDER}.plugins.sinfit")


def on_config(config: Any) -> Any:
    """Tell the root's templates which languages there are, and what 404 says in each."""
    config.extra["languages"] = switch()
    for each in config.extra["languages"]:
        with speaking(each["code"]):
            each |= not_found()
    return config


def on_pre_build(config: Any) -> None:
    """Compose, run, translate and write the pages of all languages."""
    with _told():
        site = Path(config.site_dir)
        site.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=site):
            pass  # better now than when everything has run
        _build_sources(config, ())


def on_post_build(config: Any) -> None:
    """Build each language whose pages or configuration have changed, and put all into the site."""
    site, kept = Path(config.site_dir), sources.cache_folder(_root(config))
    without: set[str] = set()
    with _told():
        log.info("building the pages of %s", ", ".join(languages()))
        while failed := _build_languages(config):
            # a page of another plugin that MkDocs refuses is left out, and the rest made again
            theirs = {
                each.distribution
                for each in sources.documents(_root(config) / "docs", without)
                if sources.is_foreign(each.distribution, _root(config) / "docs")
                and any(f"{each.name}/" in line for line in failed)
            }
            if not theirs - without:
                raise TutorialError("\n".join(failed))
            _warn(f"{', '.join(theirs)}: its page is left out: {failed[0]}")
            without |= theirs
            _build_sources(config, without)
        with cache.alone(kept, log.info):
            for name in ("wheels", "cards", "fonts"):
                if (kept / name).is_dir():
                    cache.put(kept / name, site / name)
            for language in languages():
                cache.put(kept / "html" / language, site / language)
        _write_robots(site, config.site_url or "")


def _build_sources(config: Any, without: Collection[str]) -> None:
    root = _root(config)
    built = sources.build(
        root / "docs",
        pages_folder(root),
        url=config.site_url or "",
        repo=config.repo_url or "",
        say=log.info,
        without=without,
    )
    tell(built)
    pages = pages_folder(root)
    build_font(built.site.cache, sorted(pages.rglob("*.md")))
    if config.site_url:  # a card has an absolute address
        build_cards(built.site)


def tell(built: sources.Built) -> None:
    """Say what a build has found and written."""
    for line in built.warnings:
        _warn(line)
    for language, changed in built.changed.items():
        log.info("%s: %d files written", language, changed)


def _build_languages(config: Any) -> list[str]:
    """Build wheels and languages side by side; return what went wrong."""
    root, url = _root(config), config.site_url or ""
    kept = sources.cache_folder(root)
    # not in the threads: Python 3.11 parses in one at a time
    keys = {language: keys_of(root, language, url, config.repo_url) for language in languages()}
    with cache.alone(kept, log.info), Workers(len(keys) + 1) as workers:
        mkdocs = in_a_child(workers, strict=config.strict)
        made = workers.submit(build_wheels, root, kept, workers)
        jobs = [
            workers.submit(build_language, root, language, url, keys[language], mkdocs)
            for language in keys
        ]
        failed = [message for job in jobs if (message := job.result())]
        for line in made.result():
            _warn(line)
        return failed


@contextmanager
def _told() -> Iterator[None]:
    """Let what goes wrong be told in a sentence, as MkDocs tells its own errors."""
    from mkdocs.exceptions import PluginError

    try:
        yield
    except TutorialError as error:
        raise PluginError(f"\n{error}") from error
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise PluginError(
            f"\nthe site cannot be written: {place}{error.strerror or str(error)[:300]}"
        ) from error
    except KeyboardInterrupt:
        click.echo(
            "interrupted: what had been started is ended, and no page is published", err=True
        )
        raise


def _warn(text: str) -> None:
    """Say it even to `--quiet`; a warning of MkDocs' own would stop a strict build."""
    click.echo(f"warning: {text}", err=True)


def _root(config: Any) -> Path:
    return Path(config.config_file_path).parent


def _write_robots(site: Path, url: str) -> None:
    lines = [
        "User-agent: *",
        "Allow: /",
        *([f"Sitemap: {url.rstrip('/')}/sitemap.xml"] if url else []),
    ]
    (site / "robots.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
