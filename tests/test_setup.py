"""Set-up on machines that are not ours: what is installed, from what, with which Python."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def make(*arguments, **environment):
    return subprocess.run(
        ["make", "-C", ROOT, "--no-print-directory", *arguments],  # noqa: S607 (make is where PATH says)
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def requirements():
    """What the core with all its extras, the plugins and the examples ask an installer for."""
    for path in [*ROOT.glob("pyproject.toml"), *ROOT.glob("*/*/pyproject.toml")]:
        text = tomllib.loads(path.read_text("utf-8"))
        project = text["project"]
        extras = project.get("optional-dependencies", {})
        yield from text["build-system"]["requires"]
        for line in [
            *project["dependencies"],
            *(line for extra in extras.values() for line in extra),
        ]:
            if not re.match(r"sinfit\b", line):
                yield line


def pythons():
    """Each Python that sinfit supports and this machine has, by its version."""
    rooms = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    rooms += sorted(Path(os.environ.get("PYENV_ROOT", "/")).glob("versions/*/bin"))
    found = {}
    for version in PYTHONS:
        for python in (room / f"python{version}" for room in rooms):
            asked = [python, "-c", "import venv, sys; print('%d.%d' % sys.version_info[:2])"]
            if os.access(python, os.X_OK):
                said = subprocess.run(asked, capture_output=True, text=True, check=False)
                if said.stdout.strip() == version:  # a shim may lead to none
                    found.setdefault(version, python)
    return found


@pytest.mark.long
def test_every_dependency_has_a_wheel(tmp_path):
    asked = tmp_path / "requirements.txt"
    asked.write_text("\n".join(sorted(set(requirements()))), "utf-8")
    assert len(asked.read_text("utf-8").splitlines()) > 30
    install = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    done = subprocess.run(
        [*install, "--only-binary", ":all:", "-c", ROOT / "constraints.txt", "-r", asked],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_dependency_is_pinned_to_what_is_tested():
    pinned = {
        line.partition("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    }
    names = {re.match(r"[\w-]+", line)[0].lower().replace("_", "-") for line in requirements()}
    assert names <= pinned, names - pinned


@pytest.mark.long
@pytest.mark.parametrize("version", PYTHONS)
def test_core_numpy_and_exact_work_without_torch_on_every_python(version, tmp_path):
    python = pythons().get(version)
    if python is None:
        pytest.skip(f"this machine has no Python {version}")
    wheels = tmp_path / "wheels"
    sources = [ROOT, ROOT / "plugins/sinfit-numpy", ROOT / "plugins/sinfit-exact"]
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    options = ["--no-build-isolation", "--no-deps", "--wheel-dir", wheels]
    subprocess.run([*pip, "wheel", *options, *sources], check=True, capture_output=True)
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    room = tmp_path / "venv" / "bin"
    install = [room / "python", "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    subprocess.run(
        [*install, "--find-links", wheels, "sinfit", "sinfit-numpy", "sinfit-exact"],
        check=True,
        capture_output=True,
    )
    own = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    compared = subprocess.run(
        [room / "sinfit", "compare", "--json"],
        env=own | {"PYTHONWARNINGS": "error"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (compared.returncode, compared.stderr) == (0, "")
    for name in ("numpy", "lstsq", "exact"):
        assert f'"fitter": "{name}"' in compared.stdout
    assert not list((tmp_path / "venv").glob("lib/*/site-packages/torch"))


def test_an_older_python_is_refused_by_name(tmp_path):
    older = tmp_path / "python3.10"
    # what Python 3.10 would do with the question whether it is new enough
    older.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c "
        '"import sys; sys.version_info = (3, 10, 0)\n${2#import sys;}"\n'
    )
    older.chmod(0o755)
    done = make(f"PYTHON={older}", f"VENV={tmp_path / 'venv'}", "test")
    assert done.returncode
    assert f"sinfit needs Python 3.11 or newer, and {older} is older" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_failure_of_the_installer_fails_the_setup_and_is_shown(tmp_path):
    fake = tmp_path / "venv" / "bin" / "python"
    fake.parent.mkdir(parents=True)
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in *"pip install"*) echo "no such package" >&2; exit 3;; esac\n'
        f'exec {sys.executable} "$@"\n'
    )
    fake.chmod(0o755)
    (fake.parent / "pip").symlink_to(fake)
    done = make(f"VENV={tmp_path / 'venv'}", f"PYTHON={sys.executable}", "test")
    assert done.returncode
    assert "no such package" in done.stderr
    assert not (tmp_path / "venv" / ".ready").exists()


def test_setup_is_done_once_and_again_for_another_python(tmp_path):
    ready = tmp_path / "venv" / ".ready"
    same = tmp_path / "venv" / "bin" / "python"
    same.parent.mkdir(parents=True)
    same.symlink_to(sys.executable)
    ready.touch()
    asked = ("--dry-run", f"VENV={tmp_path / 'venv'}", "test")
    assert "pip install" not in make(f"PYTHON={sys.executable}", *asked).stdout
    assert "pip install" not in make(*asked).stdout
    same.unlink()
    same.write_text("#!/bin/sh\necho 3.12\n")
    same.chmod(0o755)
    assert "pip install" in make(f"PYTHON={sys.executable}", *asked).stdout


def test_another_build_of_torch_is_a_variable_of_make():
    asked = ("--eval", "show: ; @echo $(PIP_EXTRA_INDEX_URL) $$PIP_EXTRA_INDEX_URL", "show")
    there = make("TORCH_INDEX=https://torch.example/cpu", *asked, PIP_EXTRA_INDEX_URL="")
    assert there.stdout.split() == ["https://torch.example/cpu"] * 2
    both = make("TORCH_INDEX=https://torch.example/cpu", *asked, PIP_EXTRA_INDEX_URL="file:///own")
    assert both.stdout.split() == ["file:///own", "https://torch.example/cpu"] * 2


def test_the_workflows_run_what_the_makefile_has():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    flows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert [path.stem for path in flows] == ["release", "site", "test"]
    texts = [path.read_text("utf-8") for path in [*flows, ROOT / ".pre-commit-config.yaml"]]
    used = re.findall(r"(?:run|entry): make .*?(\w+)$", "\n".join(texts), re.MULTILINE)
    assert used == ["dist", "docs", "lint"]
    assert set(used) <= targets
    matrix = re.search(r"python: (\[.*\])", texts[2])[1]
    assert tuple(re.findall(r"[\d.]+", matrix)) == PYTHONS


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_ci_is_a_script_that_bash_can_read():
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)  # noqa: S607
