"""`sinfit check NAME`: what must hold for a fitter, and what does not."""

import json
import sys

import pytest
from sinfit_author import MINIMUM, CheckFailure, check_fitter, parametrize_with_checks
from sinfit_author.conformance.running import CHECKS, OF_PACKAGES, all_checks

from sinfit.registry.plugins import registered

BROKEN = """
from sinfit import CUBIC, FitterSpec, hookimpl

@hookimpl
def sinfit_fitters():
    return [FitterSpec(name="broken", title="Broken", summary="It breaks.", model=CUBIC, steps=5,
                       fitter="sinfit_broken:fit", learning_rate=1e-6)]

def fit(x, y, *, initial, steps, learning_rate):
    yield ((y - initial[0]) ** 2).sum(), initial
    raise ValueError("oh no")
"""


def test_json_has_the_promised_fields(run):
    done = run("check", "numpy", "--json")
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert list(report) == ["version", "fitter", "success", "checks"]
    assert (report["fitter"], report["success"]) == ("sinfit-numpy/numpy", True)
    assert [check["name"] for check in report["checks"]] == [check.name for check in all_checks()]
    for check in report["checks"]:
        assert list(check) == ["name", "holds", "status", "message", "traceback", "seconds"]
        assert check["status"] in ("passed", "not needed")
        assert check["message"] == check["traceback"] == ""
    assert sum(check["status"] == "passed" for check in report["checks"]) >= MINIMUM


def test_one_wrong_keyword_fails_one_check_and_what_stands_on_it_is_not_tried(run, install):
    install("sinfit-broken", BROKEN.replace("*, initial", "*, start"))
    done = run("check", "broken")
    report = check_fitter("broken")
    assert [each.name for each in report.failed] == ["signature"]
    untried = [each for each in report.outcomes if each.status == "not tried"]
    assert len(untried) > 15
    assert not report.success
    assert f"{len(untried)} checks were not tried: signature comes first." in done.out
    assert (done.code, done.out.count("TypeError")) == (1, 0)


def test_the_table_says_what_holds_and_the_last_line_how_many(run):
    done = run("check", "lstsq")
    assert (done.code, done.err) == (0, "")
    ran = len(check_fitter("lstsq").ran)
    assert done.out.endswith(f"sinfit-exact/lstsq: all {ran} checks passed.\n")
    for check in all_checks():
        (line,) = [line for line in done.out.splitlines() if line.split()[:1] == [check.name]]
        assert check.says in line


def test_a_broken_fitter_is_told_with_its_traceback_and_exits_with_1(run, install):
    install("sinfit-broken", BROKEN)
    done = run("check", "broken")
    assert done.code == 1
    assert "ValueError: oh no" in done.out
    assert "sinfit_broken.py" in done.out
    failed = check_fitter("broken").failed
    assert f"sinfit-broken/broken: {len(failed)} of " in done.out
    assert done.out.count("\n") < 1000
    found = json.loads(run("check", "broken", "--json").out)
    assert found["success"] is False
    by_name = {check["name"]: check for check in found["checks"]}
    assert by_name["returns"]["status"] == "failed"
    assert "sinfit_broken.py" in by_name["returns"]["traceback"]
    assert by_name["signature"]["status"] == "passed"


REGISTERED = """
import sinfit
from sinfit import CUBIC, FitterSpec

def halve(x, y, *, initial, steps, learning_rate):
    parameters = tuple(initial)
    for _ in range(steps):
        yield ((y - CUBIC.predict(x, parameters)) ** 2).sum(), parameters
        parameters = tuple(value / 2 for value in parameters)
    return parameters

def spec(name):
    return FitterSpec(name=name, title="Halves", summary="It halves.", model=CUBIC, steps=5,
                      learning_rate=1.0, optimizer="halve", api_version=2)

sinfit.register(spec("halves"), halve)
"""


