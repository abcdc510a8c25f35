"""The downloads run from an empty folder and print the page's numbers."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest


def printed(site, language, name):
    """What the page's own run printed, cell by cell."""
    path = site / language / "stages" / name / f"sinfit-{name}.ipynb"
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
    folder.mkdir()
    program = site / language / "stages" / name / f"sinfit-{name}.py"
    done = subprocess.run(
        [sys.executable, "-I", str(program)],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"MPLBACKEND": "agg", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, f"{name}: {done.stderr[-2000:]}"
    return done.stdout.splitlines()


def names(site):
    return sorted(path.parent.name for path in site.glob("en/stages/*/sinfit-*.py"))


def test_every_program_of_one_language_runs_and_prints_the_pages_numbers(site, tmp_path):
    def check(name):
        lines = run(site, "ko", name, tmp_path / name)
        missing = [line for line in printed(site, "ko", name) if line not in lines]
        return name, missing

    with ThreadPoolExecutor(2) as pool:
        results = dict(pool.map(check, names(site)))
    assert len(results) >= 10
    assert not any(results.values()), results


STAGES = ("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic")


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "numpy"), ("zh", "numpy"), *(("ko", name) for name in STAGES)],
)
def test_a_downloaded_notebook_runs_and_prints_the_pages_numbers(site, tmp_path, language, name):
    import asyncio

    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

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
