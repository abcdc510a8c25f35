"""`sinfit schema`: what the JSON of the commands looks like, for programs that check it.

The form of what a package's commands print stands in a file `schema.json` of that package, ours as
anybody's. Its `anyOf` names the documents, each by the words of its command joined with `-`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from sinfit.errors import one_line
from sinfit.i18n import unknown
from sinfit.registry.plugins import offers
from sinfit_cli.i18n import _
from sinfit_cli.output import note

FILE = Path(__file__).with_suffix(".json")


def documents(ctx: Any = None, param: Any = None, begun: str = "") -> list[str]:  # noqa: ARG001
    """The names of all documents that begin so: what a shell completes."""
    return [name for _own, found in schemas() for name in names(found) if name.startswith(begun)]


def names(found: dict[str, Any]) -> list[str]:
    """The documents of a schema."""
    return [each["$ref"].rpartition("/")[2] for each in found["anyOf"]]


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each package with its schema: ours, for which no plugin is loaded, then those of plugins."""
    yield FILE.parent.name, json.loads(FILE.read_text("utf-8"))
    yield from _read(_packages())


def _packages() -> Iterable[str]:
    """The packages of plugins that have commands."""
    packages = dict.fromkeys(offer.package for offer in offers("sinfit_commands").values())
    return [package for package in packages if package != FILE.parent.name]


def _read(packages: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for package in packages:
        try:
            text = (files(package) / FILE.name).read_text("utf-8")
        except Exception:  # noqa: S112 (it has none: its commands print no JSON)
            continue
        try:
            found = json.loads(text)
            names(found)
        except Exception as error:  # whatever a plugin's file holds
            says = _("the schema of {package} cannot be read: {error}.")
            note(says.format(package=package, error=one_line(error)))
        else:
            yield package, found


@click.command(
    "schema",
    params=[click.Argument(["name"], required=False, shell_complete=documents)],
    help=_("Print the JSON schema of what --json prints: of one command, of errors, or of all."),
)
def schema(name: str | None) -> None:
    """Print it as it is, or narrowed to one kind of document."""
    if name is None:
        (_ours, whole), *others = schemas()
        for package, found in others:
            whole["$defs"][package] = {"$id": package, **found}
            whole["anyOf"] += [{"$ref": f"{package}#/$defs/{each}"} for each in names(found)]
        click.echo(json.dumps(whole, indent=2))
        return
    for _package, found in schemas():
        if name in names(found):
            del found["anyOf"]
            click.echo(json.dumps({**found, "$ref": f"#/$defs/{name}"}, indent=2))
            return
    raise unknown(_("JSON document"), name, documents())
