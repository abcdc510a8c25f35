"""Plugins of all kinds as a stranger has them: wheels in an environment that knows nothing else.

An environment has what its wheels declare, of this computer's packages, and no line of the sources:
an import that no dependency brings fails here.
"""

import json
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from sinfit.i18n import BUILT_IN

from ..conftest import link

ROOT = Path(__file__).parents[2]
CONTRACT_1 = Path(__file__).with_name("contract_1")  # as `sinfit new` wrote it under contract 1
OWN = [ROOT, *(ROOT / "plugins" / f"sinfit-{name}" for name in ("numpy", "exact", "replay"))]
OWN += [ROOT / "plugins" / "sinfit-author", ROOT / "plugins" / "sinfit-site", CONTRACT_1]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
OFFLINE = ["--no-deps", "--no-index", "--no-build-isolation"]
BRINGS = {
    "replay": "sinfit-replay",
    "map": "sinfit-exact",
    "check": "sinfit-author",
    "new": "sinfit-author",
    "doctor": "sinfit-author",
    "tutorials": "sinfit-site",
}


@pytest.fixture(scope="module")
def own_wheels(tmp_path_factory):
    """The wheels of the core, of what the tests need of ours, and of a plugin of contract 1."""
    folder = tmp_path_factory.mktemp("own")
    subprocess.run([*PIP, "wheel", *OFFLINE, "--wheel-dir", folder, *OWN], check=True)
    return sorted(folder.glob("*.whl"))


