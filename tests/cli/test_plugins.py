"""`sinfit plugins` and `sinfit doctor`: what is installed, and what became of it."""

import json
import sys

import pytest
from sinfit_author.numbers import expected

import sinfit
from sinfit.registry.plugins import registry


@pytest.fixture
def trouble(install, monkeypatch):
    """A broken, an incompatible and a blocked plugin beside the good ones."""
    install("sinfit-faulty", "import no_such_module_at_all\n", version="0.3")
    install("sinfit-future", "raise AssertionError\n", requires=("sinfit>=99",))
    install("sinfit-unwanted", "raise AssertionError\n")
    monkeypatch.setenv("SINFIT_DISABLE_PLUGINS", "unwanted")
    registry.cache_clear()


def test_json_has_exactly_the_promised_fields(run):
    done = run("plugins", "--json")
    assert (done.code, done.err) == (0, "")
    entries = json.loads(done.out)["plugins"]
    assert {e["distribution"] for e in entries} >= {"sinfit", "sinfit-numpy", "sinfit-dynamic"}
    for entry in entries:
        fields = ["plugin", "distribution", "version", "status", "error", "notes", "offers"]
        assert list(entry) == fields
        assert (entry["status"], entry["error"]) == ("ok", "")


@pytest.mark.usefixtures("trouble")
def test_every_status_is_told_with_its_reason(run):
    entries = {e["plugin"]: e for e in json.loads(run("plugins", "--json").out)["plugins"]}
    assert entries["faulty"] == {
        "plugin": "faulty",
        "distribution": "sinfit-faulty",
        "version": "0.3",
        "status": "broken",
        "error": "ModuleNotFoundError: No module named 'no_such_module_at_all'",
        "notes": [],
        "offers": {},
    }
    assert entries["future"]["status"] == "incompatible"
    assert "sinfit>=99" in entries["future"]["error"]
    assert entries["unwanted"]["status"] == "blocked"
    assert entries["numpy"]["status"] == "ok"
    assert entries["numpy"]["offers"]["sinfit_fitters"] == ["numpy"]


@pytest.mark.usefixtures("trouble")
def test_the_table_says_the_same(run):
    done = run("plugins")
    assert (done.code, done.err) == (0, "")
    (line,) = [text for text in done.out.splitlines() if "sinfit-faulty" in text]
    assert "broken" in line
    assert "no_such_module_at_all" in line


def test_metadata_alone_runs_not_a_line_of_a_plugin(run, install):
    install("sinfit-spy", "raise SystemExit('it ran')\n")
    done = run("plugins", "--metadata", "--json")
    entries = {e["plugin"]: e for e in json.loads(done.out)["plugins"]}
    assert entries["spy"] == {
        "plugin": "spy",
        "distribution": "sinfit-spy",
        "version": "1.0",
        "entry_point": "sinfit_spy",
    }
    import sys

    assert "sinfit_spy" not in sys.modules
    assert "sinfit_numpy" in run("plugins", "--metadata").out


def test_the_doctor_finds_a_healthy_environment_healthy(run):
    done = run("doctor", "--json")
    found = json.loads(done.out)
    assert done.code == 0
    assert found["healthy"] is True
    assert found["environment"]["sinfit"] == sinfit.__version__
    assert "cpu" in found["devices"]
    assert {p["status"] for p in found["plugins"]} == {"ok"}
    text = run("doctor")
    assert text.code == 0
    assert f"All {len(found['plugins'])} plugins are well." in text.out


def test_the_doctor_says_what_this_machine_calculates_with_and_which_numbers_to_expect(run):
    found = json.loads(run("doctor", "--json").out)
    machine, numbers = found["fingerprint"], found["numbers"]
    assert machine["numpy"] == found["environment"]["numpy"]
    assert numbers["expected"] == expected(machine)
    text = run("doctor").out
    assert f"PyTorch calculates with {machine['torch_cpu']}; threads: " in text
    assert machine["numpy_simd"].replace(" ", ", ") in text
    for stage in numbers["expected"]:
        assert any(stage in line for line in text.splitlines() if ": " in line), stage


def test_the_doctor_without_pytorch_says_numpys_part(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    found = json.loads(run("doctor", "--json").out)
    assert set(found["numbers"]["expected"]) == {"numpy", "lstsq", "exact"}
    text = run("doctor").out
    assert "NumPy calculates with " in text
    assert "PyTorch calculates with" not in text


@pytest.mark.usefixtures("trouble")
def test_the_doctor_shows_the_traceback_and_exits_with_1(run):
    text = run("doctor")
    assert text.code == 1
    assert "Traceback (most recent call last)" in text.out
    assert "sinfit_faulty.py" in text.out
    assert "2 of " in text.out
    found = json.loads(run("doctor", "--json").out)
    assert found["healthy"] is False
    assert "Traceback" in {p["plugin"]: p for p in found["plugins"]}["faulty"]["traceback"]


def test_a_name_that_blocks_nothing_is_a_remark_and_no_warning(run, monkeypatch):
    monkeypatch.setenv("SINFIT_DISABLE_PLUGINS", "nunpy")
    registry.cache_clear()
    says = (
        "SINFIT_DISABLE_PLUGINS names 'nunpy', and no installed plugin is called so. "
        "Did you mean 'numpy'?"
    )
    try:
        assert run("plugins").out.endswith(f"{says}\n")
        as_json = run("plugins", "--json")
        assert (as_json.err, json.loads(as_json.out)["remarks"]) == ("", [says])
        assert says in run("doctor").out.splitlines()
        story = run("doctor", "--json")
        assert (story.code, json.loads(story.out)["remarks"]) == (0, [says])
        assert run("list").err == ""
    finally:
        registry.cache_clear()


@pytest.mark.filterwarnings("default::sinfit.errors.PluginWarning")
@pytest.mark.usefixtures("trouble")
def test_a_broken_plugin_is_one_line_on_stderr_and_no_obstacle(run):
    done = run("fit", "numpy", "--steps", 1, "--json")
    assert done.code == 0
    assert json.loads(done.out)["nit"] == 1
    assert done.err.count("\n") == 1
    assert done.err.startswith("warning: 2 plugins do not work, the first is sinfit-faulty 0.3")
