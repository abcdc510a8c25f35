"""What holds for the files of the repository as they are committed."""

import ast
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import sinfit
from sinfit.i18n import BUILT_IN
from sinfit.registry.plugins import registry

ROOT = Path(__file__).parents[1]
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))
STAGES = [
    *("sinfit-numpy", "sinfit-tensor", "sinfit-autograd", "sinfit-legendre"),
    *("sinfit-nn", "sinfit-optim", "sinfit-module", "sinfit-dynamic"),
]

each_plugin = pytest.mark.parametrize("folder", PLUGINS, ids=lambda path: path.name)


def tracked():
    """The committed text files; the tests are skipped in an unpacked archive without Git."""
    if not (ROOT / ".git").exists():
        pytest.skip("no Git repository")
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z"],  # noqa: S607 (git is where PATH says)
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                yield name, path.read_text("utf-8")
            except UnicodeDecodeError:
                continue


def targets_of_the_makefile():
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_the_two_commands_at_the_top_of_the_readme_are_in_the_makefile():
    top = (ROOT / "README.md").read_text("utf-8").split("\n## ")[0]
    commands = re.findall(r"^\s*(?:\$ )?make (\w+)", top, re.MULTILINE)
    assert commands == ["demo", "test"]
    assert set(commands) <= targets_of_the_makefile()
    assert {"demo", "test", "lint", "bench", "clean"} <= targets_of_the_makefile()


def test_every_make_command_in_the_pages_exists():
    for name in ("README.md", "CONTRIBUTING.md", ".ci/run"):
        commands = re.findall(
            r"^\s*(?:\$ )?make (\w+)", (ROOT / name).read_text("utf-8"), re.MULTILINE
        )
        assert commands, name
        assert set(commands) <= targets_of_the_makefile(), name


# in two halves, so that this file does not hold what it looks for
MACHINE = re.compile(
    "|".join(
        [
            r"/ho" + r"me/\w",
            r"/wo" + r"rk/\w",
            r"/Us" + r"ers/\w",
            r"/tm" + r"p/\w",
            r"/ro" + r"ot/\w",
            r"\b[a-zA-Z]:\\Us" + r"ers\\",
            r"-i" + r"ndex-url",
            r"arti" + r"factory",
            r"127\.0\.0\.1:\d\d+/simple",
        ]
    )
)


def test_no_file_holds_a_path_or_a_registry_of_one_machine():
    found = [
        f"{name}: {match.group()}"
        for name, text in tracked()
        if (match := MACHINE.search(text)) is not None
    ]
    assert not found, found


def test_the_pattern_for_paths_of_a_machine_finds_them():
    for folder in ("home", "work", "Users", "tmp", "root"):
        text = f"see /{folder}/name/x"
        assert MACHINE.search(text), text
    assert MACHINE.search("C:" + r"\Users" + r"\me")
    for text in ("docs/stages/network/x", "https://pytorch.org/tutorials", "/root", "the home/x"):
        assert not MACHINE.search(text), text


def test_the_eight_stages_are_there():
    assert {folder.name for folder in PLUGINS} >= set(STAGES)


@each_plugin
def test_every_plugin_has_the_same_form(folder):
    package = folder / folder.name.replace("-", "_")
    assert (folder / "README.md").read_text("utf-8").startswith(f"# {folder.name}")
    assert (package / "__init__.py").is_file()
    for language in BUILT_IN[1:]:
        assert (package / "locale" / f"{language}.po").is_file()
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["name"] == folder.name
    assert project["version"] == sinfit.__version__
    assert list(project["entry-points"]) == ["sinfit"]
    assert project["entry-points"]["sinfit"] == {folder.name.removeprefix("sinfit-"): package.name}
    needs = " ".join(project["dependencies"])
    assert "sinfit>=" in needs
    if folder.name in STAGES:
        assert (package / "fitter.py").is_file()


@each_plugin
def test_the_dependencies_of_a_plugin_and_of_its_fitters_agree(folder):
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    records = [offer for found in registry().offers.values() for offer in found.values()]
    own = [offer.spec for offer in records if offer.distribution == folder.name]
    assert own, f"{folder.name} offers nothing"
    for spec in own:
        assert set(getattr(spec, "requires", ())) <= set(project["dependencies"])


@each_plugin
def test_no_plugin_imports_torch_before_it_is_used(folder):
    package = folder / folder.name.replace("-", "_")
    tree = ast.parse((package / "__init__.py").read_text("utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or ".").partition(".")[0])
    assert imported <= {"__future__", "sinfit", "numpy", "typing"} | {package.name}
    assert "torch" not in imported


@pytest.mark.parametrize("name", STAGES)
def test_a_stages_fitter_is_one_generator_that_needs_nothing_of_the_host(name):
    package = name.replace("-", "_")
    source = (ROOT / "plugins" / name / package / "fitter.py").read_text("utf-8")
    assert "sinfit." not in source.replace("sinfit_", "")
    assert not re.search(r"^(from|import) sinfit\b", source, re.MULTILINE)
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == ["fit"]
    loops = [node for node in functions[0].body if isinstance(node, ast.For)]
    assert len(loops) == 1
    assert sum(isinstance(node, ast.Yield) for node in ast.walk(loops[0])) == 1
    docstring = ast.get_docstring(functions[0])
    assert "Yields (loss, (" in docstring
    assert docstring.count("eturns the final") == 1


def test_the_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == sinfit.__version__ == metadata.version("sinfit")


def test_every_public_name_is_there_and_documented():
    for name in sinfit.__all__:
        value = getattr(sinfit, name)
        if callable(value):
            assert value.__doc__, name
    assert set(sinfit.__all__) <= set(dir(sinfit))
    with pytest.raises(AttributeError, match="no attribute 'fti'"):
        sinfit.fti  # noqa: B018 (looking it up is the test)
