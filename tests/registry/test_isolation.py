"""A dozen odd plugins at once: every stage works, and each odd one is named with its cause."""

import functools
import json
import math
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import sinfit
from sinfit.ground.caught_output import process_of_our_own
from sinfit.registry.plugins import quietly

SINFIT = Path(sys.executable).parent / "sinfit"
STAGES = ["numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"]
HEAD = "from sinfit import CUBIC, FitterSpec, TargetSpec, hookimpl\n"
HOOK = HEAD + "@hookimpl\ndef sinfit_fitters():\n"
FIT = "\ndef fit(x, y, *, initial, steps, learning_rate):\n"
GOOD = "    yield 1.0, initial\n    return initial\n"


def spec(name, more=""):
    return (
        f"FitterSpec(name={name!r}, title='T', summary='S.', fitter=__name__ + ':fit', model=CUBIC,"
        f" steps=5, learning_rate=1e-6{more})"
    )


def offer(name, body=GOOD, more=""):
    return f"{HOOK}    return [{spec(name, more)}]\n{FIT}{body}"


# what is installed: source, more of its metadata, and what must be said of it
BROKEN = {
    "import-error": ("import no_such_module\n", {}, "No module named 'no_such_module'"),
    "system-exit": ("raise SystemExit('bye')\n", {}, "SystemExit: bye"),
    "exit-in-hook": (HOOK + "    import sys\n    sys.exit(3)\n", {}, "SystemExit: 3"),
    "base-exception": ("class Odd(BaseException): ...\nraise Odd('very')\n", {}, "Odd: very"),
    "interrupt": ("raise KeyboardInterrupt('by itself')\n", {}, "KeyboardInterrupt: by itself"),
    "interrupt-in-hook": (HOOK + "    raise KeyboardInterrupt\n", {}, "KeyboardInterrupt"),
    "hook-raises": (HOOK + "    raise KeyError('k')\n", {}, "KeyError: 'k'"),
    "hook-raises-the-unsayable": (
        HOOK
        + "    class Mute(Exception):\n        def __str__(self):\n            raise ValueError\n"
        "    raise Mute\n",
        {},
        "Mute: ?",
    ),
    "misspelt": (HOOK.replace("fitters", "fiters") + "    return []\n", {}, "'sinfit_fitters'?"),
    "wrong-signature": (HOOK.replace("()", "(n)") + "    return []\n", {}, "sinfit_fitters"),
    "wrong-type": (HOOK + "    return 5\n", {}, "must return a list of records, not 5"),
    "bad-record": (
        HOOK + f"    return [{spec('fine')}, 5]\n{FIT}{GOOD}",
        {},
        "5, which is no FitterSpec",
    ),
    "record-without-repr": (
        "class Odd:\n    def __repr__(self):\n        raise ValueError\n"
        + HOOK
        + f"    return [Odd(), {spec('fine-too')}]\n{FIT}{GOOD}",
        {},
        "which is no FitterSpec",
    ),
    "other-api": (offer("later", more=", api_version=3"), {}, "has api_version 3"),
    "same-module": ("", {"module": "sinfit_clean"}, "its module is that of plugin sinfit-clean:"),
}
INCOMPATIBLE = {
    "future": ("raise AssertionError\n", {"requires": ("sinfit>=99",)}, "needs sinfit>=99"),
}
NOTED = {
    "prints": ("import sys\nprint('psst', file=sys.stderr)\n" + offer("prints"), {}, "psst"),
    "warns": ("import warnings\nwarnings.warn('old')\n" + offer("warns"), {}, "UserWarning: old"),
    "idle": ("", {}, "implements no hook of sinfit"),
    "missing": (
        offer("missing", more=", requires=('no-such-package>=2',)"),
        {},
        "fitter 'missing' needs no-such-package>=2, which is not installed",
    ),
    "too-old": (
        offer("too-old", more=", requires=('numpy>=99',)"),
        {},
        "fitter 'too-old' needs numpy>=99, and numpy",
    ),
    "twin-one": (offer("twin"), {}, "is also that of sinfit-twin-two/twin; use sinfit-twin-one/"),
    "twin-two": (offer("twin"), {}, "is also that of sinfit-twin-one/twin; use sinfit-twin-two/"),
    "numpy-again": (offer("numpy"), {}, "is also that of sinfit-numpy/numpy"),
}
AT_WORK = {  # healthy until they fit: the host names them then
    "raises": (
        offer("raises", "    yield 1.0, initial\n    raise ValueError('oh')\n"),
        "raised ValueError: oh after 1 steps",
    ),
    "exits": (
        offer("exits", "    yield 1.0, initial\n    raise SystemExit\n"),
        "raised SystemExit",
    ),
    "mute": (
        offer(
            "mute",
            "    class Mute(Exception):\n        def __str__(self):\n            raise ValueError\n"
            "    yield 1.0, initial\n    raise Mute\n",
        ),
        "raised Mute: ? after 1 steps",
    ),
    "nonsense": (offer("nonsense", "    yield 'low'\n"), "must yield (loss, parameters)"),
    "odd-object": (
        offer(
            "odd-object",
            "    class Odd:\n        def __iter__(self):\n            raise KeyError\n"
            "        def __repr__(self):\n            raise ValueError\n    yield 1.0, Odd()\n",
        ),
        "must yield (loss, parameters)",
    ),
    "no-generator": (offer("no-generator", "    return 5\n"), "it returned 5, no generator"),
    "endless": (
        offer("endless", "    while True:\n        yield 1.0, initial\n"),
        "yields more than the 5 times it was asked for",
    ),
    "changes-x": (offer("changes-x", "    x *= 2\n    yield 1.0, initial\n"), "read-only"),
    "forces-x": (
        offer(
            "forces-x",
            "    x.flags.writeable = True\n    x *= 2\n"
            "    yield 1.0, initial\n    return initial\n",
        ),
        "changed x or y, which must stay as they are",
    ),
}
CLEAN = {"clean": (offer("clean"), {}, "")}
ODD = {**BROKEN, **INCOMPATIBLE, **NOTED, **CLEAN}


