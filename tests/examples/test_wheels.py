"""What holds for every example: its wheel is whole, and it is seen and left out cheaply."""

import re
import tomllib
import zipfile
from pathlib import Path

import pytest

import sinfit

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/pyproject.toml"))
HOOKS = {  # what each implements
    "sinfit-equation": ["sinfit_directives"],
    "sinfit-history": ["sinfit_commands", "sinfit_fit_finished"],
    "sinfit-house": ["sinfit_checks"],
    "sinfit-lbfgs": ["sinfit_fitters"],
    "sinfit-scipy": ["sinfit_fitters"],
    "sinfit-sine-net": ["sinfit_fitters"],
    "sinfit-spanish": ["sinfit_languages"],
    "sinfit-tensorboard": ["sinfit_fit_finished"],
}
NAMES = [*HOOKS]


def test_the_examples_are_there():
    assert [folder.name for folder in FOLDERS] == NAMES


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_an_example_has_the_form_of_a_plugin(folder):
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    package = folder.name.replace("-", "_")
    assert project["name"] == folder.name
    assert project["version"] == sinfit.__version__
    assert project["entry-points"] == {"sinfit": {folder.name.removeprefix("sinfit-"): package}}
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.startswith(f"# {folder.name}\n")
    assert "**What to learn from it.**" in readme
    for path in re.findall(rf"`({package}/\w+\.py)`", readme):
        assert (folder / path).is_file()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_its_wheel_holds_its_package_and_nothing_else(folder, wheels):
    package = folder.name.replace("-", "_")
    (wheel,) = [path for path in wheels if path.name.startswith(f"{package}-")]
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {
        path.relative_to(folder).as_posix()
        for path in (folder / package).rglob("*")
        if path.suffix in (".py", ".typed", ".po", ".csv")
    }
    assert f"{package}/py.typed" in names


def test_all_are_found_where_they_are_installed_and_import_nothing_heavy(run, site):
    found = run(
        "import sinfit\n"
        "from sinfit.registry.plugins import reports\n"
        "names = [name for name in sinfit.fitters()]\n"
        "heavy = [m for m in ('torch', 'scipy', 'tensorboard') if m in sys.modules]\n"
        "own = {r.distribution: [r.status, list(r.notes), list(r.hooks),\n"
        "       sys.modules['sinfit_' + r.plugin.replace('-', '_')].__file__]\n"
        "       for r in reports() if r.distribution in sys.argv[1:]}\n"
        "show([names, heavy, own])",
        *NAMES,
    )
    names, heavy, own = found
    assert {"lbfgs", "scipy", "sine-net"} <= set(names)
    assert heavy == []
    assert sorted(own) == NAMES
    for status, notes, _hooks, file in own.values():
        assert (status, notes) == ("ok", [])
        assert Path(file).is_relative_to(site)
    assert {name: own[name][2] for name in NAMES} == HOOKS


def test_the_fitters_among_them_pass_every_check(run):
    reports = run(
        "from sinfit_author import check_fitter\n"
        "show([check_fitter(name).to_dict() for name in sys.argv[1:]])",
        *("sinfit-lbfgs/lbfgs", "sinfit-scipy/scipy", "sinfit-sine-net/sine-net"),
        OMP_NUM_THREADS="1",
    )
    for report in reports:
        failed = [check for check in report["checks"] if check["status"] == "failed"]
        assert report["success"], (report["fitter"], failed)
