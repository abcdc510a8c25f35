"""The pip line of the downloads works: the site carries the wheels that it names."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from sinfit_author.children import Workers
from sinfit_site.errors import TutorialError
from sinfit_site.wheels import build_wheels, folders

from sinfit.i18n import BUILT_IN

from .conftest import ROOT

STAGES = ("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic")


def cells_of(notebook):
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def pip_line(notebook):
    (line,) = re.findall(r"^pip install (.*)$", cells_of(notebook)[0]["source"], re.MULTILINE)
    return line.split()


@pytest.mark.parametrize("name", [*STAGES, "prologue", "epilogue"])
def test_without_an_address_the_pip_line_is_for_a_checkout(site, name):
    for language in BUILT_IN:
        line = pip_line(site / language / "stages" / name / f"sinfit-{name}.ipynb")
        assert line[0] == "."
        for part in line[1:]:
            if part.startswith("plugins/"):
                assert (ROOT / part / "pyproject.toml").is_file()
            else:
                assert part in ("torch", "matplotlib", "scipy", "pandas")
        assert name not in STAGES or f"plugins/sinfit-{name}" in line
        assert "plugins/sinfit-replay" not in line  # the published tables have their own page
    tables = pip_line(site / "en/published/tables/sinfit-tables.ipynb")
    assert "plugins/sinfit-replay" in tables


def test_with_an_address_the_first_code_installs_the_sites_own_wheels(project, monkeypatch):
    from sinfit_site import wheels
    from sinfit_site.build import build

    own = {"sinfit": ROOT.relative_to(ROOT)}
    monkeypatch.setattr(wheels, "folders", lambda _root: own)
    text = "# %% [markdown]\n# # A page\n#\n# Words.\n#\n# ## More {#more}\n\n# %%\nprint(6 * 7)\n"
    project.write("page.py", text)
    build(project.docs, project.out, url="https://sinfit.example/")
    title, install, more, code = cells_of(project.out / "en" / "page" / "sinfit-page.ipynb")
    assert title["source"].startswith("# A page\n\nWords.\n\n")
    wanted = "%pip install --quiet --find-links https://sinfit.example/wheels/ sinfit"
    assert (install["cell_type"], install["source"]) == ("code", wanted)
    assert more["source"] == "## More"
    assert code["source"] == "print(6 * 7)"


def test_the_sites_wheels_install(site, tmp_path):
    page = (site / "wheels" / "index.html").read_text(encoding="utf-8")
    names = re.findall(r'href="([^"]+)"', page)
    assert len(names) == len(folders(ROOT)) >= 10
    assert all((site / "wheels" / name).is_file() for name in names)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-index"]
    command += ["--disable-pip-version-check", "--no-deps", "--target", str(tmp_path / "there")]
    command += ["--find-links", str(site / "wheels" / "index.html"), "sinfit", "sinfit-numpy"]
    subprocess.run(command, check=True, capture_output=True)
    program = "import sinfit; print(sinfit.__file__, sinfit.fit('numpy', steps=100).printed()[0])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "there",
        capture_output=True,
        text=True,
        check=True,
    )
    where, step, loss = done.stdout.rsplit(maxsplit=2)
    assert where.startswith(str(tmp_path / "there"))
    assert (step, float(loss)) == ("99", pytest.approx(704.3593016451538, rel=1e-12))


def test_wheels_are_built_again_only_after_an_edit(tmp_path):
    root = tmp_path / "checkout"
    for part in ("sinfit", "plugins/sinfit-numpy"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, root / part, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, root)
    built = tmp_path / "cache" / "wheels"
    with Workers(1) as workers:
        build_wheels(root, tmp_path / "cache", workers)
    (wheel,) = built.glob("sinfit_numpy-*.whl")
    before = wheel.stat().st_mtime_ns
    with Workers(1) as workers:
        build_wheels(root, tmp_path / "cache", workers)
    assert wheel.stat().st_mtime_ns == before
    (root / "plugins/sinfit-numpy/pyproject.toml").write_text("[project]\nname = 'sinfit-numpy'\n")
    with (
        Workers(1) as workers,
        pytest.raises(TutorialError, match="the wheels cannot be built"),
    ):
        build_wheels(root, tmp_path / "cache", workers)


def test_another_project_has_no_wheels_here(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert folders(tmp_path) == {}
    with Workers(1) as workers:
        assert build_wheels(tmp_path, tmp_path / "cache", workers) == []
    assert not (tmp_path / "cache").exists()
