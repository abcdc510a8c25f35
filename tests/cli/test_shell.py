"""The shell's part: completion, variables of the environment, --quiet."""

import json
import os
import re
import shutil
import subprocess

import click
import pytest

from sinfit.registry.discovery import found_plugins
from sinfit.registry.plugins import offers, registry
from sinfit_cli.root import OURS, build

from .conftest import SINFIT

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def completed(fresh):
    """What a shell is given for a line that is not finished: type and value of each."""

    def call(*words, shell="bash"):
        # as the scripts of click ask: fish has the words one a line
        line = "\n".join(words) if shell == "fish" else " ".join(words)
        asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        if shell == "fish":
            asked["COMP_CWORD"] = words[-1]
        done = fresh(**asked, _SINFIT_COMPLETE=f"{shell}_complete")
        assert (done.code, done.err) == (0, "")
        return done.out.splitlines()

    return call


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sinfit", "comp"), ["plain,compare"]),
        (("sinfit", "fit", "nu"), ["plain,numpy"]),
        (("sinfit", "compare", "nu"), ["plain,numpy"]),
        (("sinfit", "compare", "numpy", "n"), ["plain,nn"]),
        (("sinfit", "fit", "numpy", "--target", "co"), ["file,co", "plain,cos"]),
        (("sinfit", "fit", "numpy", "--target", "meas"), ["file,meas"]),
        (("sinfit", "fit", "tensor", "--dtype", "float6"), ["plain,float64"]),
        (("sinfit", "fit", "numpy", "--sav"), ["plain,--save"]),
        (("sinfit", "fit", "numpy", "--save", "r"), ["file,r"]),
        (("sinfit", "show", "fi"), ["file,fi"]),
        (("sinfit", "replay", "lo"), ["file,lo"]),
        (("sinfit", "replay", "x", "--stage", "leg"), ["plain,legendre"]),
        (("sinfit", "sweep", "exact", "auto"), ["plain,autograd"]),
        (("sinfit", "map", "nu"), ["plain,numpy"]),
        (("sinfit", "check", "ls"), ["plain,lstsq"]),
        (("sinfit", "list", "--lang", "k"), ["plain,ko"]),
        (("sinfit", "schema", "f"), ["plain,fit"]),
    ],
    ids=" ".join,
)
def test_names_targets_and_files_are_completed(completed, words, said):
    assert completed(*words) == said


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script_and_its_answer(completed, fresh, shell):
    script = fresh(_SINFIT_COMPLETE=f"{shell}_source").out
    assert "_SINFIT_COMPLETE" in script
    assert "numpy" in "\n".join(completed("sinfit", "fit", "nu", shell=shell))


