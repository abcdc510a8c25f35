"""Commands are the plugins': listed without an import, found one by one, and named if broken."""

import json
import re
import sys

import pytest

import sinfit_cli
from sinfit.ground.entry import load
from sinfit.registry.discovery import found_plugins
from sinfit.registry.plugins import offers, registry
from sinfit_cli import sinfit_commands
from sinfit_cli.root import BRINGS

SOURCE = """
import click
from sinfit import CommandSpec, hookimpl
@hookimpl
def sinfit_commands():
    return [CommandSpec(name={name!r}, summary="Says hello.", command={command!r})]
@click.command()
@click.argument("whom", default="you")
def hello(whom):
    click.echo(f"hello, {{whom}}")
class Text(str):
    pass
@click.command()
def fails():
    raise ValueError("inside")
words = Text("no command")
"""


@pytest.fixture
def offer(install):
    """Install a plugin, sinfit-mine, that offers a command."""

    def add(name, command="sinfit_mine:hello", first=""):
        return install("sinfit-mine", first + SOURCE.format(name=name, command=command))

    yield add
    registry.cache_clear()


def test_the_help_imports_no_command(python, offer):
    site = offer("hello", "sinfit_mine_command:hello")
    program = (
        "import sys\nfrom sinfit_cli.root import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    program = program.replace("file=sys.stderr", "sep=' ', end=''")
    out = python(program, PYTHONPATH=str(site))
    assert "hello      Says hello." in out
    imported = set(out.splitlines()[-1].split())
    assert {"sinfit_cli", "sinfit_mine", "sinfit_author", "sinfit_exact"} <= imported
    commands = {each.spec.command.partition(":")[0] for each in offers("sinfit_commands").values()}
    assert len(commands) >= 11
    assert not imported & {*commands, "sinfit_mine_command", "numpy", "torch"}


@pytest.mark.parametrize("name", BRINGS)
def test_a_command_whose_plugin_is_missing_says_which_package_brings_it(run, monkeypatch, name):
    assert offers("sinfit_commands")[name].distribution == BRINGS[name]
    others = [each for each in found_plugins() if each.distribution != BRINGS[name]]
    monkeypatch.setattr("sinfit.registry.plugins.found_plugins", lambda: others)
    registry.cache_clear()
    try:
        done = run(name)
    finally:
        registry.cache_clear()
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"error: `sinfit {name}` comes with {BRINGS[name]}. "
        f"Install it with: pip install {BRINGS[name]}\n"
    )


def test_every_command_of_a_wing_says_where_it_comes_from():
    own = {spec.name for spec in sinfit_commands()}
    assert set(BRINGS) == {*offers("sinfit_commands")} - own


def test_a_command_of_anybody_runs_and_has_the_common_options(run, offer):
    offer("hello")
    assert run("hello", "world").out == "hello, world\n"
    assert "--lang" in run("hello", "--help").out
    assert "unknown command 'helo'. Did you mean 'hello'?" in run("helo").err


def test_a_command_that_raises_is_named_with_its_plugin(run, offer):
    offer("fails", "sinfit_mine:fails")
    done = run("fails")
    assert done.code == 1
    assert "sinfit-mine/fails raised ValueError: inside" in done.err
    assert "This should not happen" not in done.err


def test_what_is_missing_from_its_home_may_be_anybodys(run, offer, monkeypatch):
    offer("map")
    others = [each for each in found_plugins() if each.distribution != "sinfit-exact"]
    monkeypatch.setattr("sinfit.registry.plugins.found_plugins", lambda: others)
    registry.cache_clear()
    assert run("map").out == "hello, you\n"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("sinfit_mine:nothing", "sinfit-mine/hello cannot be loaded from sinfit_mine:nothing"),
        ("no_such_module:hello", "No module named 'no_such_module'"),
        ("sinfit_mine:words", "sinfit-mine/hello is no click.Command, but 'no command'"),
        ("sinfit_mine:Text", "sinfit-mine/hello is no click.Command"),
    ],
)
def test_a_command_that_is_none_is_an_error_that_names_the_plugin(run, offer, command, says):
    offer("hello", command)
    done = run("hello")
    assert (done.code, done.out) == (1, "")
    assert "sinfit-mine/hello" in done.err
    assert says in done.err
    assert done.err.count("\n") == 1
    assert "hello" in run("--help").out


def test_a_command_whose_module_raises_is_an_error_that_names_the_plugin(run, offer):
    site = offer("hello", "sinfit_mine_command:hello")
    (site / "sinfit_mine_command.py").write_text("raise ArithmeticError('oh no')\n", "utf-8")
    done = run("hello")
    assert (done.code, done.out) == (1, "")
    assert "sinfit-mine/hello cannot be loaded" in done.err
    assert "ArithmeticError: oh no" in done.err
    sys.modules.pop("sinfit_mine_command", None)


@pytest.mark.filterwarnings("ignore::sinfit.errors.PluginWarning")
def test_a_plugin_that_raises_at_import_costs_no_other_command(run, offer):
    offer("hello", first="raise ArithmeticError('oh no')\n")
    assert run("list").code == 0
    assert run("map", "--rates", 9, "--json").code == 0
    assert run("hello").code == 2
    told = json.loads(run("plugins", "--json").out)["plugins"]
    report = {each["plugin"]: each for each in told}["mine"]
    assert (report["status"], report["error"]) == ("broken", "ArithmeticError: oh no")


def test_nobody_takes_a_name_of_the_hosts(run, offer):
    offer("list")
    assert "NumPy, by hand" in run("list").out
    assert run("sinfit-mine/list").out == "hello, you\n"
    (line,) = [text for text in run("plugins").out.splitlines() if " sinfit-mine " in text]
    assert "'list' is sinfit's own; use sinfit-mine/list" in line


@pytest.mark.parametrize(
    ("variables", "code", "says"),
    [
        ({"SINFIT_PLUGINS": "numpy"}, 0, '"stability_limit"'),  # who asks by name is obeyed
        ({"SINFIT_DISABLE_PLUGINS": "exact"}, 1, "sinfit-exact"),
        ({"SINFIT_DISABLE_PLUGINS": "tensor"}, 0, '"stability_limit"'),
    ],
    ids=str,
)
def test_the_lists_of_plugins_hold_for_commands(fresh, variables, code, says):
    done = fresh("map", "--rates", 9, "--json", **variables)
    assert done.code == code
    assert says in done.out + done.err
    assert "Traceback" not in done.err


def test_a_command_below_another_has_the_common_options_too(run):
    assert "--lang" in run("tutorials", "status", "--help").out
    said = {run("tutorials", "check", "no-such", "--lang", each).err for each in ("en", "ko")}
    assert len(said) == 2


def test_what_sinfit_cli_says_that_a_plugin_may_use_is_there():
    names = re.findall(r"`((?:options|output)\.\w+)`", sinfit_cli.__doc__)
    assert len(names) >= 8
    for name in names:
        assert callable(load(f"sinfit_cli.{name.replace('.', ':')}"))
