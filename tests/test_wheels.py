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

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT, *sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))]
STAGES = ["numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The wheels of the core and of all plugins."""
    from sinfit.tutorials.wheels import build_wheels

    return sorted(build_wheels(ROOT, tmp_path_factory.mktemp("wheels")).glob("*.whl"))


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
        program="import json, sinfit\nfrom sinfit.plugins import reports\nimport sys\n"
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
        and (file.parts[0] == "sinfit" or (file.parts[0] == "plugins" and len(file.parts) > 3))
    }
    assert len(packages) > 100
    assert not packages - kept, sorted(packages - kept)[:5]
    assert not kept - packages, sorted(kept - packages)[:5]


def test_list_and_compare_work_from_there(sinfit_there):
    listed = json.loads(sinfit_there("list", "--json"))
    assert [entry["name"] for entry in listed if entry["name"] in STAGES] == STAGES
    assert all(entry["available"] for entry in listed)
    compared = json.loads(sinfit_there("compare", "--steps", 20, "--points", 200, "--json"))
    assert [entry["fitter"] for entry in compared] == [entry["name"] for entry in listed]
    here = sinfit.compare(steps=20, points=200)
    assert [entry["sse"] for entry in compared] == [result.sse for result in here]


def test_fit_speaks_korean_and_chinese_from_there(sinfit_there):
    numpy = sinfit.fitters()["numpy"]
    for language in ("ko", "zh"):
        sinfit.i18n.use_language(language)
        title, heading = numpy.title, sinfit.i18n._("what is new")
        sinfit.i18n.use_language("en")
        assert title != numpy.title
        listed = sinfit_there("list", "--lang", language)
        assert title in listed
        assert heading in listed
    assert numpy.title in sinfit_there("fit", "numpy", "--steps", 5)


def test_a_published_table_is_replayed_from_there(sinfit_there):
    table = sinfit_there(
        program="from sinfit.replay import published\n"
        "log = next(log for log in published().values() if log.stage == 'numpy')\n"
        "print('\\n'.join(f'{step} {loss}' for step, loss in log.losses))"
    )
    (sinfit_there.folder / "log.txt").write_text(table)
    replayed = json.loads(sinfit_there("replay", "log.txt", "--stage", "numpy", "--json"))
    assert replayed["verdict"] in ("reproduced", "consistent")
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
    status = json.loads(sinfit_there("tutorials", "status", "--json", "numpy"))
    assert [(row["language"], row["percent"]) for row in status] == [("ko", 100), ("zh", 100)]
