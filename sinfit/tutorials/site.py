"""The whole site from `mkdocs build`: compose first, then one MkDocs build for each language."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

from sinfit.tutorials import build as sources
from sinfit.tutorials import depends, terms, words
from sinfit.tutorials.source import TutorialError
from sinfit.tutorials.translate import LANGUAGES
from sinfit.tutorials.wheels import build_wheels

log = logging.getLogger("mkdocs.plugins.sinfit")

REFERENCE = re.compile(r"^::: (\S+)", re.MULTILINE)
PACKAGES = ("mkdocs", "mkdocs-material", "mkdocs-jupyter", "mkdocstrings", "pymdown-extensions")


def on_pre_build(config: Any) -> None:
    """Compose, run, translate and write the pages of all languages."""
    from mkdocs.exceptions import PluginError

    root = _root(config)
    try:
        built = sources.build(root / "docs", _pages(root), url=config.site_url or "", say=log.info)
    except TutorialError as error:
        raise PluginError(f"\n{error}") from error
    for language, changed in built.changed.items():
        log.info("%s: %d files written", language, changed)


def on_post_build(config: Any) -> None:
    """Build each language whose pages or configuration have changed, and put all into the site."""
    from mkdocs.exceptions import PluginError

    root = _root(config)
    with ThreadPoolExecutor(len(LANGUAGES) + 1) as pool:
        wheels = pool.submit(build_wheels, root, sources.cache_folder(root))
        jobs = {
            language: pool.submit(
                build_language, root, language, config.site_url or "", config.strict
            )
            for language in LANGUAGES
        }
        failed = [message for job in jobs.values() if (message := job.result())]
    if failed:
        raise PluginError("\n" + "\n".join(failed))
    try:
        built = wheels.result()
    except TutorialError as error:
        raise PluginError(f"\n{error}") from error
    if built:
        _put(built, Path(config.site_dir) / "wheels")
    for language in LANGUAGES:
        _put(_html(root) / language, Path(config.site_dir) / language)
    _write_robots(Path(config.site_dir), config.site_url or "")


def on_serve(server: Any, config: Any, builder: Any) -> Any:  # noqa: ARG001 (MkDocs' signature)
    """Watch the plugins' folders too, wherever they are installed."""
    from sinfit.tutorials.compose import stages

    for document in stages():
        server.watch(str(document.path.parent))
    return server


def build_language(root: Path, language: str, url: str, strict: bool) -> str:
    """Build one language with MkDocs, unless nothing that it depends on has changed.

    Returns:
        What went wrong; empty if nothing did.
    """
    out = _html(root) / language
    key = _key(root, language, f"{url} {strict}")
    mark = out / ".key"
    if mark.is_file() and mark.read_text(encoding="utf-8") == key:
        return ""
    environment = os.environ | {
        "SINFIT_SITE_URL": f"{url.rstrip('/')}/{language}/" if url else "",
        f"SINFIT_DOCS_{language.upper()}": str(_pages(root) / language),
        f"SINFIT_SITE_{language.upper()}": str(out),
        "SINFIT_JUPYTER_CACHE": str(sources.cache_folder(root) / "jupyter" / language),
        "NO_MKDOCS_2_WARNING": "1",
    }
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    command += ["--config-file", str(root / "docs" / "config" / f"{language}.yml")]
    command += ["--strict"] if strict else []
    done = subprocess.run(  # noqa: S603 (our own command)
        command, env=environment, cwd=root, capture_output=True, text=True, check=False
    )
    said = "\n".join(filter(None, [done.stdout.strip(), done.stderr.strip()]))
    if done.returncode:
        return f"{language}: {said}"
    if said:
        log.warning("%s: %s", language, said)
    wrong = dead_links(out)
    if wrong:
        return "\n".join(f"{language}: {line}" for line in wrong)
    mark.write_text(key, encoding="utf-8")
    return ""


def dead_links(site: Path) -> list[str]:
    """Links and anchors of built pages that lead nowhere within the site."""
    from sinfit.tutorials.html import anchors_and_links

    pages = {
        path: anchors_and_links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")
    }
    wrong = []
    for path, (own, links) in pages.items():
        if path.name == "404.html":
            continue  # its links are from the server's root
        for link in links:
            target, _, anchor = link.partition("#")
            if target:
                goal = (path.parent / target).resolve()
                if goal.is_dir() or target.endswith("/"):
                    goal /= "index.html"
                if not goal.is_relative_to(site.resolve()):
                    continue  # another language, which has the same pages
                if not goal.is_file():
                    wrong.append(f"{path.relative_to(site)}: dead link {link}")
                    continue
            else:
                goal = path.resolve()
            there = (
                own
                if not target
                else pages.get(site / goal.relative_to(site.resolve()), (set(), []))[0]
            )
            if anchor and goal.suffix == ".html" and anchor not in there:
                wrong.append(f"{path.relative_to(site)}: dead anchor {link}")
    return wrong


def _put(folder: Path, place: Path) -> None:
    ignore = shutil.ignore_patterns(".key")
    shutil.copytree(folder, place, dirs_exist_ok=True, copy_function=_link, ignore=ignore)


def _key(root: Path, language: str, more: str) -> str:
    digest = hashlib.sha256(more.encode())
    for package in PACKAGES:
        digest.update(f"{package} {metadata.version(package)}".encode())
    digest.update((words.LOCALE / f"{language}.po").read_bytes() if language != "en" else b"")
    # and what the references on the pages name
    described = {"sinfit.tutorials.theme", "sinfit.tutorials.inline_maths"}
    for path in (_pages(root) / language).rglob("*.md"):
        described |= set(REFERENCE.findall(path.read_text(encoding="utf-8")))
    digest.update(depends.host_digest(described) + terms.FILE.read_bytes())
    for folder in (_pages(root) / language, root / "docs" / "config", root / "docs" / "overrides"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _root(config: Any) -> Path:
    return Path(config.config_file_path).parent


def _pages(root: Path) -> Path:
    return sources.cache_folder(root) / "pages"


def _html(root: Path) -> Path:
    return sources.cache_folder(root) / "html"


def _link(source: str, target: str) -> str:
    """A hard link where the file system has them: the built languages are many files."""
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target


def _write_robots(site: Path, url: str) -> None:
    lines = [
        "User-agent: *",
        "Allow: /",
        *([f"Sitemap: {url.rstrip('/')}/sitemap.xml"] if url else []),
    ]
    (site / "robots.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
