"""The recorded numbers hold on the machine that runs this, whatever instruction sets it uses."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sinfit_author.numbers import REFERENCE, expected, recorded, run_of
from sinfit_author.numbers.measuring import difference, numbers_of, tolerances

import sinfit
from sinfit.fitting.fingerprint import fingerprint

ROOT = Path(__file__).parents[2]


@pytest.mark.numbers
@pytest.mark.parametrize("stage", recorded()["numbers"])
def test_this_machine_prints_the_recorded_numbers_or_comes_as_near_as_was_measured(stage):
    """On a machine that was measured the equal ones are equal; everywhere the others are near.

    The tolerances and their reasons are in `sinfit_author.numbers.measuring.tolerances`.
    """
    pytest.importorskip("torch")
    found = difference(recorded()["numbers"][stage], numbers_of(sinfit.fitters()[stage]))
    here = fingerprint()
    if expected(here)[stage] == "equal":
        assert found["equal"], (found, here)
    for key, tolerance in recorded()["tolerances"][stage].items():
        assert found[key] <= tolerance, (found, here)


def test_every_recorded_run_is_within_the_tolerances_that_are_promised():
    for run in recorded()["runs"]:
        for stage, seen in run["stages"].items():
            for key, tolerance in recorded()["tolerances"][stage].items():
                assert seen[key] <= tolerance, (run["change"], stage)


def test_the_numbers_are_of_the_versions_that_the_project_is_pinned_to():
    pins = dict(re.findall(r"^([\w-]+)==([\w.]+)", (ROOT / "constraints.txt").read_text(), re.M))
    for run in recorded()["runs"]:
        for name in ("numpy", "torch"):
            version = run["fingerprint"][name].partition("+")[0]
            assert version == pins[name], f"{run['change']}: make numbers measures them again"


def test_the_changes_did_change_what_they_name():
    cpus = {run["change"]: run["fingerprint"] for run in recorded()["runs"]}
    assert cpus["PyTorch none"]["torch_cpu"] == cpus["both none"]["torch_cpu"] == "DEFAULT"
    assert cpus["PyTorch AVX2"]["torch_cpu"] == cpus["both AVX2"]["torch_cpu"] == "AVX2"
    assert "AVX512" in cpus[REFERENCE]["numpy_simd"]
    assert "AVX512" not in cpus["NumPy AVX2"]["numpy_simd"]
    assert [cpus[f"{n} threads"]["torch_threads"] for n in (2, 4)] == ["2", "4"]


def test_the_machine_of_the_reference_is_to_expect_equal_numbers():
    answers = expected(run_of(REFERENCE)["fingerprint"])
    assert answers["numpy"] == answers["optim"] == "equal"
    # their library for matrices is not in the fingerprint, and another one rounds in another way
    assert answers["lstsq"] == answers["exact"] == "close"


def test_without_avx_rmsprop_is_near_and_plain_descent_equal():
    answers = expected(run_of("PyTorch none")["fingerprint"])
    assert (answers["autograd"], answers["optim"]) == ("equal", "close")


def test_of_other_versions_and_machines_nothing_is_claimed():
    here = run_of(REFERENCE)["fingerprint"]
    for other in ({"numpy": "9.9.9"}, {"platform": "Darwin arm64"}, {"numpy_simd": "NEON"}):
        assert set(expected(here | other).values()) == {"not measured"}


def test_the_build_of_pytorch_does_not_matter_but_its_version_does():
    here = run_of(REFERENCE)["fingerprint"]
    version = here["torch"].partition("+")[0]
    assert expected(here | {"torch": f"{version}+cu130"}) == expected(here)
    assert expected(here | {"torch": "9.9.9"})["tensor"] == "not measured"


def test_without_pytorch_only_the_stages_on_numpy_are_judged():
    here = {k: v for k, v in run_of(REFERENCE)["fingerprint"].items() if "torch" not in k}
    assert expected(here) == {"numpy": "equal", "lstsq": "close", "exact": "close"}


def test_a_tolerance_is_four_times_what_was_seen_and_no_less_than_the_rounding_of_a_sum():
    single, double = {"torch": True}, {"torch": False}
    far = {"losses": 4.8e-3, "parameters": 1e-3}
    assert tolerances(single, [far, {"losses": 1e-3, "parameters": 0}]) == {
        "losses": 0.02,  # 4 · 4.8e-3 = 0.0192, one digit, rounded up
        "parameters": 0.004,
    }
    none = {"losses": 0.0, "parameters": 0.0}
    # √2000 · 2⁻²³ = 5.3e-6 and √2000 · 2⁻⁵² = 9.9e-15
    assert tolerances(single, [none])["losses"] == 6e-6
    assert tolerances(double, [none])["losses"] == 1e-14


def test_a_difference_counts_lines_and_keeps_the_largest():
    one = {"lines": ["a", "b"], "losses": [1.0, 2.0], "parameters": [0.5]}
    other = {"lines": ["a", "c"], "losses": [1.0, 2.5], "parameters": [0.25]}
    assert difference(one, one) == {
        "equal": True, "lines": 2, "of": 2, "losses": 0.0, "parameters": 0.0,
    }  # fmt: skip
    assert difference(one, other) == {
        "equal": False, "lines": 1, "of": 2, "losses": 0.25, "parameters": 0.25,
    }  # fmt: skip


def in_a_fresh_process(program, **environment):
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_a_fingerprint_imports_no_pytorch_and_names_no_machine():
    program = (
        "import json, sys; from sinfit.fitting.fingerprint import fingerprint\n"
        "print(json.dumps([fingerprint(), 'torch' in sys.modules]))"
    )
    found, imported = in_a_fresh_process(program)
    assert set(found) == {"python", "platform", "numpy", "numpy_simd"}
    assert not imported


def test_a_result_says_which_instruction_sets_made_it():
    pytest.importorskip("torch")
    result = sinfit.fit("tensor", steps=1)
    here = fingerprint()
    assert result.provenance["numpy_simd"] == here["numpy_simd"]
    assert result.provenance["torch_cpu"] == here["torch_cpu"] != ""
    assert "torch_cpu" not in sinfit.fit("numpy", steps=1).provenance


def test_pytorchs_instruction_set_is_the_one_that_the_environment_chose():
    pytest.importorskip("torch")
    program = (
        "import json, torch; from sinfit.fitting.fingerprint import fingerprint\n"
        "print(json.dumps(fingerprint()))"
    )
    assert in_a_fresh_process(program, ATEN_CPU_CAPABILITY="default")["torch_cpu"] == "DEFAULT"
