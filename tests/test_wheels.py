"""The wheels of the core and of all plugins, installed where nothing else of the project is."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import sinfit
from sinfit.i18n import BUILT_IN

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT, *sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))]
STAGES = ["numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The wheels of the core and of all plugins."""
    from sinfit_author.children import Workers
    from sinfit_site.wheels import build_wheels

    folder = tmp_path_factory.mktemp("wheels")
    with Workers(1) as workers:
        assert build_wheels(ROOT, folder, workers) == []
    return sorted(folder.rglob("*.whl"))


@pytest.fixture(scope="module")
def sinfit_there(wheels, tmp_path_factory):
    """Run `sinfit …` from a fresh environment that has the wheels and other people's packages."""
    home = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    python = home / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--quiet", "--no-input"]
    pip += ["--disable-pip-version-check", "install", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, *wheels], check=True)
    # the packages of the running environment, without the project's own editable ones
    others = home / "others"
    others.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "sinfit" not in path.name.lower() and path.suffix != ".pth":
            (others / path.name).symlink_to(path)
    (site,) = (home / "venv" / "lib").glob("python*/site-packages")
    (site / "others.pth").write_text(f"{others}\n")
    work = home / "work"
    work.mkdir()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "SINFIT")) and name not in ("LANGUAGE", "LC_ALL")
    } | {"LANG": "C.UTF-8"}

    def run(*arguments, program=None):
        command = [python, "-c", program] if program else [python.with_name("sinfit")]
        done = subprocess.run(
            [*command, *map(str, arguments)],
            env=environment,
            cwd=work,
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        assert done.returncode == 0, done.stdout
        return done.stdout

    run.folder = work
    run.site = site
    return run


def test_the_code_that_runs_is_that_of_the_wheels(sinfit_there):
    found = sinfit_there(
        program="import json, sinfit\nfrom sinfit.registry.plugins import reports\nimport sys\n"
        "places = [module.__file__ for name, module in list(sys.modules.items())\n"
        "          if name.split('_')[0].split('.')[0] == 'sinfit'] if reports() else []\n"
        "print(json.dumps([places, [[r.distribution, r.version, r.status, r.notes]"
        " for r in reports()]]))"
    )
    places, reports = json.loads(found)
    assert len(places) > len(SOURCES)
    assert all(Path(place).is_relative_to(sinfit_there.site) for place in places)
    assert {name for name, *_rest in reports} == {
        "sinfit",
        *(path.name for path in SOURCES if path != ROOT),
    }
    assert all(rest == [sinfit.__version__, "ok", []] for _name, *rest in reports)


def test_every_file_of_the_packages_is_in_their_wheels(wheels):
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 (git is where PATH says)
        capture_output=True,
        text=True,
        check=False,
    )
    files = {Path(name) for name in listed.stdout.split("\0") if name}
    if listed.returncode:  # an unpacked archive without Git
        files = {path.relative_to(ROOT) for path in ROOT.glob("sinfit/**/*.py")}
    kept = set()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            kept |= {Path(name) for name in archive.namelist() if ".dist-info/" not in name}
    packages = {
        Path(*file.parts[2:]) if file.parts[0] == "plugins" else file
        for file in files
        if (ROOT / file).is_file()
        and (
            file.parts[0] in ("sinfit", "sinfit_cli")
            or (file.parts[0] == "plugins" and len(file.parts) > 3)
        )
    }
    assert len(packages) > 100
    assert not packages - kept, sorted(packages - kept)[:5]
    assert not kept - packages, sorted(kept - packages)[:5]


TYPED = """
from collections.abc import Callable

import sinfit
import sinfit_numpy
from sinfit import CUBIC, FitterSpec, Model, TargetSpec, hookimpl
from sinfit_author import check_fitter

result = sinfit.fit("numpy", [1, 2, 3, 4], [1, 2, 3, 4], steps=3, seed=1)
reveal_type(result)
reveal_type(sinfit.fitters()["nn"].fit(device="cpu", dtype="float64", progress=print))
reveal_type(sinfit.compare(["numpy"], steps=3)["numpy"])
reveal_type(result.parameters["a"])
reveal_type(result.losses)
reveal_type(sinfit.theory.best_polynomial(result.problem.x, result.problem.y, 3).sse)
reveal_type(sinfit.FitResult.load("fit.json"))
reveal_type(check_fitter("numpy").success)
sinfit.fit("mine", options={"momentum": 0.5}, callbacks=lambda state: state.loss < 1)
sinfit.errors
sinfit.errors.SinfitError


@hookimpl
def sinfit_fitters() -> list[FitterSpec]:
    return []


spec = FitterSpec(
    name="mine", title="Mine", summary="Mine.", fitter="m:f", model=CUBIC, steps=1,
    learning_rate=1.0,
)
"""