@pytest.fixture
def fitters_py(tmp_path, monkeypatch):
    """Write a file that registers fitters, in the folder where the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = dict(registered)

    def write(text):
        name = f"own_{len([*tmp_path.iterdir()])}.py"
        (tmp_path / name).write_text(text, "utf-8")
        return name

    yield write
    registered.clear()
    registered.update(before)
    for name in [name for name in sys.modules if name.startswith("own_")]:
        del sys.modules[name]


def test_a_fitter_that_a_file_registers_is_checked(run, fitters_py):
    good = json.loads(run("check", fitters_py(REGISTERED), "--json").out)
    assert (good["fitter"], good["success"]) == ("here/halves", True)
    two = fitters_py(f"{REGISTERED}sinfit.register(spec('other'), lambda x, y, *, initial: 0)\n")
    named = run("check", f"{two}::other")
    assert (named.code, "here/other: " in named.out) == (1, True)


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        (REGISTERED, "::halvs", "unknown fitter of own_0.py: 'halvs'. Did you mean 'halves'?"),
        (f"{REGISTERED}sinfit.register(spec('b'), halve)", "", "own_0.py registers several "
         "fitters, halves, b: say which, as in own_0.py::halves."),
        ("import sinfit", "", "own_0.py registers no fitter; `sinfit.register("),
        ("1 / 0", "", "own_0.py cannot be imported: ZeroDivisionError: division by zero."),
        ("", "s.py", "there is no file own_0.pys.py."),
    ],
    ids=["unknown", "several", "none", "broken", "no file"],
)  # fmt: skip
def test_a_file_that_cannot_be_checked_is_wrong_use(run, fitters_py, text, more, says):
    done = run("check", fitters_py(text) + more)
    assert (done.code, done.out) == (2, "")
    assert says in done.err


def test_an_unknown_name_is_wrong_use_with_the_nearest(run):
    done = run("check", "nunpy")
    assert done.code == 2
    assert "Did you mean 'numpy'?" in done.err


def test_the_report_can_be_read(install):
    assert repr(check_fitter("numpy")) == (
        f"sinfit-numpy/numpy: {len(check_fitter('numpy').ran)} of "
        f"{len(check_fitter('numpy').ran)} checks passed"
    )
    install("sinfit-broken", BROKEN)
    assert "\nreturns: ValueError: oh no" in repr(check_fitter("broken"))


def test_too_few_checks_are_no_success():
    from sinfit_author import CheckReport

    report = check_fitter("numpy")
    assert report.success
    assert not CheckReport(report.fitter, report.outcomes[:5]).success
    of_packages = {"registers", "requires", "distribution", "seeds"}
    always = [check for check in CHECKS if check.needed is None or check.name in of_packages]
    assert (len(always), len(of_packages)) == (MINIMUM, OF_PACKAGES)


def test_pytest_gets_a_test_for_each_check_that_applies():
    name, cases = parametrize_with_checks("numpy").mark.args
    assert name == "check"
    assert [case.id for case in cases] == [each.name for each in check_fitter("numpy").ran]
    cases[0].values[0]()
    both = parametrize_with_checks("numpy", "lstsq").mark.args[1]
    assert both[0].id == "sinfit-numpy/numpy-loads"


def test_fitters_that_are_tested_together_share_one_fresh_process(monkeypatch):
    from sinfit_author.conformance import fresh

    asked, ask = [], fresh.ask
    monkeypatch.setattr(fresh, "ask", lambda *given: asked.append(given) or ask(*given))
    for case in parametrize_with_checks("numpy", "lstsq").mark.args[1]:
        if case.id.endswith(("seeds", "untouched")):
            case.values[0]()
    assert asked == [(("sinfit-numpy/numpy", "sinfit-exact/lstsq"), 200)]


def test_pytest_gets_what_was_seen(install):
    install("sinfit-broken", BROKEN)
    cases = {case.id: case.values[0] for case in parametrize_with_checks("broken").mark.args[1]}
    cases["signature"]()
    with pytest.raises(CheckFailure, match="in a fresh process it raised FitterError"):
        cases["seeds"]()
    with pytest.raises(ValueError, match="oh no"):
        cases["returns"]()


def test_pytest_refuses_a_name_that_is_not_there():
    from sinfit.errors import UsageError

    with pytest.raises(UsageError, match="unknown fitter 'nothing-like-it'"):
        parametrize_with_checks("nothing-like-it")
    with pytest.raises(UsageError, match="needs a fitter's name"):
        parametrize_with_checks()


def test_pytest_is_not_imported_with_the_checks(python):
    out = python(
        "import sys, sinfit_author\nsinfit_author.check_fitter\n"
        "print([m for m in ('pytest', 'torch') if m in sys.modules])"
    )
    assert out == "[]\n"


@pytest.mark.parametrize(("language", "word"), [("ko", "통과"), ("zh", "通过")])
def test_the_table_is_translated(run, language, word):
    from sinfit.i18n import use_language

    done = run("check", "lstsq", "--lang", language)
    use_language(language)
    assert word in done.out
    for check in all_checks():
        assert check.holds != check.says, check.name
        assert check.holds in done.out
