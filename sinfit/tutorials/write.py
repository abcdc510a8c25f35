"""Write the files of a language: pages, notebook views, downloads and assets."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sinfit.tutorials import depends, download, links, made, published, words
from sinfit.tutorials.compose import is_stage
from sinfit.tutorials.page import download_name, page
from sinfit.tutorials.place import Place, Site
from sinfit.tutorials.source import Cell
from sinfit.tutorials.translate import Translator, has_language


def write(
    site: Site, language: str, translators: dict[tuple[str, str], Translator], docs: Path, out: Path
) -> int:
    """Write a language's files; a page whose sources are as before stays as it is.

    Returns:
        How many files were written or removed.
    """
    folder = out / language
    nav: dict[str, list[str]] = {"stages/*": [], "stages/**": []}  # in the fitters' order
    for document in site.stages:
        nav["stages/*" if is_stage(document) else "stages/**"].append(document.name)
    files: dict[str, str | None] = {"stages.json": json.dumps(nav)}
    done = made.Made(site.cache / f"made-{language}-{made.digest(str(out.resolve()))}.json")
    shared = _shared(site, language)
    for document in site.documents:
        place = Place(site, document, translators[document.name, language])
        composed = _Once(place)
        kept, _ = done.again(document.name, _key(place, shared), composed.names)
        if not composed.files and not all((folder / name).is_file() for name in kept):
            composed.names()
        files |= composed.files or dict.fromkeys(kept)
    changed = _sync(files, docs, folder)
    done.save()
    return changed


class _Once:
    """The files of a page, composed when their names are asked for."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.files: dict[str, str] = {}

    def names(self) -> list[str]:
        self.files = _files(self.place)
        return list(self.files)


def _shared(site: Site, language: str) -> str:
    """What any page of a language may show: code, runs, replays, the stages' and the site's words.

    A stage's page shows the program of another stage with its comments, so all stages' catalogs
    are here, and an edit of one composes all pages of its language anew.
    """
    uses = any(shows(document.cells, "published") for document in site.documents)
    catalogs = {name: found for (name, code), found in site.catalogs.items() if code == language}
    folders = (words.LOCALE, depends.HOST / "locale")
    locale = [path.read_bytes() for each in folders for path in each.glob(f"{language}.po")]
    return made.digest(
        made.programs(site.documents),
        [document.name for document in site.documents],
        [ran.recording for ran in site.runs.values()],
        published.tables(site.cache) if uses else (),
        catalogs,
        locale,
        site.url,
        sorted(site.folders.items()),
    )


def _key(place: Place, shared: str) -> str:
    """What a page is written from."""
    document = place.document
    return made.digest(
        shared,
        made.content(document),
        [cell.outputs for cell in document.cells],
        document.path.read_bytes(),
        place.translator,
        has_language(document, place.language),
        place.site.progress if shows(document.cells, "status") else "",
    )


def shows(cells: tuple[Cell, ...], directive: str) -> bool:
    """Whether one of the cells has a directive that begins so."""
    return any(f"[[{directive}" in cell.source for cell in cells)


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


def _sync(files: dict[str, str | None], docs: Path, out: Path) -> int:
    """Make the folder hold exactly these files (None: as it is) and the assets."""
    changed = 0
    wanted = {out / name for name in files}
    for name, text in files.items():
        path = out / name
        if text is None:
            continue
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
