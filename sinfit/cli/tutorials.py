"""`sinfit tutorials`: build, check, update and watch the state of tutorials and translations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sinfit.cli.options import common, json_option
from sinfit.cli.output import print_json, print_table
from sinfit.errors import UnavailableError, UnknownNameError
from sinfit.i18n import _

if TYPE_CHECKING:
    from sinfit.tutorials.source import Document


def _documents(docs: Path, names: Sequence[str]) -> list[Document]:
    """The documents that were asked for, by their names or the last part of them."""
    try:
        from sinfit.tutorials.build import documents
    except ImportError as error:
        raise UnavailableError(
            _("tutorials need {module}. Install them with: pip install {package}").format(
                module=error.name, package='"sinfit[docs]"'
            )
        ) from error
    found = documents(docs)
    known = {document.name.removeprefix("stages/"): document for document in found}
    known |= {document.name: document for document in found}
    for name in names:
        if name not in known:
            raise UnknownNameError(_("tutorial"), name, known)
    return [known[name] for name in names] if names else found


def _build(docs: Path, out: Path, url: str, as_json: bool) -> None:
    _documents(docs, ())
    from sinfit.tutorials.build import build

    built = build(docs, out, url=url, say=partial(click.echo, err=as_json))
    if as_json:
        print_json({"folder": str(out), "ran": list(built.ran), "changed": built.changed})
        return
    for language, count in built.changed.items():
        click.echo(_("{language}: {count} files changed").format(language=language, count=count))
    click.echo(_("pages are in {folder}").format(folder=out))


def _check(docs: Path, names: tuple[str, ...], as_json: bool) -> None:
    found = _documents(docs, names)
    from sinfit.tutorials.verify import problems

    wrong = problems(found)
    if as_json:
        print_json({"pages": [document.name for document in found], "problems": wrong})
    elif wrong:
        click.echo("\n".join(wrong))
    else:
        click.echo(_("{count} pages, no problem found").format(count=len(found)))
    if wrong:
        raise click.exceptions.Exit(1)


def _update(docs: Path, names: tuple[str, ...], as_json: bool) -> None:
    found = _documents(docs, names)
    from sinfit.tutorials.build import update

    changed = [str(path) for path in update(found)]
    if as_json:
        print_json(changed)
        return
    for path in changed:
        click.echo(path)


def _status(docs: Path, names: tuple[str, ...], as_json: bool) -> None:
    found = _documents(docs, names)
    from sinfit.tutorials.translate import translator

    rows = []
    for document in found:
        for language in ("ko", "zh"):
            progress = translator(document, language).progress
            rows.append(
                {
                    "page": document.name,
                    "language": language,
                    "percent": progress.percent,
                    "units": progress.total,
                    "outdated": progress.outdated,
                    "missing": progress.total - progress.translated - progress.outdated,
                }
            )
    if as_json:
        print_json(rows)
        return
    heads = (_("page"), _("language"), "%", _("units"), _("outdated"), _("missing"))
    print_table(heads, (tuple(map(str, row.values())) for row in rows))


def _docs_option() -> click.Option:
    return click.Option(
        ["--docs"],
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("docs"),
        show_default=True,
        help=_("The folder of the site's other pages; it need not exist."),
    )


def _names() -> click.Argument:
    return click.Argument(["names"], nargs=-1, metavar="[PAGE]...")


tutorials = common(
    click.Group(
        "tutorials",
        help=_("Build, check and translate the tutorials of the installed plugins."),
        commands=[
            click.Command(
                "build",
                callback=_build,
                params=[
                    _docs_option(),
                    click.Option(
                        ["--out"],
                        type=click.Path(file_okay=False, path_type=Path),
                        default=Path("build/tutorials"),
                        show_default=True,
                        help=_("Where a folder for each language is written."),
                    ),
                    click.Option(
                        ["--url"], default="", help=_("The site's address, for links in downloads.")
                    ),
                    json_option(),
                ],
                help=_("Compose, run once, translate, and write pages and downloads."),
            ),
            click.Command(
                "check",
                callback=_check,
                params=[_docs_option(), json_option(), _names()],
                help=_("Check sources and translations; runs no code."),
            ),
            click.Command(
                "update",
                callback=_update,
                params=[_docs_option(), json_option(), _names()],
                help=_("Bring the PO files up to the English sources."),
            ),
            click.Command(
                "status",
                callback=_status,
                params=[_docs_option(), json_option(), _names()],
                help=_("Show how much of each page is translated."),
            ),
        ],
    )
)
