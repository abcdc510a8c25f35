"""`sinfit compare`: several fitters on the same data, side by side."""

import json

import pytest

import sinfit
from sinfit.i18n import BUILT_IN

FIELDS = [
    *("fitter", "fitter_id", "success", "status", "message", "nit", "elapsed", "sse"),
    *("optimality_gap", "parameters", "coef", "steps", "learning_rate", "seed", "initial"),
    *("options", "asked", "provenance", "batches", "source", "points", "interval", "extras"),
]


def test_json_has_exactly_the_promised_fields(run):
    done = run("compare", "--steps", 5, "--points", 100, "--json")
    entries = json.loads(done.out)["fits"]
    assert done.code == 0
    assert [entry["fitter"] for entry in entries] == [f.name for f in sinfit.fitters().values()]
    for entry in entries:
        assert list(entry) == FIELDS
        expected = sinfit.fit(entry["fitter"], steps=5, points=100).to_dict()
        del expected["losses"]
        assert entry | {"elapsed": 0} == expected | {"elapsed": 0}


def test_the_table_has_a_line_for_each_and_the_best_cubic(run):
    done = run("compare", "numpy", "legendre", "--steps", 20)
    assert done.code == 0
    for name in ("numpy", "legendre"):
        result = sinfit.fit(name, steps=20)
        (line,) = [text for text in done.out.splitlines() if text.strip().startswith(name)]
        assert f"{result.sse:.6f}" in line
        assert f"{result.optimality_gap:+.6f}" in line
        assert "MAX_ITER" in line
    assert done.out.splitlines()[-1] == "best cubic: 8.817165"
    assert done.out.count("best cubic") == 1


def test_an_option_goes_to_those_that_have_it(run):
    done = run("compare", "numpy", "tensor", "--steps", 50, "--dtype", "float64", "--json")
    numpy, tensor = json.loads(done.out)["fits"]
    assert tensor["sse"] == pytest.approx(numpy["sse"], rel=1e-12)


def test_a_picture_is_drawn(run, tmp_path):
    done = run("compare", "numpy", "tensor", "--steps", 5, "--plot", tmp_path / "all.svg")
    assert done.code == 0
    assert (tmp_path / "all.svg").read_bytes().startswith(b"<?xml")


def test_one_that_fails_leaves_the_others_and_exit_status_1(run):
    done = run("compare", "numpy", "tensor", "--time-limit", "1e-9", "--json")
    assert done.code == 1
    assert [entry["status"] for entry in json.loads(done.out)["fits"]] == ["TIME_LIMIT"] * 2


def test_one_that_is_not_available_is_named_and_exit_status_is_1(run, install):
    install(
        "sinfit-far",
        "from sinfit import CUBIC, FitterSpec, hookimpl\n"
        "@hookimpl\ndef sinfit_fitters():\n"
        "    return [FitterSpec(name='far', title='F', summary='S.', fitter='m:f',\n"
        "            model=CUBIC, steps=1, learning_rate=1.0, requires=('no-such-package',))]\n",
    )
    done = run("compare", "numpy", "far", "--steps", 2, "--json")
    assert done.code == 1
    assert [entry["fitter"] for entry in json.loads(done.out)["fits"]] == ["numpy"]
    assert done.err == "far: needs no-such-package, which is not installed\n"


def test_a_csv_file_is_compared_too(run, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("x,y\n" + "\n".join(f"{i / 10},{(i / 10) ** 2}" for i in range(-9, 10)))
    done = run("compare", "numpy", "tensor", "--target", path, "--steps", 5, "--json")
    assert done.code == 0
    assert len(json.loads(done.out)["fits"]) == 2


def test_titles_and_headings_are_translated(run):
    said = [run("compare", "numpy", "--steps", 1, "--lang", language).out for language in BUILT_IN]
    headings = {text.splitlines()[0].split()[1] for text in said}
    assert len(headings) == 3
    rows = [next(line for line in text.splitlines() if line.startswith("numpy ")) for text in said]
    titles = {row.split("  ", 1)[1].strip().split("  ")[0] for row in rows}
    assert len(titles) == 3


@pytest.mark.parametrize("command", ["compare", "fit"])
def test_without_any_fitter_it_says_why_there_is_none(fresh, command):
    done = fresh(command, SINFIT_PLUGINS="nunpy")
    assert (done.code, done.out) == (1, "")
    assert "No fitter is in use; `sinfit plugins` says why." in done.err
