"""The guide for plugin authors names every hook, argument, field and command that there is."""

import dataclasses
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from sinfit import FitterSpec, Model, Option, TargetSpec
from sinfit.contract import hookspecs
from sinfit.registry.plugins import offers

DOCS = Path(__file__).parents[2] / "docs"
HOOKS = [name for name in vars(hookspecs) if name.startswith("sinfit_")]


@pytest.fixture(scope="module")
def guide():
    """The hand-written English guide; the generated references would contain everything."""
    pages = ("plugins.md", "publishing.md", "python.md", "cli.md", "translating.md")
    return "\n".join((DOCS / page).read_text(encoding="utf-8") for page in pages)


def named(word, text):
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_shown_with_its_arguments(guide, hook):
    assert named(hook, guide), f"docs/plugins.md does not name {hook}"
    for argument in inspect.signature(getattr(hookspecs, hook)).parameters:
        assert re.search(rf"def {hook}\([^)]*\b{argument}\b", guide), (hook, argument)


WINGS = ("sinfit_author", "sinfit_replay", "sinfit_site", "sinfit_sklearn", "sinfit_sweep")
PUBLIC = [
    f"{package}.{name}"
    for package in ("sinfit", "sinfit.theory", *WINGS)
    for name in getattr(import_module(package), "__all__", ())
]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_in_a_reference(name):
    pages = [
        (DOCS / page).read_text("utf-8")
        for page in ("api.md", "packages.md", "reference.md", "theory.md")
    ]
    shown = re.findall(r"^::: ([\w.]+)$", "\n".join(pages), re.MULTILINE)
    package, _dot, own = name.rpartition(".")
    module = getattr(getattr(import_module(package), own), "__module__", package)
    whole = {package, module} & {"sinfit.errors", "sinfit.theory"}  # shown with all their names
    assert {name, *whole} & {*shown, "sinfit.hookimpl"}, f"no `::: {name}`"  # it has no docstring


@pytest.mark.parametrize("command", [*offers("sinfit_commands")])
def test_every_command_is_named(guide, command):
    assert named(f"sinfit {command}", guide), f"the guide does not name `sinfit {command}`"


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (record, field.name)
        for record in (FitterSpec, Model, Option, TargetSpec)
        for field in dataclasses.fields(record)
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_field_of_a_record_is_named(guide, record, field):
    assert named(field, guide), f"the guide does not name {record.__name__}.{field}"
