"""The house stays as it is drawn: the core is small, and who imports a plugin is known.

What the floors of the core and the wings may import is import-linter's business, in pyproject.toml.
Here stands what holds for every folder under plugins/, whatever it is called, so that a new one
needs no line anywhere else.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "sinfit"
PLUGINS = [next(path.parent.glob("sinfit_*")) for path in ROOT.glob("plugins/*/pyproject.toml")]
CLI = "sinfit_cli"  # of the same distribution
WINGS = {
    *("sinfit_author", "sinfit_data", "sinfit_lab", "sinfit_replay", "sinfit_site"),
    *("sinfit_sklearn", "sinfit_sweep"),
}

BUDGET = 6000  # lines: what one person can read in a day or two


def imported(folder):
    """The packages of ours that the files of a package import, itself left out."""
    for path in folder.rglob("*.py"):
        if path.name == "tutorial.py":
            continue  # it runs where the site is made, and may show what a wing can do
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - {folder.name}:
                if name.startswith("sinfit"):
                    yield name


def test_the_core_keeps_its_budget_of_lines():
    files = {path: len(path.read_text("utf-8").splitlines()) for path in CORE.rglob("*.py")}
    largest = sorted(((lines, path.name) for path, lines in files.items()), reverse=True)[:5]
    assert sum(files.values()) <= BUDGET, f"sinfit/ has too many lines; most are in {largest}"


@pytest.mark.parametrize("folder", [CORE, *PLUGINS], ids=lambda folder: folder.name)
def test_the_core_and_the_stages_import_no_plugin_and_wings_at_most_each_other(folder):
    allowed = {CORE.name, CLI} | (WINGS if folder.name in WINGS else set())
    allowed -= {CLI} if folder == CORE else set()
    assert {*imported(folder)} <= allowed