class Environment:
    """A virtual environment with wheels and what they depend on, and a folder to work in."""

    def __init__(self, home, wheels, more=()):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
        self.bin, self.work = home / "venv" / "bin", home / "work"
        self.work.mkdir()
        (self.site,) = (home / "venv" / "lib").glob("python*/site-packages")
        self.install("--no-compile", *wheels)
        self.others = set()
        installed = list(metadata.distributions(path=[str(self.site)]))
        needed = [line for dist in installed for line in dist.requires or ()]
        for line in (*needed, *more):
            link(self.site, line, self.others)

    def install(self, *what):
        """Install wheels or folders, as pip does, without asking an index."""
        target = ["--python", self.bin / "python", "install", *OFFLINE]
        subprocess.run([*PIP, *target, *what], check=True, cwd=self.work)

    def run(self, *command, code=0, cwd=None, **more):
        """Run a command of the environment and return what it said."""
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "SINFIT")) and name not in ("LANGUAGE", "LC_ALL")
        }
        done = subprocess.run(
            [self.bin / command[0], *map(str, command[1:])],
            env=clean | {"LANG": "C.UTF-8", "SINFIT_CACHE": str(self.work / "cache")} | more,
            cwd=cwd or self.work,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == code, done.stdout + done.stderr
        if code == 0:
            assert done.stderr == ""
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def small(own_wheels, tmp_path_factory):
    """What a programmer installs: the core and a stage."""
    wanted = [each for each in own_wheels if each.name.split("-")[0] in ("sinfit", "sinfit_numpy")]
    return Environment(tmp_path_factory.mktemp("small"), wanted)


@pytest.fixture(scope="module")
def whole(own_wheels, wheels, tmp_path_factory):
    """The wings, an author's tools, and a plugin of somebody else for each hook."""
    needs_none = ("history", "equation", "house", "spanish")
    theirs = [path for path in wheels if path.name.split("-")[0].split("_")[1] in needs_none]
    assert len(theirs) == len(needs_none)
    tools = ("pytest", "editables")
    return Environment(tmp_path_factory.mktemp("whole"), [*own_wheels, *theirs], tools)


# The core alone


def test_a_programmer_gets_a_small_library(small):
    assert small.others == {
        *("babel", "click", "numpy", "packaging", "pluggy", "rich"),
        *("markdown-it-py", "mdurl", "pygments"),  # rich's
    }
    listed = json.loads(small.run("sinfit", "list", "--json"))["fitters"]
    assert [each["name"] for each in listed] == ["numpy"]
    assert json.loads(small.run("sinfit", "fit", "numpy", "--json"))["success"]
    assert len(json.loads(small.run("sinfit", "compare", "--json"))["fits"]) == 1
    plugins = json.loads(small.run("sinfit", "plugins", "--json"))["plugins"]
    assert [(each["plugin"], each["status"]) for each in plugins] == [
        ("builtin", "ok"),
        ("commands", "ok"),
        ("numpy", "ok"),
    ]


@pytest.mark.parametrize(("command", "package"), BRINGS.items())
def test_a_command_whose_package_is_missing_says_which_brings_it(small, command, package):
    said = small.run("sinfit", command, code=1)
    assert f"`sinfit {command}` comes with {package}. Install it with: pip install" in said
    assert len(said.splitlines()) == 1


# Hooks of somebody else


def test_all_plugins_are_in_use_and_come_from_their_wheels(whole):
    found = json.loads(whole.run("sinfit", "plugins", "--json"))["plugins"]
    assert {each["status"] for each in found} == {"ok"}
    assert {"history", "equation", "house", "spanish", "heavy-ball"} <= {
        each["plugin"] for each in found
    }
    places = whole.run("python", "-c", "import sinfit, sinfit_house as h; print(h.__file__)")
    assert Path(places.strip()).is_relative_to(whole.site)


def test_a_command_is_listed_and_runs(whole):
    assert re.search(
        r"^  history +Show the fits that were made", whole.run("sinfit", "--help"), re.M
    )
    file = {"SINFIT_HISTORY": "fits.jsonl"}
    assert "there is no history" in whole.run("sinfit", "history", code=2)
    assert whole.run("sinfit", "history", **file) == ""
    whole.run("sinfit", "compare", "numpy", "lstsq", "--steps", 5, **file)
    shown = [line.split()[0] for line in whole.run("sinfit", "history", **file).splitlines()]
    assert shown == ["numpy", "lstsq"]
    best = json.loads(whole.run("sinfit", "history", "--best", "--json", **file))
    assert [each["fitter"] for each in best] == ["lstsq", "numpy"]


def test_the_help_of_all_imports_no_command(whole):
    said = whole.run(
        *("python", "-c"),
        "import sys; from sinfit_cli.root import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print([m for m in sys.modules if m.endswith('command')])",
    )
    assert said.splitlines()[-1] == "[]"


def test_a_check_is_tried_on_every_fitter_and_can_fail(whole):
    tried = json.loads(whole.run("sinfit", "check", "numpy", "--json"))["checks"]
    assert {"short-title", "says-what-it-yields"} <= {
        each["name"] for each in tried if each["status"] == "passed"
    }
    module = whole.site / "sinfit_numpy" / "fitter.py"
    text = module.read_text("utf-8")
    try:
        module.write_text(text.replace("Yields", "Gives"), "utf-8")
        tried = json.loads(whole.run("sinfit", "check", "numpy", "--json", code=1))["checks"]
    finally:
        module.write_text(text, "utf-8")
    failed = {each["name"]: each["message"] for each in tried if each["status"] == "failed"}
    said = "the docstring of the program does not say what it yields"
    assert failed == {"says-what-it-yields": said}


@pytest.mark.parametrize(
    ("options", "more"),
    [(["--lang", "es"], {}), ([], {"LANG": "es_ES.UTF-8"})],
    ids=["lang", "locale"],
)
def test_a_language_is_spoken_and_the_rest_stays_english(whole, options, more):
    listed = whole.run("sinfit", "list", *options, **more)
    assert "NumPy, a mano" in listed
    assert "novedad" in listed
    assert "Heavy ball" in listed  # no catalog has it
    assert "¿Quería decir 'numpy'?" in whole.run("sinfit", *options, "fit", "numpi", code=2, **more)
    told = whole.run("sinfit", *options, "--help", **more)
    assert "Uso:" in told
    assert "Hace un ajuste con uno de los métodos." in told
    assert "Try all that must hold for a fitter." in told


def test_a_directive_is_on_a_page_in_every_language(whole):
    (whole.work / "docs").mkdir()
    page = whole.work / "docs" / "index.md"
    page.write_text("# Home\n\n[[equation: lstsq]]\n")
    build = ("sinfit", "tutorials", "build", "--out", "pages")
    few = {"SINFIT_PLUGINS": "equation,exact"}
    whole.run(*build, **few)
    for language in BUILT_IN:
        built = (whole.work / "pages" / language / "index.md").read_text("utf-8")
        assert "<mn>0.856741</mn>" in built, built
    page.write_text("# Home\n\n[[equation: lstsqs]]\n")
    said = whole.run(*build, code=1, **few)
    assert (
        "index.md:3: [[equation]] of sinfit-equation: unknown fitter 'lstsqs'. "
        "Did you mean 'lstsq'?" in said
    )


# Old plugins, and new ones


def test_a_plugin_of_contract_1_runs_unchanged(whole):
    its_own = ("--momentum", 0.8, "--steps", 2000)
    fitted = json.loads(whole.run("sinfit", "fit", "heavy-ball", *its_own, "--json"))
    assert fitted["success"]
    assert fitted["sse"] == pytest.approx(8.817165410, abs=1e-6)  # the best cubic's
    rows = json.loads(whole.run("sinfit", "compare", "numpy", "heavy-ball", "--json"))["fits"]
    assert [row["fitter"] for row in rows] == ["numpy", "heavy-ball"]
    report = json.loads(whole.run("sinfit", "check", "heavy-ball", "--json"))
    assert report["success"]


def test_what_the_readme_of_a_new_plugin_says_works(whole):
    assert "cd sinfit-second-try" in whole.run("sinfit", "new", "second-try")
    folder = whole.work / "sinfit-second-try"
    readme = (folder / "README.md").read_text("utf-8")
    commands = [line.split() for line in re.findall(r"^\$ (.+)$", readme, re.M)]
    installing = [each for each in commands if each[1:4] == ["-m", "pip", "install"]]
    assert [each[4:] for each in installing] == [["sinfit-second-try"], ["-e", '".[test]"']]
    whole.install("-e", folder)
    few = {"cwd": folder, "SINFIT_PLUGINS": "numpy,second-try,author,site"}
    said = {" ".join(each): whole.run(*each, **few) for each in commands if each not in installing}
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert whole.run("python", "-c", example).startswith("y = ")
    assert re.search(r"\d{2} passed", said["python -m pytest"])
    assert "no problem found" in said["sinfit tutorials check second-try"]
