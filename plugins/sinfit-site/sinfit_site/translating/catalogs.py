"""All catalogs of a project: PO files and templates brought up to the English, and Weblate's list.

A template (POT) is what a tool makes a catalog of a new language from. It names files without line
numbers, so an edit changes no more of it than the texts that were edited.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from sinfit_site import packages
from sinfit_site.errors import TutorialError
from sinfit_site.sources.document import Document
from sinfit_site.translating import po
from sinfit_site.translating.po_syntax import PoFile

WEBLATE = "weblate.json"
"""The file for Weblate in a project's folder."""

NO_WRAP = 65535
"""Weblate's number for lines that break where the text does, as ours are written."""


def update(documents: Iterable[Document], root: Path, only: str = "") -> list[Path]:
    """Bring templates and PO files up to the English of documents; return those that changed.

    Args:
        documents: The documents; two pages of a plugin share its catalogs.
        root: The project's folder, from where `#:` names files.
        only: A language, to leave the others and the templates as they are.

    Raises:
        TutorialError: A file is damaged; written again, it would hide what it has lost.
    """
    changed = []
    for sharing in _by_catalog(documents):
        first = sharing[0]
        template = template_for(sharing, root)
        files = {code: first.po(code) for code in first.languages if only in ("", code)}
        read = {code: po.read(path, code) for code, path in files.items()}
        made = {path: po.merge(read[code], template) for code, path in files.items()}
        if first.cells and not only:  # `make messages` writes those of messages alone
            made[template_of(first.locale, first.catalog)] = template
        changed += [path for path, file in made.items() if po.write(path, file)]
    return [*changed, *update_weblate(root)]


def template_for(sharing: Sequence[Document], root: Path) -> PoFile:
    """The texts of documents that share their catalogs, with the files that they are in."""
    units = [unit for document in sharing for unit in document.units]
    where = {text: place for each in sharing for text, place in places(each, root).items()}
    return po.template(units, where)


def _by_catalog(documents: Iterable[Document]) -> list[list[Document]]:
    """The documents, those together that share their catalogs."""
    found: dict[tuple[Path, str], list[Document]] = {}
    for document in documents:
        found.setdefault((document.locale, document.catalog), []).append(document)
    return list(found.values())


def template_of(locale: Path, catalog: str) -> Path:
    """Where a template is: a catalog of the language `templates`, by the name that Weblate tries.

    Examples:
        >>> template_of(Path("docs/locale"), "{language}/stages/prologue.po").as_posix()
        'docs/locale/templates/stages/prologue.pot'
        >>> template_of(Path("sinfit/locale"), "{language}.po").as_posix()
        'sinfit/locale/templates.pot'
    """
    return locale / f"{catalog.format(language='templates')}t"


def places(document: Document, root: Path) -> dict[str, str]:
    """The file that each text of a document is in, from the project's folder on."""
    own = [document.path]
    if document.package:
        own += [path for path in packages.sources(document.package) if path != document.path]
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in own}
    return {
        unit.text: _from(root, next((path for path in own if unit.text in texts[path]), own[0]))
        for unit in document.units
    }


def _from(root: Path, path: Path) -> str:
    """A file as `#:` names it; one of another project from its package's folder on."""
    path, root = path.resolve(), root.resolve()
    short = path.relative_to(root) if path.is_relative_to(root) else Path(*path.parts[-2:])
    return short.as_posix()


def update_weblate(root: Path) -> list[Path]:
    """Bring a project's list of catalogs for Weblate up to its templates, if it keeps one.

    Weblate's `import_json` reads it: a component for each template, with the mask of its catalogs.

    Args:
        root: The project's folder.

    Returns:
        The file, if it changed.
    """
    path = root / WEBLATE
    text = f"{json.dumps(components(root), indent=2)}\n"
    if not path.is_file() or path.read_text(encoding="utf-8") == text:
        return []
    path.write_text(text, encoding="utf-8")
    return [path]


def components(root: Path) -> list[dict[str, object]]:
    """What Weblate calls components: a project's templates and their catalogs."""
    templates = [*root.glob("*/locale/**/*.pot"), *root.glob("plugins/*/*/locale/*.pot")]
    found: list[dict[str, object]] = []
    for base in sorted(template.relative_to(root).as_posix() for template in templates):
        name = re.sub(r"^plugins/[^/]+/|/locale|/templates|\.pot$", "", base)
        found.append(
            {
                "name": name,
                "slug": re.sub(r"[/_]", "-", name),
                "filemask": base.replace("templates", "*").removesuffix("t"),
                "new_base": base,
                "file_format": "po",
                "file_format_params": {"po_line_wrap": NO_WRAP},
                "source_language": "en",
                "license": "MIT",
            }
        )
    return found


def update_messages(extracted: Path, locale: Path) -> list[Path]:
    """Bring the catalogs of a package's messages up to what pybabel has extracted.

    Args:
        extracted: The template that `pybabel extract` wrote.
        locale: The folder of the package's catalogs.

    Returns:
        The files that changed.
    """
    template = po.new("")  # its header has no date, and changes only where a text does
    template.messages += po.read(extracted, "").texts
    for message in template.texts:  # a per cent sign in a text is no format: values are in braces
        po.set_flags(message, [flag for flag in message.flags if flag != "python-format"])
    files = {path: po.read(path, path.stem) for path in sorted(locale.glob("*.po"))}
    changed = [path for path, file in files.items() if po.write(path, po.merge(file, template))]
    path = locale / "templates.pot"
    return [*changed, path] if po.write(path, template) else changed


if __name__ == "__main__":  # make messages
    try:
        update_messages(Path(sys.argv[1]), Path(sys.argv[2]))
    except TutorialError as error:
        sys.exit(str(error))
