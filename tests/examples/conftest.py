"""The examples as a user has them: each built as a wheel, installed where nothing else is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

collect_ignore = ["contract_1"]  # a plugin, tested where it is installed
EXAMPLES = Path(__file__).parents[2] / "examples"
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """The wheels of all examples."""
    folder = tmp_path_factory.mktemp("wheels")
    sources = sorted(path.parent for path in EXAMPLES.glob("*/pyproject.toml"))
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", folder)
    subprocess.run([*PIP, "wheel", *options, *sources], check=True)
    return sorted(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def site(wheels, tmp_path_factory):
    """A folder with the wheels installed, to be put on the PYTHONPATH of a fresh process."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [*PIP, "install", "--no-deps", "--no-index", "--target", folder, *wheels], check=True
    )
    return folder


@pytest.fixture(scope="session")
def run(site, tmp_path_factory):
    """Run a program in a process of its own; it ends with `show(value)`, which this returns."""
    head = "import json, sys\ndef show(value):\n    print('\\n' + json.dumps(value))\n"

    def call(program, *arguments, **more):
        environment = os.environ | {"PYTHONPATH": str(site), "LANG": "C.UTF-8"} | more
        environment.pop("LANGUAGE", None)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", head + program, *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            cwd=tmp_path_factory.mktemp("run"),
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return json.loads(done.stdout.splitlines()[-1])

    return call