@pytest.fixture
def site(install):
    """All of them installed, as real distributions, in one folder."""
    folder = None
    for name, (source, more, _says) in ODD.items():
        folder = install(f"sinfit-{name}", source, plugin=name, version="0.7", **more)
        if "module" in more:  # it only names another's module
            (folder / f"{more['module']}.py").write_text(CLEAN["clean"][0])
    for name, (source, _says) in AT_WORK.items():
        install(f"sinfit-{name}", source, plugin=name)
    return folder


@pytest.fixture
def command(site, tmp_path):
    """Run `sinfit …` in a process of its own, where they are installed."""

    def run(*arguments, **more):
        return subprocess.run(
            [SINFIT, *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": str(site)} | more,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )

    return run


def test_a_dozen_odd_plugins_leave_all_stages_listed_and_working(command):
    listed = command("list", "--json")
    assert listed.returncode == 0
    assert listed.stderr.count("\n") == 1
    assert re.match(r"warning: \d+ plugins do not work, the first is sinfit-", listed.stderr)
    found = {entry["id"]: entry for entry in json.loads(listed.stdout)["fitters"]}
    for stage in STAGES:
        assert found[f"sinfit-{stage}/{stage}"]["available"]
    assert {"sinfit-bad-record/fine", "sinfit-record-without-repr/fine-too"} <= set(found)
    assert "no-such-package" in found["sinfit-missing/missing"]["reason"]

    stages = [f"sinfit-{stage}/{stage}" for stage in STAGES]
    compared = command("compare", *stages, "--steps", 3, "--json")
    assert [entry["nit"] for entry in json.loads(compared.stdout)["fits"]] == [3] * 8
    assert compared.stderr.count("\n") == 1


def test_each_is_named_with_its_cause_and_the_doctor_exits_with_1(command):
    done = command("doctor", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    story = json.loads(done.stdout)
    assert story["healthy"] is False
    plugins = {each["plugin"]: each for each in story["plugins"]}
    for name, (_source, _more, says) in ODD.items():
        report = plugins[name]
        assert report["distribution"] == f"sinfit-{name}"
        assert report["version"] == "0.7"
        status = "broken" if name in BROKEN else "incompatible" if name in INCOMPATIBLE else "ok"
        assert report["status"] == status, report
        told = " / ".join([report["error"], *report["notes"]])
        assert says in told, name
        assert "\n" not in told
        if name in BROKEN and name not in ("bad-record", "record-without-repr", "other-api"):
            assert report["traceback"].startswith("Traceback (most recent call last)"), name
    assert plugins["clean"]["notes"] == []
    for name in AT_WORK:
        assert plugins[name]["status"] == "ok"


def test_the_table_of_plugins_names_each_with_its_cause(command):
    done = command("plugins")
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    for name in ODD:
        assert f"sinfit-{name}" in text
    for says in ("No module named 'no_such_module'", "SystemExit: bye", "needs sinfit>=99"):
        assert says in text


def test_a_distribution_with_garbled_entry_points_is_named_and_hides_no_other(install, tmp_path):
    site = install("sinfit-good", offer("good"))
    info = site / "sinfit_garbled-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sinfit-garbled\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sinfit]\nthis line is no entry point\n")
    run = functools.partial(
        subprocess.run,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    listed = run([SINFIT, "list", "--json"])
    assert {*STAGES, "good"} <= {each["name"] for each in json.loads(listed.stdout)["fitters"]}
    assert listed.stderr == (
        "warning: a plugin does not work: sinfit-garbled 1.0 (sinfit-garbled): its "
        "entry_points.txt cannot be read. See: sinfit doctor\n"
    )
    done = run([SINFIT, "doctor", "--json"])  # PyTorch itself cannot be imported beside it
    story = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert story["devices"] == []
    assert "Pair" in story["torch"]
    assert story["torch"] in run([SINFIT, "doctor"]).stdout


@pytest.mark.parametrize(
    "stubborn",
    [f"except{what}:\n            pass" for what in ("", " GeneratorExit", " BaseException")],
)
def test_a_fitter_that_does_not_want_to_end_ends_without_a_word(install, tmp_path, stubborn):
    body = f"    while True:\n        try:\n            yield 1.0, initial\n        {stubborn}\n"
    site = install("sinfit-stubborn", offer("stubborn", body))
    done = subprocess.run(
        [SINFIT, "fit", "stubborn", "--tolerance", "1"],
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert (done.stdout[:7], done.stderr) == ("Result:", "")


@pytest.mark.parametrize("name", list(AT_WORK))
@pytest.mark.filterwarnings("ignore::sinfit.errors.PluginWarning")
def test_a_fitter_that_misbehaves_is_named_and_the_others_work(install, name):
    source, says = AT_WORK[name]
    install(f"sinfit-{name}", source)
    shared = sinfit.Problem([0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 1.0, 0.0, 1.0])
    with pytest.raises(sinfit.SinfitError, match=re.escape(says)) as caught:
        sinfit.fit(name, shared)
    assert f"sinfit-{name}/{name}" in str(caught.value)
    assert shared.x.tolist() == [0, 1, 2, 3, 4]
    comparison = sinfit.compare([name, "numpy"], shared)
    assert [result.fitter for result in comparison] == ["numpy"]
    assert says in comparison.skipped[name]


def test_the_mode_that_a_fitter_leaves_behind_is_gone_after_it(install):
    import torch

    body = "    import torch; torch.set_grad_enabled(False)\n    yield 1.0, initial\n"
    install("sinfit-global", offer("global", body + "    return initial\n"))
    sinfit.fit("global")
    assert torch.is_grad_enabled()
    assert sinfit.fit("autograd", steps=2).nit == 2


def test_nan_ends_as_diverged_with_the_best_until_then(install):
    body = "    yield 5.0, initial\n    yield float('nan'), initial\n    return initial\n"
    install("sinfit-nan", offer("nan", body))
    result = sinfit.fit("nan")
    assert result.status is sinfit.Status.DIVERGED
    assert tuple(result.parameters.values()) == tuple(result.initial.values())


def test_one_distribution_seen_twice_is_registered_once_and_told(install, tmp_path, monkeypatch):
    install("sinfit-twice", offer("twice"), version="2.0")
    older = tmp_path / "older"
    info = older / "sinfit_twice-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Sinfit_Twice\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sinfit]\ntwice = sinfit_twice\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(older), str(older)])
    sinfit.registry.plugins.registry.cache_clear()
    (report,) = [each for each in sinfit.registry.plugins.reports() if each.plugin == "twice"]
    assert (report.version, report.status, report.offers["sinfit_fitters"]) == (
        *("2.0", "ok", ("twice",)),
    )
    (note,) = report.notes
    assert note.startswith("sinfit-twice is installed 2 times, the first counts: 2.0 (")
    assert str(older) in note
    assert sinfit.fitters()["twice"].version == "2.0"


@pytest.mark.parametrize("variable", ["SINFIT_DISABLE_PLUGINS", "SINFIT_PLUGINS"])
@pytest.mark.parametrize("written", ["Sinfit_Odd.one", "sinfit-odd-one", "ODD_ONE", " odd.one "])
def test_names_in_the_variables_are_compared_as_names_of_distributions(
    install, monkeypatch, variable, written
):
    install("sinfit-odd-one", offer("odd"), plugin="odd_one")
    monkeypatch.setenv(variable, written)
    sinfit.registry.plugins.registry.cache_clear()
    found = quietly(sinfit.fitters)
    assert list(found) == (["odd"] if variable == "SINFIT_PLUGINS" else [*without_odd(found)])


def without_odd(found):
    assert "numpy" in found
    return [name for name in found if name != "odd"]


HANGS = {
    "sleeps": ("import time\ntime.sleep(600)\n", "time.sleep"),
    "spins": ("while True:\n    pass\n", "sinfit_spins.py"),
    "leaves-a-child": (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "time.sleep(600)\n",
        "sinfit_leaves_a_child.py",
    ),
}


def test_the_isolated_doctor_names_a_plugin_that_hangs_or_ends_the_process(install, tmp_path):
    for name, (source, _place) in HANGS.items():
        install(f"sinfit-{name}", source, version="3.1")
    install("sinfit-quits", "import os\nos._exit(4)\n")
    install("sinfit-dies", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    site = install("sinfit-twin", offer("numpy"))
    only = ",".join([*HANGS, "quits", "dies", "twin", "sinfit-numpy", "sinfit-exact"])
    done = subprocess.run(
        [SINFIT, "doctor", "--isolated", "--time-limit", "2", "--json"],
        env=os.environ | {"PYTHONPATH": str(site), "SINFIT_PLUGINS": only},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (1, "")
    plugins = {each["plugin"]: each for each in json.loads(done.stdout)["plugins"]}
    for name, (_source, place) in HANGS.items():
        assert plugins[name]["status"] == "broken"
        assert plugins[name]["error"] == "hangs: it was not registered after 2 s"
        assert plugins[name]["distribution"] == f"sinfit-{name}"
        assert plugins[name]["version"] == "3.1"
        if place.endswith(".py"):
            assert place in plugins[name]["traceback"]
    assert plugins["quits"]["error"] == "ends the process while registering: exit status 4"
    assert plugins["dies"]["error"] == "kills the process while registering: signal SIGKILL"
    assert "is also that of sinfit-numpy/numpy" in plugins["twin"]["notes"][0]
    assert plugins["exact"]["status"] == "ok"
    assert plugins["exact"]["offers"]["sinfit_fitters"] == ["lstsq", "exact"]
    assert plugins["exact"]["notes"] == []
    assert plugins["autograd"]["status"] == "blocked"


def test_a_time_limit_needs_isolation(capsys):
    from sinfit_cli.root import main

    with pytest.raises(SystemExit) as stopped:
        main(["doctor", "--time-limit", "1"])
    assert stopped.value.code == 2
    assert "--time-limit goes with --isolated" in capsys.readouterr().err


@pytest.mark.parametrize(
    "then", ["", "except KeyboardInterrupt: pass", "except BaseException: raise ImportError"]
)
def test_ctrl_c_is_the_callers_even_while_registering(install, then):
    press = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    source = f"try:\n    {press.replace(chr(10), '; ')}\n{then}\n" if then else press
    install("sinfit-slow", source, version="2.1")
    with pytest.raises(KeyboardInterrupt) as interrupted:
        sinfit.fitters()
    assert str(interrupted.value) == (
        "interrupted while plugin sinfit-slow 2.1 (slow) was being loaded. If it hangs, "
        "`sinfit doctor --isolated` says where."
    )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_names_the_plugin_that_hangs_in_one_line(install, tmp_path):
    program = "import sys, time\nsys.__stderr__.write('\\n')\ntime.sleep(600)\n"
    site = install("sinfit-hangs", program, version="0.2")
    process = subprocess.Popen(
        [SINFIT, "list"],
        env=os.environ | {"PYTHONPATH": str(site)},
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stderr.readline() == "\n"
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.strip() == (
        "error: interrupted while plugin sinfit-hangs 0.2 (hangs) was being loaded. If it hangs, "
        "`sinfit doctor --isolated` says where."
    )


def test_ctrl_c_names_the_fitter_that_is_being_loaded(install):
    site = install("sinfit-slow", offer("slow").replace("__name__ + ':fit'", "'slow_fitter:fit'"))
    (site / "slow_fitter.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    with pytest.raises(KeyboardInterrupt) as interrupted:
        sinfit.fit("slow")
    assert str(interrupted.value) == (
        "interrupted while fitter sinfit-slow/slow was being loaded from slow_fitter:fit."
    )
    (site / "slow_fitter.py").write_text("raise KeyboardInterrupt\n")
    with pytest.raises(sinfit.SinfitError, match="cannot be loaded from slow_fitter:fit: Keyb"):
        sinfit.fit("slow")


def test_ctrl_c_at_any_line_of_a_fit_is_never_taken_for_a_fault_of_the_fitter():
    def fit_and_press_at(line):
        """Press Ctrl-C at this one of our own lines; return how many ran."""
        ran = 0

        def follow(frame, event, _argument):
            nonlocal ran
            if not frame.f_globals.get("__name__", "").startswith("sinfit."):
                return None
            ran += event == "line"
            if ran == line:
                sys.settrace(None)
                signal.raise_signal(signal.SIGINT)
            return follow

        sys.settrace(follow)
        try:
            result = sinfit.fit("numpy", steps=2, points=20)
            assert ran < line or result.status is sinfit.Status.INTERRUPTED
        except KeyboardInterrupt:
            assert ran == line
        finally:
            sys.settrace(before)
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return ran

    before = sys.gettrace()
    fit_and_press_at(math.inf)  # imports what the first fit does
    lines = fit_and_press_at(math.inf)
    assert lines > 500
    for line in range(1, lines):
        fit_and_press_at(line)


@pytest.mark.filterwarnings("ignore::sinfit.errors.PluginWarning")
def test_a_keyboard_interrupt_of_an_observers_own_is_not_obeyed(install):
    install(
        "sinfit-observer",
        HEAD + "@hookimpl\ndef sinfit_fit_finished(result):\n    raise KeyboardInterrupt\n",
    )
    assert sinfit.fit("numpy", steps=1).nit == 1


def test_plugins_are_loaded_where_no_folder_can_be_written(install, monkeypatch):
    def full():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    install("sinfit-prints", "print('psst')\n" + offer("prints"))
    with process_of_our_own():
        (report,) = [each for each in sinfit.registry.plugins.reports() if each.plugin == "prints"]
    assert (report.status, report.notes) == ("ok", ("prints while registering: psst",))


WRITES = {  # to descriptor 1, whatever sys.stdout is
    "os": "import os; os.write(1, b'psst\\n')",
    "c": "import ctypes; ctypes.CDLL(None).printf(b'psst\\n')",
    "child": "import os; os.system('echo psst')",
    "python": "import sys; sys.__stdout__.write('psst\\n')",
}


@pytest.mark.parametrize("way", list(WRITES))
def test_what_is_written_past_stdout_does_not_spoil_json(install, tmp_path, way):
    install(f"sinfit-writes-{way}", WRITES[way] + "\n" + offer("early"))
    body = f"    {WRITES[way]}\n    yield 1.0, initial\n    return initial\n"
    site = install("sinfit-later", offer("later", body))
    run = functools.partial(
        subprocess.run,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    found = {
        each["plugin"]: each
        for each in json.loads(run([SINFIT, "doctor", "--json"]).stdout)["plugins"]
    }
    assert found[f"writes-{way}"]["notes"] == ["prints while registering: psst"]
    done = run([SINFIT, "fit", "later", "--steps", "1", "--json"])
    assert json.loads(done.stdout)["nit"] == 1
    assert done.stderr == "psst\n"


def test_a_real_ctrl_c_ends_a_fitter_that_never_ends(install, tmp_path):
    """SIGINT in the middle of a step that has no end: the best until then is handed back."""
    body = "    yield 7.0, initial\n    print('ready', flush=True)\n    while True:\n        pass\n"
    site = install("sinfit-stuck", offer("stuck", body))
    process = subprocess.Popen(
        [sys.executable, "-c", "import sinfit; r = sinfit.fit('stuck'); print(r.status, r.nit)"],
        env=os.environ | {"PYTHONPATH": str(site)},
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    out, _err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "INTERRUPTED 0\n")


HEADER = 'msgid ""\nmsgstr "Language: ko\\n"\n\n'
ENTRY = 'msgid "T"\nmsgstr "{}"\n'
CATALOGS = {  # what stands in its ko.po, and what must be said of it
    "cp949": ((HEADER + ENTRY.format("제목")).encode("cp949"), "line 5 is not UTF-8"),
    "latin-1": ((HEADER + ENTRY.format("é")).encode("latin-1"), "line 5 is not UTF-8"),
    "marked": (b"\xef\xbb\xbf" + (HEADER + ENTRY.format("제목")).encode(), "a byte order mark"),
    "unquoted": (
        (HEADER + ENTRY.format("제목").replace('r "', "r ")).encode(),
        "line 5 is no line",
    ),
    "unclosed": ((HEADER + ENTRY.format("제목")).encode()[:-2] + b"\n", "line 5 is no line"),
    "cut": ((HEADER + 'msgid "T"\n').encode(), "missing msgstr"),
    "japanese": (
        (HEADER.replace("ko", "ja") + ENTRY.format("題")).encode(),
        "declares Language: ja",
    ),
    "binary": (bytes(range(256)), "line 2 is not UTF-8"),
}


@pytest.fixture
def packaged(install):
    """Install a plugin that is a package, with files beside its code."""

    def add(name, files, more=""):
        module = f"sinfit_{name.replace('-', '_')}"
        source = offer(name, more=more)
        site = install(f"sinfit-{name}", source)
        (site / f"{module}.py").unlink()
        for file, content in {"__init__.py": source.encode(), **files}.items():
            path = site / module / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return site

    return add


def test_a_catalog_that_cannot_be_read_is_named_and_every_command_works_on(packaged, tmp_path):
    for name, (content, _says) in CATALOGS.items():
        site = packaged(name, {"locale/ko.po": content})
    packaged("good", {"locale/ko.po": (HEADER + ENTRY.format("좋은 제목")).encode()})

    def run(*arguments):
        done = subprocess.run(
            [SINFIT, *arguments],
            env=os.environ | {"PYTHONPATH": str(site), "LANGUAGE": "ko"},
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        return done.returncode, done.stdout, done.stderr

    code, listed, err = run("list", "--json")
    assert (code, err) == (0, "")
    titles = {each["name"]: each["title"] for each in json.loads(listed)["fitters"]}
    assert titles["good"] == "좋은 제목"
    assert {titles[name] for name in CATALOGS} == {"T"}
    assert run("fit", "cp949", "--help")[0] == 0
    code, story, err = run("doctor", "--json")
    assert (code, err) == (1, "")
    notes = {each["plugin"]: each["notes"] for each in json.loads(story)["plugins"]}
    for name, (_content, says) in CATALOGS.items():
        assert "locale/ko.po" in notes[name][0]
        assert says in notes[name][0]
    assert notes["good"] == []
    assert "line 5 is not UTF-8" in run("plugins", "--json")[1] + " ".join(
        run("plugins")[1].split()
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"# %% [markdown]\n# # T\n\n# %%\nx = = 1\n", "line 5: invalid syntax"),
        ("# %% [markdown]\n# # 제목\n".encode("cp949"), "UnicodeDecodeError"),
        (None, "FileNotFoundError"),
    ],
)
def test_a_tutorial_that_cannot_be_read_is_named(packaged, content, says):
    packaged("odd-page", {"page.py": content} if content else {}, ", tutorial='page.py'")
    (report,) = [each for each in sinfit.registry.plugins.reports() if each.plugin == "odd-page"]
    (note,) = report.notes
    assert note.startswith("its tutorial page.py cannot be read: ")
    assert says in note
