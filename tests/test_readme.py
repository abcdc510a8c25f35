"""What the README promises of plugins works as it stands there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.numbers

README = Path(__file__).parents[1] / "README.md"


def test_the_plugin_of_the_readme_can_be_installed_and_fits(tmp_path):
    source, site = tmp_path / "source", tmp_path / "site"
    for block in re.findall(r"```\w+\n# (\S+)\n(.*?)```", README.read_text("utf-8"), re.DOTALL):
        path = source / block[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block[1], "utf-8")
    assert len(list(source.rglob("*.*"))) == 3

    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps"]
    subprocess.run(
        [*pip, "--disable-pip-version-check", "--target", site, source],
        check=True,
        stderr=subprocess.DEVNULL,  # what pip remarks about indexes is not the plugin's
    )
    done = subprocess.run(
        [sys.executable, "-m", "sinfit", "fit", "newton", "--json"],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    # Newton's method is exact on a quadratic: what is left is rounding
    assert abs(json.loads(done.stdout)["optimality_gap"]) < 1e-9
