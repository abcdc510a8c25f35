"""The downloads run from an empty folder and print the page's numbers."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..conftest import link

ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # as the pages ran: more add in another order


def download(site, language, name):
    """The program of the page `stages/numpy`."""
    return site / language / name / f"sinfit-{name.rpartition('/')[2]}.py"


def printed(site, language, name):
    """What the page's own run printed, cell by cell."""
    path = download(site, language, name).with_suffix(".ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    lines = []
    for cell in cells:
        for output in cell.get("outputs", ()):
            if output["output_type"] == "stream":
                lines += output["text"].splitlines()
            elif output["output_type"] == "error":
                lines += f"{output['ename']}: {output['evalue']}".splitlines()
    return lines


def run(site, language, name, folder):
    """Run a downloaded program in an empty folder; return its lines."""
    folder.mkdir(parents=True)
    program = download(site, language, name)
    done = subprocess.run(
        [sys.executable, "-I", str(program)],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | ONE_THREAD | {"MPLBACKEND": "agg", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, f"{name}: {done.stderr[-2000:]}"
    return done.stdout.splitlines()


def names(site):
    found = (site / "en").rglob("sinfit-*.py")
    return sorted(path.parent.relative_to(site / "en").as_posix() for path in found)


@pytest.mark.long
def test_every_program_of_one_language_runs_and_prints_the_pages_numbers(site, tmp_path):
    def check(name):
        lines = run(site, "ko", name, tmp_path / name)
        missing = [line for line in printed(site, "ko", name) if line not in lines]
        return name, missing

    with ThreadPoolExecutor(2) as pool:
        results = dict(pool.map(check, names(site)))
    assert len(results) >= 10
    assert not any(results.values()), results


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Environments that hold NumPy, PyTorch or both, and what these need; nothing else."""
    made = {}

    def python(*packages):
        if packages not in made:
            home = tmp_path_factory.mktemp("bare")
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
            (folder,) = home.glob("lib/python*/site-packages")
            found = set()
            for package in packages:
                link(folder, package, found)
            made[packages] = home / "bin" / "python"
        return made[packages]

    return python


STAGES = ("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic")
NEEDS = {"numpy": ("numpy",), "dynamic": ("numpy", "torch")}


@pytest.mark.numbers
@pytest.mark.parametrize(
    ("language", "name"),
    [
        *(("en", "numpy"), ("ko", "tensor"), ("zh", "nn")),
        *(pytest.param("zh", name, marks=pytest.mark.long) for name in STAGES if name != "nn"),
    ],
)
def test_the_one_file_of_a_stage_runs_where_nothing_else_is(site, bare, tmp_path, language, name):
    program = site / language / "stages" / name / f"fit_{name}.py"
    python = bare(*NEEDS.get(name, ("torch",)))
    done = subprocess.run(
        [python, "-I", "-W", "ignore:Failed to initialize NumPy", program],  # PyTorch's own word
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | ONE_THREAD | {"PYTHONUTF8": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == (16 if name == "dynamic" else 21)
    assert {*lines} <= {*printed(site, language, f"stages/{name}")}


def test_the_one_file_has_its_reader_s_language(site):
    code = {
        each: (site / each / "stages/numpy/fit_numpy.py").read_text("utf-8")
        for each in ("en", "ko", "zh")
    }
    assert "# 순전파" in code["ko"]
    assert not any("# The start" in code[each] for each in ("ko", "zh"))


@pytest.mark.parametrize(
    ("language", "name"),
    [
        *(("en", "numpy"), ("zh", "numpy"), ("ko", "autograd")),
        *(
            pytest.param("ko", name, marks=pytest.mark.long)
            for name in STAGES
            if name != "autograd"
        ),
    ],
)
def test_a_downloaded_notebook_runs_and_prints_the_pages_numbers(
    site, tmp_path, monkeypatch, language, name
):
    import asyncio

    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

    monkeypatch.setenv("OMP_NUM_THREADS", ONE_THREAD["OMP_NUM_THREADS"])
    path = site / language / "stages" / name / f"sinfit-{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    before = [cell.get("outputs") for cell in notebook.cells]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    (tmp_path / "run").mkdir()
    config = Config({"KernelManager": {"transport": "ipc", "ip": str(tmp_path / "k")}})
    resources = {"metadata": {"path": str(tmp_path / "run")}}
    client = NotebookClient(notebook, kernel_name="python3", resources=resources, config=config)
    with ThreadPoolExecutor(1) as pool:  # the browser's loop may run in this thread
        pool.submit(lambda: asyncio.run(client.async_execute())).result()

    def streams(outputs):
        return "".join(out["text"] for out in outputs or () if out["output_type"] == "stream")

    after = [streams(cell.get("outputs")) for cell in notebook.cells]
    assert after == [streams(outputs) for outputs in before]
    assert any(after)
