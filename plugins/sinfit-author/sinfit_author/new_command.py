"""`sinfit new NAME`: write a plugin that works, for its author to replace the fitter."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
from sinfit_cli.options import json_option, option
from sinfit_cli.output import print_json

from sinfit_author.i18n import _
from sinfit_author.scaffold import check_name, create, distribution, package


@click.command(
    "new",
    params=[
        click.Argument(["name"]),
        option("--title", _("The fitter's title; made of NAME by default."), metavar="TEXT"),
        option(
            "--torch/--no-torch",
            _("Fit with PyTorch tensors, or with NumPy arrays."),
            default=False,
        ),
        option(
            "--directory",
            _("The folder to write; sinfit-NAME by default."),
            type=click.Path(path_type=Path),
        ),
        option(
            "--force",
            _("Overwrite the files of an earlier one, and take a name that is taken."),
            is_flag=True,
        ),
        json_option(),
    ],
    help=_(
        "Write a new plugin, sinfit-NAME: a fitter that works, its page, its tests and its "
        "translations, ready to be made yours."
    ),
)
def new(
    name: str, title: str | None, torch: bool, directory: Path | None, force: bool, as_json: bool
) -> None:
    """Write it, and say what to do next."""
    folder = create(name, title=title, torch=torch, directory=directory, force=force)
    name = check_name(name, taken=False)
    home = package(name)
    if as_json:
        files = sorted(
            str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
        )
        fitter = f"{distribution(name)}/{name}"
        print_json({"fitter": fitter, "package": home, "folder": str(folder), "files": files})
        return
    click.echo(
        _("{folder} is a plugin with a fitter that works. Make it yours:").format(folder=folder)
    )
    for file, text in (
        (f"{home}/fitter.py", _("the program, one generator function")),
        (f"{home}/__init__.py", _("its title, model, defaults and options")),
        (f"{home}/tutorial.py", _("its page")),
        ("tests/", _("what must hold")),
    ):
        click.echo(f"  {file:<{len(home) + 14}}{text}")
    click.echo("")
    click.echo(_("Next:"))
    for command in (
        f"cd {shlex.quote(str(folder))}",
        'python -m pip install -e ".[test]"',
        f"sinfit fit {name}",
        "sinfit compare",
        "python -m pytest",
        f"sinfit check {distribution(name)}/{name}",
    ):
        click.echo(f"  {command}")
