"""`sinfit list`: everything about the fitters, and none of them imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sinfit
from sinfit.i18n import BUILT_IN
from sinfit.registry.plugins import offers


def test_json_has_exactly_the_promised_fields(run):
    done = run("list", "--json")
    assert (done.code, done.err) == (0, "")
    entries = json.loads(done.out)["fitters"]
    assert [entry["name"] for entry in entries] == [f.name for f in sinfit.fitters().values()]
    for entry, fitter in zip(entries, sinfit.fitters().values(), strict=True):
        assert entry == {
            "name": fitter.name,
            "id": fitter.id,
            "title": fitter.title,
            "distribution": fitter.distribution,
            "version": fitter.version,
            "available": True,
            "reason": "",
        }


def test_the_table_names_every_fitter_with_its_title(run):
    done = run("list")
    assert done.code == 0
    for fitter in sinfit.fitters().values():
        (line,) = [text for text in done.out.splitlines() if text.startswith(f"{fitter.name} ")]
        assert fitter.title in line
        assert fitter.distribution in line


def test_a_fitter_whose_package_is_missing_is_listed_with_the_reason(run, install):
    install(
        "sinfit-far",
        "from sinfit import CUBIC, FitterSpec, hookimpl\n"
        "@hookimpl\ndef sinfit_fitters():\n"
        "    return [FitterSpec(name='far', title='[red]Far[/red]', summary='S.', fitter='m:f',\n"
        "            model=CUBIC, steps=1, learning_rate=1.0, requires=('no-such-package',))]\n",
    )
    found = json.loads(run("list", "--json").out)["fitters"]
    (entry,) = [e for e in found if e["name"] == "far"]
    assert entry["available"] is False
    assert entry["reason"] == "needs no-such-package, which is not installed"
    table = run("list").out
    assert entry["reason"] in table
    assert "[red]Far[/red]" in table  # a title is text, no markup
    failed = run("fit", "far")
    assert failed.code == 1
    assert "pip install" in failed.err


@pytest.mark.parametrize(
    ("arguments", "variables", "title"),
    [
        ((), {}, "NumPy, by hand"),
        (("--lang", "ko"), {}, "ko"),
        (("--lang=zh",), {}, "zh"),
        ((), {"LANG": "ko_KR.UTF-8"}, "ko"),
        ((), {"LANG": "zh_CN.UTF-8"}, "zh"),
        (("--lang", "en"), {"LANG": "ko_KR.UTF-8"}, "NumPy, by hand"),
    ],
    ids=str,
)
def test_titles_follow_the_option_and_the_locale(run, monkeypatch, arguments, variables, title):
    if title in BUILT_IN[1:]:
        sinfit.i18n.use_language(title)
        title = sinfit.fitters()["numpy"].title
        sinfit.i18n.use_language(None)
        assert title != "NumPy, by hand"
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    entries = json.loads(run("list", *arguments, "--json").out)["fitters"]
    assert entries[0]["title"] == title


def test_the_help_is_translated_and_has_every_command(fresh):
    for language in BUILT_IN:
        done = fresh("--help", "--lang", language)
        assert done.code == 0
        for command in offers("sinfit_commands"):
            assert f"  {command} " in done.out
        assert ("Fit sin(x) with a cubic" in done.out) is (language == "en")


def test_without_anything_installed_it_says_what_to_install(run, monkeypatch):
    monkeypatch.setattr("sinfit.registry.plugins.found_plugins", list)
    sinfit.registry.plugins.registry.cache_clear()
    try:
        assert (
            run("list").out
            == "No fitter is installed. Install one with: pip install sinfit-numpy\n"
        )
    finally:
        sinfit.registry.plugins.registry.cache_clear()


def test_an_allow_list_that_names_no_plugin_is_told_with_the_nearest(run, monkeypatch):
    monkeypatch.setenv("SINFIT_PLUGINS", "nunpy")
    sinfit.registry.plugins.registry.cache_clear()
    try:
        assert run("list").out == (
            "No fitter is in use; `sinfit plugins` says why.\n"
            "SINFIT_PLUGINS names 'nunpy', and no installed plugin is called so. "
            "Did you mean 'numpy'?\n"
        )
        assert json.loads(run("list", "--json").out)["fitters"] == []
    finally:
        sinfit.registry.plugins.registry.cache_clear()


SINFIT = Path(sys.executable).parent / "sinfit"
LOADED = "print(sorted({name.partition('.')[0] for name in sys.modules} & {'torch', 'numpy'}))"
RUN = (
    "import sys\n"
    "from sinfit_cli.root import main\n"
    "try:\n    main(sys.argv[1:] or {arguments})\n"
    "except SystemExit as stopped:\n    assert not stopped.code\n"
)


def test_import_sinfit_loads_neither_torch_nor_numpy(python):
    assert python(f"import sys, sinfit\n{LOADED}") == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [["list"], ["list", "--json"], ["plugins"], ["fit", "autograd", "--help"], ["--version"]],
    ids=" ".join,
)
def test_what_only_reads_specs_loads_no_torch(python, arguments):
    out = python(RUN.format(arguments=arguments) + LOADED)
    assert "torch" not in out.splitlines()[-1]
    if arguments == ["fit", "autograd", "--help"]:
        assert "--device" in out
        assert "--dtype [float32|float64]" in out


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp949"])
def test_letters_that_the_output_lacks_are_written_as_escapes(environment, install, encoding):
    title = "Caf\u00e9 \u6b63\u5f26 \U0001f600"
    site = install(
        "sinfit-far",
        "from sinfit import CUBIC, FitterSpec, hookimpl\n"
        "@hookimpl\ndef sinfit_fitters():\n"
        f"    return [FitterSpec(name='far', title={title!r}, summary='S.', fitter='m:f',\n"
        "            model=CUBIC, steps=1, learning_rate=1.0)]\n",
    )
    for more in ([], ["--json"]):
        done = subprocess.run(
            [SINFIT, "list", "--lang", "ko", *more],
            env=environment | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(site)},
            capture_output=True,
            encoding=encoding,
        )
        assert (done.returncode, done.stderr) == (0, "")
        if more:
            assert title in [entry["title"] for entry in json.loads(done.stdout)["fitters"]]
        else:
            assert "\\U0001f600" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk at hand")
@pytest.mark.parametrize("more", [["--json"], [], ["--help"]], ids=str)
def test_a_full_disk_is_one_line_and_exit_status_1(environment, tmp_path, more):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [SINFIT, "list", *more],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
    assert (done.returncode, done.stderr) == (
        1,
        "error: the output cannot be written: No space left on device.\n",
    )


def test_the_version_is_the_packages(run):
    assert run("--version").out == f"sinfit, version {sinfit.__version__}\n"