def test_a_broken_plugin_says_nothing_between_the_completions(completed, install, monkeypatch):
    site = install("sinfit-faulty", "raise ArithmeticError('oh no')\n")
    monkeypatch.setitem(os.environ, "PYTHONPATH", str(site))
    assert completed("sinfit", "fit", "nu") == ["plain,numpy"]


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_itself_completes(environment, tmp_path):
    (tmp_path / "measured.csv").write_text("x,y\n", "utf-8")
    program = (
        f'export PATH="{SINFIT.parent}:$PATH"\n'
        'eval "$(_SINFIT_COMPLETE=bash_source sinfit)"\n'
        "complete -p sinfit\n"
        "COMP_WORDS=(sinfit compare nu) COMP_CWORD=2\n"
        '_sinfit_completion sinfit\necho "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        [shutil.which("bash"), "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    registered, said = done.stdout.splitlines()
    assert "_sinfit_completion sinfit" in registered
    assert said == "numpy"


def test_options_can_be_given_in_the_environment(fresh):
    done = fresh("fit", "numpy", SINFIT_STEPS="7", SINFIT_SEED="3", SINFIT_JSON="1")
    found = json.loads(done.out)
    assert (found["nit"], found["seed"]) == (7, 3)
    done = fresh("fit", "numpy", "--steps", 5, "--json", SINFIT_STEPS="7")
    assert json.loads(done.out)["nit"] == 5  # what is typed counts
    assert "이름" in fresh("list", SINFIT_LANG="ko").out
    assert "Traceback" in fresh("show", "no-such-file", SINFIT_DEBUG="1").err
    error = json.loads(fresh("fit", "nmupy", SINFIT_JSON="yes").out)["error"]
    assert error["given"] == "nmupy"
    assert fresh("fit", "nmupy", SINFIT_JSON="0").out == ""
    assert fresh("list", SINFIT_LANG="xx").code == 2


def commands(command, ctx):
    """A command, and all below it."""
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            yield from commands(command.get_command(ctx, name), ctx)


def test_no_variable_of_an_option_means_something_else_too(root):
    with click.Context(build()) as ctx:
        found = {
            str(param.envvar)
            for command in commands(ctx.command, ctx)
            for param in command.params
            if param.envvar
        }
    assert {"SINFIT_STEPS", "SINFIT_LANG", "SINFIT_QUIET", "SINFIT_DEVICE"} <= found
    files = [
        path
        for pattern in ("sinfit*/**/*.py", "plugins/**/*.py", "docs/config/*", "examples/**/*.py")
        for path in root.glob(pattern)
        if path.is_file() and path.name != "options.py"
    ]
    read = {
        name
        for path in files
        for name in re.findall(r"SINFIT_[A-Z_]+", path.read_text("utf-8", "replace"))
    }
    assert {"SINFIT_PLUGINS", "SINFIT_LANGUAGES", "SINFIT_CACHE"} <= read
    # `main` reads the language before click does
    assert found & read == {"SINFIT_LANG"}


def test_quiet_leaves_errors_and_what_was_asked_for(fresh, tmp_path):
    done = fresh("fit", "numpy", "--steps", 5, "--quiet", "--save", "r.json")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert (tmp_path / "r.json").is_file()
    assert json.loads(fresh("fit", "numpy", "--steps", 5, "--quiet", "--json").out)["nit"] == 5
    warned = fresh("fit", "numpy", "--learning-rate", 1, "--quiet")
    assert (warned.code, warned.out) == (1, "")
    assert re.match(r"error: diverged.*\n$", warned.err)
    assert fresh("fit", "nmupy", SINFIT_QUIET="1").err.startswith("error: unknown fitter")


@pytest.mark.parametrize("name", OURS)
def test_a_fitter_of_ours_that_is_missing_is_told_with_its_package(run, monkeypatch, name):
    others = [each for each in found_plugins() if each.distribution != OURS[name]]
    assert len(others) < len(found_plugins())
    monkeypatch.setattr("sinfit.registry.plugins.found_plugins", lambda: others)
    registry.cache_clear()
    try:
        done = run("fit", name)
    finally:
        registry.cache_clear()
    assert (done.code, done.out) == (2, "")
    says = f"Fitter {name!r} comes with {OURS[name]}: pip install {OURS[name]}\n"
    assert done.err.endswith(says)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"SINFIT_DISABLE_PLUGINS": "mine"}, "command 'mine' is not in use: sinfit-mine 1.0"),
        ({"SINFIT_PLUGINS": "numpy"}, "command 'mine' is not in use: sinfit-mine 1.0"),
    ],
    ids=str,
)
def test_a_blocked_command_is_called_blocked(fresh, install, variables, says):
    site = install("sinfit-mine", "raise ArithmeticError('never imported')\n")
    done = fresh("mine", PYTHONPATH=str(site), **variables)
    assert done.code == 2
    assert says in done.err
    assert re.search("blocked by|not in the allow-list", done.err)
    other = fresh("other", PYTHONPATH=str(site), **variables)
    assert "unknown command 'other'" in other.err
    assert "Not in use: " in other.err
    assert "sinfit-mine" in other.err


LANGUAGE = """
from sinfit import LanguageSpec, hookimpl
@hookimpl
def sinfit_languages():
    return [LanguageSpec(code="eo", name="Esperanto", catalogs="sinfit_eo")]
"""


def test_the_help_lists_the_languages_of_plugins_and_other_commands_load_none(fresh, install):
    site = str(install("sinfit-eo", LANGUAGE))
    for command in (["fit", "numpy"], ["list"], []):
        assert "[en|ko|zh|eo]" in fresh(*command, "--help", PYTHONPATH=site).out
    assert fresh("list", "--lang", "eo", PYTHONPATH=site).code == 0


def test_our_commands_are_found_without_loading_a_plugin(python):
    out = python(
        "import sys\nfrom sinfit_cli.root import main\n"
        "try:\n    main(['schema', 'fit'])\nexcept SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if name.startswith('sinfit_')))\n"
    )
    assert "sinfit_numpy" not in out.splitlines()[-1]
    assert "sinfit_cli.schema" in out.splitlines()[-1]


def test_every_fitter_of_ours_is_named_with_its_package():
    offered = offers("sinfit_fitters").values()
    ours = {each.name: each.distribution for each in offered}
    assert OURS.items() <= ours.items()