REVEALED = [
    *["sinfit.fitting.result.FitResult"] * 3,
    "float",
    "numpy.ndarray[tuple[Any, ...], numpy.dtype[numpy.float64]]",
    "float",
    "sinfit.fitting.result.FitResult",
    "bool",
]
MISTAKES = {  # a line, and what mypy says of it
    'sinfit.fit("numpy", learing_rate=1)': 'Unexpected keyword argument "learing_rate" for "fit"',
    'sinfit.fit("nn", devise="cpu")': 'Unexpected keyword argument "devise"',
    'sinfit.fitters()["nn"].fit(stepz=1)': 'Unexpected keyword argument "stepz"',
    'sinfit.compare(["nn"], stepz=1)': 'Unexpected keyword argument "stepz"',
    'sinfit.fit("numpy", steps="many")': 'Argument "steps" to "fit" has incompatible type "str"',
    "result.los": '"FitResult" has no attribute "los"',
    "sinfit.thoery": 'Module has no attribute "thoery"',
    "result.nit = 1": 'Property "nit" defined in "FitResult" is read-only',
}


def test_a_type_checker_knows_what_a_program_gets_and_finds_its_mistakes(sinfit_there):
    """mypy reads NumPy, PyTorch and matplotlib too, which takes most of its ten seconds."""
    program = sinfit_there.folder / "program.py"
    program.write_text(TYPED + "\n".join(MISTAKES) + "\n")
    there = [sys.executable, "-m", "mypy", "--strict", "--python-executable"]
    done = subprocess.run(
        [*there, sinfit_there.site.parents[2] / "bin" / "python", "--no-error-summary", program],
        capture_output=True,
        text=True,
        cwd=sinfit_there.folder,
    )
    said = [line.partition(": ")[2] for line in done.stdout.splitlines()]
    revealed = [line.split('"')[1] for line in said if line.startswith("note: Revealed type")]
    assert revealed == REVEALED
    errors = [line for line in said if line.startswith("error: ")]
    assert len(errors) == len(MISTAKES), done.stdout + done.stderr
    for error, expected in zip(errors, MISTAKES.values(), strict=True):
        assert expected in error


def test_list_and_compare_work_from_there(sinfit_there):
    listed = json.loads(sinfit_there("list", "--json"))["fitters"]
    assert [entry["name"] for entry in listed if entry["name"] in STAGES] == STAGES
    assert all(entry["available"] for entry in listed)
    compared = json.loads(sinfit_there("compare", "--steps", 20, "--points", 200, "--json"))["fits"]
    assert [entry["fitter"] for entry in compared] == [entry["name"] for entry in listed]
    here = sinfit.compare(steps=20, points=200)
    assert [entry["sse"] for entry in compared] == [result.sse for result in here]


def test_fit_speaks_korean_and_chinese_from_there(sinfit_there):
    numpy = sinfit.fitters()["numpy"]
    for language in BUILT_IN[1:]:
        sinfit.i18n.use_language(language)
        title, heading = numpy.title, sinfit.i18n.gettext_of("sinfit_cli", "what is new")
        sinfit.i18n.use_language("en")
        assert title != numpy.title
        listed = sinfit_there("list", "--lang", language)
        assert title in listed
        assert heading in listed
    assert numpy.title in sinfit_there("fit", "numpy", "--steps", 5)


def test_a_published_table_is_replayed_from_there(sinfit_there):
    table = sinfit_there(
        program="from sinfit_replay import published\n"
        "log = next(log for log in published().values() if log.stage == 'numpy')\n"
        "print('\\n'.join(f'{step} {loss}' for step, loss in log.losses))"
    )
    (sinfit_there.folder / "log.txt").write_text(table)
    replayed = json.loads(sinfit_there("replay", "log.txt", "--stage", "numpy", "--json"))
    assert replayed["verdict"] == "reproduced"
    assert len(replayed["lines"]) == len(table.splitlines()) > 5


def test_a_new_plugin_is_written_from_there(sinfit_there):
    pytest.importorskip("copier")
    assert "sinfit-heavy-ball" in sinfit_there("new", "heavy-ball")
    package = sinfit_there.folder / "sinfit-heavy-ball" / "sinfit_heavy_ball"
    for file in ("__init__.py", "fitter.py", "tutorial.py", "locale/ko.po", "locale/zh.po"):
        assert (package / file).is_file()


def test_the_tutorials_can_be_checked_from_there(sinfit_there):
    pytest.importorskip("jupytext")
    assert "no problem found" in sinfit_there("tutorials", "check", "numpy")
    status = json.loads(sinfit_there("tutorials", "status", "--json", "numpy"))["pages"]
    assert [(row["language"], row["percent"]) for row in status] == [("ko", 100), ("zh", 100)]
