"""Plugins: whatever one does wrong is reported under its name, and the others work on."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import sinfit
from sinfit.errors import PluginError, PluginWarning, UnknownNameError
from sinfit.ground.caught_output import caught, process_of_our_own
from sinfit.registry.plugins import quietly, registry, reports
from sinfit.registry.reports import PluginReport
from sinfit_cli.plugins import named_in_vain

HEAD = "from sinfit import CUBIC, FitterSpec, TargetSpec, hookimpl\n"
SPEC = (
    "FitterSpec(name={name!r}, title='T', summary='S.', fitter='m:f', model=CUBIC, steps=1,"
    " learning_rate=1e-6)"
)


def offer(*records, head=HEAD):
    return f"{head}@hookimpl\ndef sinfit_fitters():\n    return [{', '.join(records)}]\n"


GOOD = offer(SPEC.format(name="good"))


def report_of(plugin) -> PluginReport:
    (report,) = [report for report in quietly(reports) if report.plugin == plugin]
    return report


def others_work():
    result = sinfit.fit("numpy", steps=1)
    return result.nit == 1 and {"autograd", "legendre"} <= set(sinfit.fitters())


BROKEN = {
    "import error": ("import no_such_module_at_all\n", "ModuleNotFoundError: No module named"),
    "syntax error": ("def broken(:\n", "SyntaxError"),
    "exits while importing": ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
    "raises while importing": ("raise ValueError('two\\nlines')\n", "ValueError: two lines"),
    "hook raises": (
        HEAD + "@hookimpl\ndef sinfit_fitters():\n    raise KeyError('k')\n",
        "KeyError: 'k'",
    ),
    "hook exits": (
        HEAD + "@hookimpl\ndef sinfit_fitters():\n    raise SystemExit\n",
        "SystemExit",
    ),
    "misspelt hook": (
        HEAD + "@hookimpl\ndef sinfit_fiters():\n    return []\n",
        "there is no hook 'sinfit_fiters'. Did you mean 'sinfit_fitters'?",
    ),
    "undecorated hook": (
        HEAD + "def sinfit_fitters():\n    return []\n",
        "sinfit_fitters lacks the decorator @sinfit.hookimpl",
    ),
    "wrong signature": (
        HEAD + "@hookimpl\ndef sinfit_fitters(count):\n    return []\n",
        "PluginValidationError",
    ),
    "returns a string": (
        HEAD + "@hookimpl\ndef sinfit_fitters():\n    return 'good'\n",
        "sinfit_fitters must return a list of records, not 'good'",
    ),
    "returns one record": (
        HEAD + "@hookimpl\ndef sinfit_fitters():\n    return " + SPEC.format(name="good"),
        "sinfit_fitters must return a list of records, not FitterSpec",
    ),
    "a record of another kind": (
        offer("{'name': 'good'}"),
        "sinfit_fitters returned {'name': 'good'}, which is no FitterSpec",
    ),
    "a target among the fitters": (
        offer("TargetSpec(name='t', title='', function='m:f', interval=(0, 1))"),
        "which is no FitterSpec",
    ),
    "a spec that is wrong": (offer(SPEC.format(name="Bad Name")), "not 'Bad Name'"),
    "a newer api_version": (
        offer(SPEC.format(name="good")[:-1] + ", api_version=3)"),
        "fitter 'good' has api_version 3, and this sinfit knows 1 to 2: update sinfit",
    ),
    "no api_version": (
        offer(SPEC.format(name="good")[:-1] + ", api_version='2')"),
        "fitter 'good' has api_version '2', and this sinfit knows 1 to 2: correct it in the spec",
    ),
    "one name twice": (
        offer(SPEC.format(name="good"), SPEC.format(name="good")),
        "'good' is offered twice",
    ),
}


@pytest.mark.parametrize("fault", list(BROKEN))
def test_a_broken_plugin_is_named_and_leaves_the_others_working(install, fault):
    source, says = BROKEN[fault]
    install("sinfit-faulty", source, version="2.5")
    with pytest.warns(PluginWarning, match=r"sinfit-faulty 2\.5 \(faulty\)"):
        assert others_work()
    report = report_of("faulty")
    assert (report.status, report.distribution, report.version) == (
        "broken",
        "sinfit-faulty",
        "2.5",
    )
    assert says in report.error
    assert "\n" not in report.error
    assert says in str(report)
    assert [r.status for r in reports() if r.plugin != "faulty"] == ["ok"] * (len(reports()) - 1)


@pytest.mark.parametrize("fault", ["import error", "hook raises"])
def test_a_report_keeps_the_traceback(install, fault):
    install("sinfit-faulty", BROKEN[fault][0])
    assert "sinfit_faulty.py" in report_of("faulty").traceback


def test_a_bad_record_among_good_ones_is_reported_and_the_good_ones_work(install):
    install("sinfit-mixed", offer(SPEC.format(name="good"), "5", SPEC.format(name="fine")))
    with pytest.warns(PluginWarning, match="which is no FitterSpec"):
        names = set(sinfit.fitters())
    assert {"good", "fine"} <= names
    report = report_of("mixed")
    assert (report.status, report.offers["sinfit_fitters"]) == ("broken", ("good", "fine"))


@pytest.mark.parametrize("hook", ["sinfit_fitters(wrong)", "sinfit_fitters()"])
def test_a_broken_plugins_observer_is_not_asked(install, hook):
    install(
        "sinfit-faulty",
        HEAD + "seen = []\n"
        "@hookimpl\ndef sinfit_fit_finished(result):\n    seen.append(result)\n"
        f"@hookimpl\ndef {hook}:\n    raise ValueError\n",
    )
    with pytest.warns(PluginWarning, match="sinfit-faulty"):
        sinfit.fit("numpy", steps=1)
    assert sys.modules["sinfit_faulty"].seen == []


def test_a_good_plugin_is_registered_with_what_it_offers(install):
    install(
        "sinfit-good",
        GOOD + "@hookimpl\ndef sinfit_targets():\n"
        "    return [TargetSpec(name='sinc', title='', function='numpy:sinc', interval=(-3, 3))]\n",
        plugin="short",
    )
    report = report_of("short")
    assert (report.status, report.error, report.notes) == ("ok", "", ())
    assert report.offers == {"sinfit_fitters": ("good",), "sinfit_targets": ("sinc",)}
    assert report.hooks == ("sinfit_fitters", "sinfit_targets")
    fitter = sinfit.fitters()["good"]
    assert (fitter.id, fitter.plugin, fitter.version) == ("sinfit-good/good", "short", "1.0")
    assert sinfit.fit("numpy", target="sinc", steps=1).problem.source == "sinc"


def test_nobody_takes_a_target_of_the_host_and_both_can_be_fitted(install):
    install(
        "sinfit-taken",
        HEAD + "@hookimpl\ndef sinfit_targets():\n"
        "    return [TargetSpec(name='sin', title='', function='numpy:cos', interval=(0, 1))]\n",
    )
    assert sinfit.targets()["sin"].function == "numpy:sin"
    result = sinfit.fit("numpy", target="sinfit-taken/sin", steps=1)
    assert result.problem.y[0] == 1  # cos(0)
    assert "sinfit-taken/sin" in report_of("taken").notes[0]


def test_two_broken_plugins_are_counted_in_one_warning(install):
    install("sinfit-faulty", "import no_such_module_at_all\n")
    install("sinfit-worse", "raise ValueError\n")
    with pytest.warns(PluginWarning) as warned:
        sinfit.fitters()
    assert len(warned) == 1
    assert str(warned[0].message).startswith("2 plugins do not work, the first is sinfit-faulty")
    assert "sinfit doctor" in str(warned[0].message)


@pytest.mark.filterwarnings("default")
def test_what_a_plugin_says_is_caught_and_noted_in_a_process_of_our_own(install, capsys):
    says = "import warnings\nprint('hello there')\nwarnings.warn('careful')\n"
    install("sinfit-loud", says + GOOD)
    with process_of_our_own():
        report = report_of("loud")
    assert report.status == "ok"
    assert report.notes == (
        "prints while registering: hello there",
        "warns while registering: UserWarning: careful",
    )
    assert capsys.readouterr().out == ""


def test_what_a_plugin_says_goes_its_way_in_a_process_that_others_use(install, capsys):
    install("sinfit-loud", "import warnings\nprint('hello')\nwarnings.warn('careful')\n" + GOOD)
    with pytest.warns(UserWarning, match="careful"):
        report = report_of("loud")
    assert (report.status, report.notes) == ("ok", ())
    assert capsys.readouterr().out == "hello\n"


def test_a_thread_does_not_have_the_process_for_itself(capsys):
    def run():
        with caught() as said:
            sys.stdout.write("hello\n")
        assert said.text == ""

    with process_of_our_own(), ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()
    assert capsys.readouterr().out == "hello\n"


def test_a_plugin_that_is_slow_is_noted(install):
    install("sinfit-slow", "import time\ntime.sleep(0.6)\n" + GOOD)
    assert "to register" in report_of("slow").notes[0]


@pytest.mark.parametrize("name", ["sinfit-good", "short"])
def test_a_blocked_plugin_is_not_imported(install, monkeypatch, name):
    install("sinfit-good", "raise AssertionError\n" + GOOD, plugin="short")
    monkeypatch.setenv("SINFIT_DISABLE_PLUGINS", f"other, {name}")
    registry.cache_clear()
    assert report_of("short").status == "blocked"
    assert "SINFIT_DISABLE_PLUGINS" in report_of("short").error
    assert "sinfit_good" not in sys.modules
    assert others_work()


def test_an_allow_list_blocks_all_others_but_the_hosts_own(install, monkeypatch):
    install("sinfit-good", "raise AssertionError\n" + GOOD)
    monkeypatch.setenv("SINFIT_PLUGINS", "sinfit-numpy,legendre")
    registry.cache_clear()
    assert list(sinfit.fitters()) == ["numpy", "legendre"]
    assert {"sin", "cos", "exp"} <= set(sinfit.targets())
    assert report_of("good").status == report_of("autograd").status == "blocked"
    assert "sinfit_good" not in sys.modules


@pytest.mark.parametrize(
    ("requires", "status"),
    [
        (("sinfit>=99",), "incompatible"),
        (("Sinfit<0.1",), "incompatible"),
        (("sinfit>=0.1,<0.2",), "ok"),
        (("numpy>=99",), "ok"),  # the installer's business
        (("sinfit>=99; python_version < '3'",), "ok"),
        (("sinfit>=99; extra == 'next'",), "ok"),
        (("this is !! no requirement",), "ok"),
        ((), "ok"),
    ],
)
def test_a_plugin_for_another_sinfit_is_not_imported(install, requires, status):
    install("sinfit-good", GOOD, requires=requires)
    assert report_of("good").status == status
    assert ("sinfit_good" in sys.modules) is (status == "ok")
    if status != "ok":
        assert "0.1.0 is installed" in report_of("good").error


def test_strict_mode_turns_a_report_into_an_exception(install, monkeypatch):
    install("sinfit-faulty", "import no_such_module_at_all\n")
    monkeypatch.setenv("SINFIT_STRICT_PLUGINS", "1")
    with pytest.raises(PluginError, match=r"sinfit-faulty 1\.0.*no_such_module_at_all"):
        sinfit.fitters()
    monkeypatch.setenv("SINFIT_STRICT_PLUGINS", "0")
    with pytest.warns(PluginWarning):
        assert "numpy" in sinfit.fitters()


def test_the_distributions_name_is_normalised(install):
    install("Sinfit.Good_one", GOOD, plugin="g", module="sinfit_good_one")
    assert report_of("g").distribution == "sinfit-good-one"
    assert "sinfit-good-one/good" in sinfit.fitters()


def test_titles_are_translated_from_the_package_of_a_plugins_module(install):
    site = install("sinfit-deep", "", module="unused_module")
    package = site / "sinfit_deep"
    (package / "locale").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "hooks.py").write_text(GOOD)
    (package / "locale" / "ko.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "T"\nmsgstr "제목"\n',
        "utf-8",
    )
    info = site / "sinfit_deep-1.0.dist-info"
    (info / "entry_points.txt").write_text("[sinfit]\ndeep = sinfit_deep.hooks\n")
    registry.cache_clear()
    try:
        fitter = sinfit.fitters()["good"]
        assert (fitter.package, fitter.title) == ("sinfit_deep", "T")
        sinfit.i18n.use_language("ko")
        assert fitter.title == "제목"
    finally:
        for name in ("sinfit_deep", "sinfit_deep.hooks"):
            sys.modules.pop(name, None)


def test_in_a_fresh_process_a_plugin_that_imports_torch_is_noted(install):
    site = install("sinfit-heavy", "import torch\n" + GOOD)
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from sinfit.registry.plugins import reports\n"
            "print([r.notes for r in reports() if r.plugin == 'heavy'])",
        ],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "imports torch while registering" in run.stdout


def test_an_unknown_name_names_the_plugins_that_are_not_in_use(install, monkeypatch):
    install("sinfit-good", GOOD)
    monkeypatch.setenv("SINFIT_DISABLE_PLUGINS", "sinfit-good")
    registry.cache_clear()
    with pytest.raises(UnknownNameError, match=r"Not in use: sinfit-good; `sinfit plugins` says"):
        sinfit.fitters()["another"]


@pytest.mark.filterwarnings("ignore::sinfit.errors.PluginWarning")
@pytest.mark.parametrize(
    "name", ["short", "good", "sinfit-good", "sinfit-good/good", "Sinfit_Good/other"]
)
def test_the_name_of_a_plugin_that_does_not_work_is_answered_with_its_own_error(install, name):
    install("sinfit-a-broken-one", "raise ValueError('mine')\n")
    install("sinfit-good", "import no_such_module_at_all\n", plugin="short")
    with pytest.raises(UnknownNameError) as unknown:
        sinfit.fitters()[name]
    assert str(unknown.value) == (
        f"fitter {name!r} is not in use: sinfit-good 1.0 (short): ModuleNotFoundError: "
        "No module named 'no_such_module_at_all'. See: sinfit doctor"
    )
    assert sinfit.fitters().get(name) is None


def test_the_name_of_a_blocked_plugin_is_answered_with_the_variable(monkeypatch):
    monkeypatch.setenv("SINFIT_PLUGINS", "sinfit-tensor")
    registry.cache_clear()
    try:
        with pytest.raises(UnknownNameError, match="not in the allow-list SINFIT_PLUGINS"):
            sinfit.fitters()["numpy"]
    finally:
        registry.cache_clear()


@pytest.mark.parametrize("variable", ["SINFIT_PLUGINS", "SINFIT_DISABLE_PLUGINS"])
def test_names_in_the_variables_that_are_no_plugins_are_told_with_the_nearest(
    monkeypatch, variable
):
    monkeypatch.setenv(variable, "Nunpy, legendre, sinfit_tensor, zzz")
    assert [*named_in_vain()] == [
        f"{variable} names 'nunpy', and no installed plugin is called so. Did you mean 'numpy'?",
        f"{variable} names 'zzz', and no installed plugin is called so.",
    ]
