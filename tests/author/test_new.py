"""`sinfit new`: a plugin that works, from its first minute to its row, its page and its tests."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po
from sinfit_author import scaffold

from sinfit.i18n import BUILT_IN
from sinfit.registry.plugins import offers

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")
TITLE = 'Heavy "ball" \\ 무거운 공'
FILES = {
    *(".github/workflows/test.yml", ".gitignore", "LICENSE", "README.md", "pyproject.toml"),
    *("tests/test_contract.py", "tests/test_PACKAGE.py"),
    *("PACKAGE/__init__.py", "PACKAGE/fitter.py", "PACKAGE/tutorial.py"),
    *("PACKAGE/locale/ko.po", "PACKAGE/locale/zh.po", "PACKAGE/py.typed"),
}


def files_in(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


# What comes out


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two new plugins, as they were written: on arrays and on tensors."""
    folder = tmp_path_factory.mktemp("made")
    for command in (
        ["new", "heavy-ball", "--title", TITLE],
        ["new", "heavy_tensors", "--torch"],
    ):
        subprocess.run([BIN / "sinfit", *command], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def site(made, tmp_path_factory):
    """A folder with both installed."""
    folder = tmp_path_factory.mktemp("site")
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--target", folder)
    subprocess.run([*PIP, "install", *options, *made.iterdir()], check=True)
    return folder


@pytest.fixture
def with_them(fresh, site):
    """Run `sinfit …` where both are installed."""

    def call(*arguments, **more):
        return fresh(*arguments, PYTHONPATH=str(site), **more)

    return call


def its_own_tests(folder, site, *files):
    # not `python -m pytest`, which would import the sources beside the tests
    return subprocess.run(
        [BIN / "pytest", "-q", "-x", "-p", "no:cacheprovider", *files],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(site), "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
    )


def test_it_is_a_whole_distribution(made):
    for folder in made.iterdir():
        package = folder.name.replace("-", "_")
        assert files_in(folder) == {name.replace("PACKAGE", package) for name in FILES}
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        name = {"sinfit-heavy-ball": "heavy-ball", "sinfit-heavy-tensors": "heavy_tensors"}
        assert project["name"] == folder.name
        assert project["entry-points"] == {"sinfit": {name[folder.name]: package}}
        assert ("torch>=2.2" in project["dependencies"]) is (folder.name == "sinfit-heavy-tensors")
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix != ".yml":
                assert not re.search(r"\{\{|\{%|<#", path.read_text("utf-8")), path
    project = tomllib.loads((made / "sinfit-heavy-ball" / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["description"] == TITLE


def test_it_is_listed_and_fitted_without_a_line_written(with_them):
    listed = {
        entry["name"]: entry for entry in json.loads(with_them("list", "--json").out)["fitters"]
    }
    assert listed["heavy-ball"]["id"] == "sinfit-heavy-ball/heavy-ball"
    assert listed["heavy-ball"]["title"] == TITLE
    assert listed["heavy_tensors"]["id"] == "sinfit-heavy-tensors/heavy_tensors"
    assert listed["heavy_tensors"]["title"] == "Heavy tensors"
    assert listed["heavy_tensors"]["available"]
    done = with_them("fit", "heavy-ball", "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["sse"] == pytest.approx(8.817165410, abs=1e-6)


def test_it_has_its_own_row_in_compare(with_them):
    done = with_them(
        "compare", "--json", SINFIT_PLUGINS="numpy,heavy-ball,heavy_tensors", OMP_NUM_THREADS="1"
    )
    assert (done.code, done.err) == (0, "")
    rows = {row["fitter"]: row for row in json.loads(done.out)["fits"]}
    assert list(rows) == ["numpy", "heavy-ball", "heavy_tensors"]
    for name in ("heavy-ball", "heavy_tensors"):
        assert rows[name]["success"]
        assert rows[name]["nit"] == 500
        assert abs(rows[name]["optimality_gap"]) < 1e-4 < rows["numpy"]["optimality_gap"]


def test_importing_it_imports_no_torch(with_them, python, site):
    loaded = python(
        "import sys, sinfit; list(sinfit.fitters()); print('torch' in sys.modules)",
        PYTHONPATH=str(site),
    )
    assert loaded.strip() == "False"
    plugins = json.loads(with_them("plugins", "--json").out)["plugins"]
    assert {plugin["status"] for plugin in plugins} == {"ok"}


def test_its_tutorial_is_well_formed(with_them):
    checked = with_them("tutorials", "check", "heavy-ball", "heavy_tensors")
    assert (checked.code, checked.err) == (0, ""), checked.out


def test_it_has_its_page_in_the_built_site_in_three_languages(site, environment, tmp_path):
    # the site's frame, and of its pages the new plugin's alone: the other stages run elsewhere
    for part in ("config", "overrides", "root", "assets"):
        shutil.copytree(ROOT / "docs" / part, tmp_path / "docs" / part)
    (tmp_path / "docs" / "index.md").write_text("# Home\n\n[[stages]]\n", "utf-8")
    for folder in ("plugins", "sinfit"):  # mkdocs.yml watches them
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    own = {"PYTHONPATH": str(site), "SINFIT_PLUGINS": "heavy-ball", "SINFIT_DRAFT": "1"}
    done = subprocess.run(
        [BIN / "mkdocs", "build", "--quiet", "--strict", "--site-dir", tmp_path / "site"],
        cwd=tmp_path,
        env=environment | own | {"SINFIT_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for language in BUILT_IN:
        home = (tmp_path / "site" / language / "index.html").read_text("utf-8")
        assert 'href="stages/heavy-ball/"' in home
        page = (tmp_path / "site" / language / "stages/heavy-ball/index.html").read_text("utf-8")
        assert f"<title>{TITLE} - " in page
        assert "499 8.8171654" in page  # the last printed loss of its run
        assert "sf-player" in page
        notebook = tmp_path / "site" / language / "stages/heavy-ball/sinfit-heavy-ball.ipynb"
        assert json.loads(notebook.read_text("utf-8"))["cells"]


def test_its_catalogs_hold_every_unit_ready_to_fill(python, site, made):
    said = python(
        "from sinfit_site.build import documents\n"
        "from sinfit_site.translating import po\n"
        "from pathlib import Path\n"
        "for d in documents(Path('no-docs')):\n"
        "    if d.distribution.startswith('sinfit-heavy'):\n"
        "        for language in ('ko', 'zh'):\n"
        "            print(po.update(d.po(language), language, d.units), len(d.units))\n",
        PYTHONPATH=str(site),
    )
    lines = [line.split() for line in said.splitlines()]
    assert [changed for changed, _ in lines] == ["False"] * 4
    for folder in made.iterdir():
        for po in folder.rglob("*.po"):
            with po.open("rb") as file:
                entries = [entry for entry in read_po(file) if entry.id]
            assert len(entries) == int(lines[0][1]) > 20
            assert not any(entry.string for entry in entries)


def test_its_own_tests_pass(made, site):
    for folder in made.iterdir():
        done = its_own_tests(folder, site)
        assert done.returncode == 0, done.stdout
        assert re.search(r"\d{2} passed", done.stdout), done.stdout  # the contract is many checks


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("momentum * velocity", "0 * velocity"),
        ("gradient = 2.0 *", "gradient = 2.1 *"),
        ("return parameters", "return 0 * parameters"),
    ],
)
def test_its_own_tests_fail_when_the_program_is_wrong(made, site, tmp_path, right, wrong):
    folder = tmp_path / "site"
    # of a file of the same size and second, Python would take what it has compiled before
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns("__pycache__"))
    program = folder / "sinfit_heavy_ball" / "fitter.py"
    text = program.read_text("utf-8")
    assert text.count(right) == 1
    program.write_text(text.replace(right, wrong), "utf-8")
    own = made / "sinfit-heavy-ball"
    done = its_own_tests(own, folder, "tests/test_sinfit_heavy_ball.py")
    assert done.returncode == 1, done.stdout
    assert "1 failed" in done.stdout
    assert "error" not in done.stdout.splitlines()[-1]


def test_it_is_formatted_and_linted(made):
    for command in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
        done = subprocess.run(
            [BIN / "ruff", *command, made / "sinfit-heavy-tensors"], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_that_it_names_exists(made, fresh):
    said = fresh("new", "third").out
    assert "cd sinfit-third" in said
    for text in (
        said,
        (made / "sinfit-heavy-ball/README.md").read_text("utf-8"),
        (made / "sinfit-heavy-ball/.github/workflows/test.yml").read_text("utf-8"),
    ):
        commands = re.findall(r"^(?: *\$? *| *- run: )sinfit (\w+)", text, re.MULTILINE)
        assert commands
        assert set(commands) <= set(offers("sinfit_commands"))


def test_its_workflow_is_one(made):
    workflow = yaml.safe_load(
        (made / "sinfit-heavy-ball/.github/workflows/test.yml").read_text("utf-8")
    )
    steps = workflow["jobs"]["test"]["steps"]
    assert steps[1]["with"]["python-version"] == "${{ matrix.python }}"
    assert "python -m pytest" in [step.get("run") for step in steps]


# How it is written


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_needs_neither_git_nor_a_network(run, here, monkeypatch):
    def refuse(*_arguments, **_more):
        raise AssertionError("it connects to something")

    monkeypatch.setenv("PATH", str(here / "nothing"))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    done = run("new", "offline")
    assert (done.code, done.err) == (0, "")
    assert (here / "sinfit-offline" / "sinfit_offline" / "fitter.py").is_file()


def test_the_wheel_holds_the_template(tmp_path):
    subprocess.run(
        [
            *PIP,
            "wheel",
            "--no-build-isolation",
            "--no-deps",
            "--no-index",
            "-w",
            tmp_path,
            ROOT / "plugins" / "sinfit-author",
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    inside = tmp_path / "site" / "sinfit_author" / "scaffold" / "template"
    assert files_in(inside) == files_in(scaffold.TEMPLATE)
    subprocess.run(
        [sys.executable, "-m", "sinfit", "new", "far"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        check=True,
        capture_output=True,
    )
    assert len(files_in(tmp_path / "sinfit-far")) == len(FILES)


@pytest.mark.parametrize("name", ["Mine", "1st", "a b", "mine-", "../up", "", "sinfit-", "x" * 41])
def test_a_name_that_cannot_be_one_is_refused(run, here, name):
    done = run("new", name)
    assert done.code == 2
    assert "lower-case words joined by - or _" in done.err
    assert repr(name) in done.err
    assert not list(here.iterdir())


@pytest.mark.parametrize(("name", "owner"), [("numpy", "sinfit-numpy"), ("lstsq", "sinfit-exact")])
def test_a_name_that_is_taken_is_refused_with_its_owner(run, here, name, owner):
    done = run("new", name)
    assert done.code == 2
    assert f"{name!r} is installed already, by {owner}" in done.err
    assert not list(here.iterdir())
    assert run("new", name, "--force").code == 0
    assert (here / f"sinfit-{name}").is_dir()


@pytest.mark.usefixtures("here")
def test_a_name_in_use_by_a_plugin_without_that_fitter_is_refused(install, run):
    install("sinfit-one_two", "", plugin="other")
    done = run("new", "one-two")
    assert done.code == 2
    assert "by sinfit-one-two" in done.err


@pytest.mark.parametrize("title", ["", "  ", "two\nlines", "bell\a"])
def test_a_title_that_is_no_line_is_refused(run, here, title):
    done = run("new", "mine", "--title", title)
    assert done.code == 2
    assert "a title is one line of printable letters" in done.err
    assert not list(here.iterdir())


def test_the_names_prefix_is_no_part_of_the_fitters_name(run, here):
    assert run("new", "sinfit-mine").code == 0
    assert 'name="mine"' in (here / "sinfit-mine/sinfit_mine/__init__.py").read_text("utf-8")


def test_a_folder_with_something_in_it_is_left_alone_unless_forced(run, here):
    assert run("new", "mine", "--directory", "deep/er").code == 0
    program = here / "deep/er/sinfit_mine/fitter.py"
    written = program.read_text("utf-8")
    program.write_text("my own program", "utf-8")
    (here / "deep/er/notes.txt").write_text("mine", "utf-8")

    done = run("new", "mine", "--directory", "deep/er")
    assert done.code == 2
    assert "deep/er exists and is not empty" in done.err
    assert "--force" in done.err
    assert program.read_text("utf-8") == "my own program"

    assert run("new", "mine", "--directory", "deep/er", "--force").code == 0
    assert program.read_text("utf-8") == written
    assert (here / "deep/er/notes.txt").read_text("utf-8") == "mine"


def test_an_empty_folder_is_filled(run, here):
    (here / "empty").mkdir()
    assert run("new", "mine", "--directory", "empty").code == 0
    assert len(files_in(here / "empty")) == len(FILES)


@pytest.mark.parametrize("directory", ["taken", "taken/inside"])
def test_a_file_in_the_way_is_named(run, here, directory):
    (here / "taken").write_text("", "utf-8")
    done = run("new", "mine", "--directory", directory)
    assert done.code == 2
    assert "cannot write taken" in done.err
    assert files_in(here) == {"taken"}


def test_a_program_is_told_what_was_written(fresh, tmp_path):
    said = json.loads(fresh("new", "heavy-ball", "--json").out)
    assert said["fitter"] == "sinfit-heavy-ball/heavy-ball"
    assert (said["package"], said["folder"]) == ("sinfit_heavy_ball", "sinfit-heavy-ball")
    assert set(said["files"]) == files_in(tmp_path / said["folder"])
