"""`sinfit tutorials`: build, check, update and watch the state of tutorials and translations."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sinfit.errors import UnavailableError
from sinfit.i18n import unknown
from sinfit_cli.i18n import labelled
from sinfit_cli.options import json_option, option
from sinfit_cli.output import note, print_json, print_table

from sinfit_site.i18n import _

if TYPE_CHECKING:
    from sinfit_site.sources.document import Document


FOLDER: Any = click.Path(file_okay=False, path_type=Path)

tutorials = click.Group(
    "tutorials", help=_("Build, check and translate the tutorials of the installed plugins.")
)


def docs_option() -> click.Option:
    """The option --docs."""
    text = _("The folder of the site's other pages; it need not exist.")
    return option("--docs", text, type=FOLDER, default=Path("docs"))


def language_option() -> click.Option:
    """The option --language."""
    from sinfit_site.i18n import translated

    text = _("The language that is meant; all by default.")
    return option("--language", text, type=click.Choice(translated()))


def names_argument() -> click.Argument:
    """The pages that are meant; all if none is named."""
    return click.Argument(["names"], nargs=-1, metavar="[PAGE]...")


def _documents(docs: Path, names: Sequence[str]) -> list[Document]:
    """The documents that were asked for, by their names or the last part of them."""
    from sinfit_site.build import documents
    from sinfit_site.sources.messages import without_a_page

    found = documents(docs)
    found += without_a_page({document.package for document in found})
    known = {document.name.removeprefix("stages/"): document for document in found}
    known |= {document.name: document for document in found}
    for name in names:
        if name not in known:
            raise unknown(_("tutorial"), name, known)
    return [replace(known[name], asked=True) for name in names] if names else found


@tutorials.command(
    "build",
    params=[
        docs_option(),
        option(
            "--out",
            _("Where a folder for each language is written."),
            type=FOLDER,
            default=Path("build/tutorials"),
        ),
        option("--url", _("The site's address, for links in downloads."), default=""),
        json_option(),
    ],
    help=_("Compose, run once, translate, and write pages and downloads."),
)
def build_pages(docs: Path, out: Path, url: str, as_json: bool) -> None:
    """Say what ran, and which files changed."""
    from sinfit_site.build import build

    built = build(docs, out, url=url, say=partial(click.echo, err=as_json))
    for line in built.warnings:
        note(labelled(_("warning"), line))
    if not built.site.documents:
        raise UnavailableError(
            _("no page was built: no plugin in use has one, and --docs has none.")
        )
    if as_json:
        print_json({"folder": str(out), "ran": list(built.ran), "changed": built.changed})
        return
    for language, count in built.changed.items():
        click.echo(_("{language}: {count} files changed").format(language=language, count=count))
    click.echo(_("pages are in {folder}").format(folder=out))


@tutorials.command(
    "check",
    params=[docs_option(), language_option(), json_option(), names_argument()],
    help=_("Check sources and translations; runs no code."),
)
def check(docs: Path, language: str | None, names: tuple[str, ...], as_json: bool) -> None:
    """Say what is wrong, one problem a line; exit status 1 if anything is."""
    found = _documents(docs, names)
    from sinfit_site import glossary
    from sinfit_site.build import others
    from sinfit_site.i18n import translated
    from sinfit_site.translating.verify import by_catalog, strays

    theirs = others(found, docs)
    wrong: list[str] = []
    warnings: list[str] = []
    named = names or language
    for which, lines in by_catalog(found).items():
        for each in lines:  # what is meant by name is to be right; the house's style binds nobody
            if language in (None, which[1]):
                (warnings if which in theirs and (each.style or not named) else wrong).append(each)
    for code in [language] if language else translated():
        (wrong if named else warnings).extend(glossary.faults(code))
        warnings += [] if names else strays(found, code)  # another page may share its catalog
    if as_json:
        pages = [document.name for document in found if document.cells]
        print_json({"pages": pages, "problems": wrong, "warnings": warnings})
    elif wrong:
        click.echo("\n".join(wrong))
        click.echo(_("problems: {count}").format(count=len(wrong)))
    else:
        text = _("checked: {count}, no problem found")
        if warnings:
            text = _("checked: {count}, no problem found, warnings: {warnings}")
        click.echo(text.format(count=len(found), warnings=len(warnings)))
    if not as_json:
        for line in warnings:
            note(labelled(_("warning"), line))
    if wrong:
        raise click.exceptions.Exit(1)


@tutorials.command(
    "update",
    params=[docs_option(), language_option(), json_option(), names_argument()],
    help=_("Bring the PO files up to the English sources."),
)
def update_catalogs(
    docs: Path, language: str | None, names: tuple[str, ...], as_json: bool
) -> None:
    """Say which files changed."""
    found = _documents(docs, names)
    from sinfit_site.build import update

    changed = [str(path) for path in update(found, docs, language or "")]
    if as_json:
        print_json({"changed": changed})
        return
    for path in changed:
        click.echo(path)


@tutorials.command(
    "status",
    params=[docs_option(), language_option(), json_option(), names_argument()],
    help=_("Show how much of each page is translated."),
)
def status(docs: Path, language: str | None, names: tuple[str, ...], as_json: bool) -> None:
    """Count for each page and language."""
    found = _documents(docs, names)
    from sinfit_site.translating.translator import translator

    rows = []
    for document in found:
        for code in document.languages:
            if language not in (None, code):
                continue
            progress = translator(document, code).progress
            rows.append(
                {
                    "page": document.name,
                    "language": code,
                    "percent": progress.percent,
                    "units": progress.total,
                    "outdated": progress.outdated,
                    "missing": progress.total - progress.translated - progress.outdated,
                }
            )
    if as_json:
        print_json({"pages": rows})
        return
    heads = (_("page"), _("language"), "%", _("units"), _("outdated"), _("missing"))
    print_table(heads, (tuple(map(str, row.values())) for row in rows))


@tutorials.command(
    "glossary",
    params=[click.Argument(["language"])],
    help=_("Print the terms of a language as CSV, for Weblate and other translators' tools."),
    short_help=_("Print the terms of a language as CSV."),
)
def export_glossary(language: str) -> None:
    """Each term with its usual form, the other forms and what it means."""
    from sinfit_site.glossary import terms
    from sinfit_site.i18n import translated

    if language not in translated():
        raise unknown(_("language"), language, translated())
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["source", "target", "translator_comments", "developer_comments"])
    for term in terms():
        usual, *others = [*term.forms[language], ""]
        writer.writerow([term.english, usual, "; ".join(filter(None, others)), term.definition])
    click.echo(out.getvalue(), nl=False)


@tutorials.command(
    "add-language",
    params=[
        docs_option(),
        option("--name", _("What the language calls itself; looked up by default."), default=""),
        option("--html", _("Its code on web pages, if it is another one."), default=""),
        option("--out", _("The folder to write; sinfit-CODE by default."), type=FOLDER),
        json_option(),
        click.Argument(["code"]),
    ],
    help=_("Write a language pack, a plugin with all catalogs of a new language to fill in."),
    short_help=_("Write a language pack to fill in."),
)
def add_language_pack(
    docs: Path, name: str, html: str, out: Path | None, as_json: bool, code: str
) -> None:
    """Write it, and say what to do next."""
    found = _documents(docs, ())
    from sinfit_site.build import project
    from sinfit_site.translating.add_language import add_language

    root = project(docs)
    folder = add_language(code, found, name=name, html=html, folder=out, root=root)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    if as_json:
        print_json({"language": code, "folder": str(folder), "files": files})
        return
    text = _("{folder} is a language pack with {count} catalogs to fill in. Next:")
    count = sum(name.endswith(".po") for name in files)
    click.echo(text.format(folder=folder, count=count))
    for command in (
        f"python -m pip install -e {shlex.quote(str(folder))}",
        f"sinfit list --lang {code}",
        f"sinfit tutorials status --language {code}",
        f"sinfit tutorials check --language {code}",
        f"SINFIT_LANGUAGES={code} mkdocs serve",
    ):
        click.echo(f"  {command}")
