"""The files of a language: pages, notebook views, downloads and assets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from sinfit.i18n import LANGUAGES, gettext_of, speaking
from sinfit.registry.plugins import offers

from sinfit_site import DIRECTIVES, cache, packages
from sinfit_site.errors import page_of
from sinfit_site.i18n import languages
from sinfit_site.model import Page, Site
from sinfit_site.pages import download, links, one_file
from sinfit_site.pages.page_text import changed, download_name, official, text_of
from sinfit_site.sources import messages
from sinfit_site.sources.compose import is_stage, previous_stage
from sinfit_site.translating.translator import has_language


def write(site: Site, language: str, docs: Path, out: Path) -> int:
    """Write a language's files; a page whose sources are as before stays as it is.

    Args:
        site: What to write.
        language: The language's code.
        docs: The folder of the site's other pages, whose assets are copied.
        out: The language's folder, which will hold nothing else.

    Returns:
        How many files were written or removed.
    """
    nav: dict[str, list[str]] = {"stages/*": [], "stages/**": []}  # in the fitters' order
    for document in site.stages:
        nav["stages/*" if is_stage(document) else "stages/**"].append(document.name)
    files: dict[str, str | None] = {"stages.json": json.dumps(nav)}
    shared = _shared(site, language)
    for document in site.documents:
        page = Page(site, document, site.translators[document.name, language])
        with page_of(document.distribution, document.name), speaking(language):
            files |= _new_files(page, cache.key(shared, _around(page)), out)
    return _sync(files, docs, out)


def _around(page: Page) -> list[object]:
    """What a page shows of others: their comments in code from there, [[diff]] and [[status]].

    No more of the project's own directives read other pages; somebody else's may read anything.
    """
    site, translator = page.site, page.translator
    pieces = [piece for cell in page.document.cells for piece in cell.pieces]
    used = {(piece.info, piece.text.strip()) for piece in pieces if piece.kind == "directive"}
    names = {name for name, _argument in used}
    others = [*translator.packages]
    if "diff" in names:
        before = previous_stage(page.document, site.stages)
        others += [
            stage.package
            for stage in site.stages
            if stage == before or (stage.spec and ("diff", stage.spec.name) in used)
        ]
    found: list[object] = [_programs(package, page.language) for package in others]
    if "status" in names:
        found.append([each.progress for each in site.translators.values()])
    offered = offers("sinfit_directives").values()
    own = {each.name for each in offered if each.distribution in site.folders}
    return found if names <= {*DIRECTIVES, *own} else [*found, _anything(site)]


def _anything(site: Site) -> str:
    """The key of all that a directive finds in a site, beside what all pages share."""
    return cache.key(
        [(document.key, _programs(document.package)) for document in site.documents],
        packages.everything((".po",)),
        [each.progress for each in site.translators.values()],
    )


def _programs(package: str, *languages: str) -> list[Path]:
    """A package's programs, and the catalogs with the comments that pages show of them."""
    found = packages.sources(package, (".py", ".po")) if package else []
    return [
        path
        for path in found
        if path.stem in languages or (path.suffix == ".py" and path.name != "tutorial.py")
    ]


def _new_files(page: Page, shared: str, out: Path) -> dict[str, str | None]:
    """The files of a page, composed if it or a file is not as it was; None stands for such."""
    composed: dict[str, str] = {}

    def hashes() -> dict[str, str]:
        composed.update(_files(page))
        return {name: cache.key(text.encode()) for name, text in composed.items()}

    place = page.site.cache / "composed" / page.language / f"{page.document.name}.json"
    kept, _fresh = cache.value(place, _key(page, shared), hashes)
    if not composed and any(_hash_of(out / name) != kept[name] for name in kept):
        hashes()
    return dict(composed) or dict.fromkeys(kept)


def _hash_of(path: Path) -> str:
    return cache.key(path.read_bytes()) if path.is_file() else ""


def _shared(site: Site, language: str) -> str:
    """The key of what any page of a language may show: code, runs, words, terms, addresses."""
    catalogs = packages.everything((".po",), stages=False)
    pack = packages.folder(LANGUAGES[language].catalogs) if LANGUAGES[language].catalogs else None
    with speaking(language):
        words = [
            [gettext_of(stage.package, unit.text) for unit in messages.words(stage.package)]
            for stage in site.stages
        ]
    return cache.key(
        site.code,
        [document.name for document in site.documents],
        site.translators.get(("glossary", language)),
        [repr(ran.recording) for ran in site.runs.values()],
        [each for each in catalogs if each.name == f"{language}.po" or pack in each.parents],
        words,
        [repr(each) for each in languages().values()],
        site.url,
        site.repository.url,
        [(name, path.as_posix()) for name, path in site.folders.items()],
    )


def _key(page: Page, shared: str) -> str:
    """The key of what a page is written from."""
    document = page.document
    return cache.key(
        shared,
        document.key,
        document.path,
        _programs(document.package) if document.spec else [],
        changed(page),
        official(page),
        page.translator,
        has_language(document, page.language),
    )


def _files(page: Page) -> dict[str, str]:
    document = page.document
    files = {links.file_of(document): text_of(page)}
    if document.is_notebook:
        folder, name = document.name, download_name(page)
        files[f"{folder}/notebook.ipynb"] = download.notebook(page, view=True)
        files[f"{folder}/{name}.ipynb"] = download.notebook(page)
        files[f"{folder}/{name}.py"] = download.program(page)
        if one_file.needs(page):
            files[f"{folder}/{one_file.name_of(page)}"] = one_file.program(page)
        files[f"{folder}/source.txt"] = document.path.read_text(encoding="utf-8")
    return files


def _sync(files: dict[str, str | None], docs: Path, out: Path) -> int:
    """Make the folder hold exactly these files (None: as it is) and the assets."""
    changed = 0
    wanted = {out / name for name in files}
    for name, text in files.items():
        path = out / name
        if text is None:
            continue
        if not path.is_file() or path.read_bytes() != text.encode():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            changed += 1
    for source, place in _assets(docs):
        path = out / "assets" / place
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


def _assets(docs: Path) -> Iterator[tuple[Path, Path]]:
    """The site's assets, and those of each plugin in a folder named after its package."""
    yield from ((path, path.relative_to(docs / "assets")) for path in _below(docs / "assets"))
    for package in packages.plugins():
        folder = packages.folder(package)
        if folder and folder.name == package:  # a plugin that is one module has no folder
            for path in _below(folder / "assets"):
                yield path, Path(package, path.relative_to(folder / "assets"))


def _below(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))
