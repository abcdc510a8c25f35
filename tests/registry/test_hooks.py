"""What holds for every hook that returns records: each breaks only itself, and is named."""

import re
import sys

import pytest

import sinfit
from sinfit.errors import AmbiguousNameError, PluginError, PluginWarning, UnknownNameError
from sinfit.i18n import LANGUAGES, gettext_of, use_language
from sinfit.registry.loading import RECORDS
from sinfit.registry.plugins import offers, quietly, registry, reports

HEAD = (
    "from sinfit import (CUBIC, CheckSpec, CommandSpec, DirectiveSpec, FitterSpec, LanguageSpec,"
    " TargetSpec, hookimpl)\n"
)
GOOD = {
    "sinfit_fitters": "FitterSpec(name='mine', title='T', summary='S.', fitter='mine:f',"
    " model=CUBIC, steps=1, learning_rate=1e-6)",
    "sinfit_targets": "TargetSpec(name='mine', title='T', function='mine:f', interval=(0, 1))",
    "sinfit_commands": "CommandSpec(name='mine', summary='S.', command='mine:c')",
    "sinfit_directives": "DirectiveSpec(name='mine', render='mine:r')",
    "sinfit_checks": "CheckSpec(name='mine', title='T.', check='mine:c')",
    "sinfit_languages": "LanguageSpec(code='es', name='Español', catalogs='sinfit_spanish')",
}
KEY = {hook: "es" if hook == "sinfit_languages" else "mine" for hook in GOOD}
OF_THE_HOST = {"sinfit_targets": "sin", "sinfit_commands": "list", "sinfit_languages": "ko"}
ENTRY = {  # the field of each that names code
    "sinfit_fitters": "fitter",
    "sinfit_targets": "function",
    "sinfit_commands": "command",
    "sinfit_directives": "render",
    "sinfit_checks": "check",
}
each_hook = pytest.mark.parametrize("hook", list(GOOD))


def plugin(hook, answer):
    return f"{HEAD}@hookimpl\ndef {hook}():\n    {answer}\n"


def report_of(name):
    (report,) = [report for report in quietly(reports) if report.plugin == name]
    return report


def test_every_hook_that_returns_records_is_tried_here():
    assert set(GOOD) == set(RECORDS)


@each_hook
def test_a_record_is_offered_by_both_its_names(install, hook):
    install("sinfit-one", plugin(hook, f"return [{GOOD[hook]}]"))
    key = KEY[hook]
    assert offers(hook)[key] is offers(hook)[f"sinfit-one/{key}"]
    assert report_of("one").offers == {hook: (key,)}
    assert (report_of("one").status, report_of("one").notes) == ("ok", ())


@each_hook
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("raise KeyError('k')", "KeyError: 'k'"),
        ("raise SystemExit", "SystemExit"),
        ("return 5", "{hook} must return a list of records, not 5"),
        ("return 'mine'", "{hook} must return a list of records, not 'mine'"),
        ("return [5]", "{hook} returned 5, which is no {kind}"),
        ("return [{good}, {good}]", "{key!r} is offered twice"),
        ("return [{bad}]", "UsageError: {word} 'No Name': {named} must be"),
    ],
)
def test_a_wrong_answer_breaks_only_its_plugin_and_is_named(install, hook, answer, says):
    kind = RECORDS[hook]
    bad = re.sub(r"'(mine|es)'", "'No Name'", GOOD[hook], count=1)
    install("sinfit-faulty", plugin(hook, answer.format(good=GOOD[hook], bad=bad)))
    with pytest.warns(PluginWarning, match=r"sinfit-faulty 1\.0 \(faulty\)"):
        assert "numpy" in sinfit.fitters()
    report = report_of("faulty")
    assert report.status == "broken"
    values = {"hook": hook, "key": KEY[hook], "word": kind.kind, "named": kind.named}
    assert says.format(**values, kind=kind.__name__) in report.error
    assert {r.status for r in reports() if r.plugin != "faulty"} == {"ok"}


@each_hook
def test_two_of_one_name_are_told_apart_by_their_distributions(install, hook):
    for name in ("sinfit-one", "sinfit-two"):
        install(name, plugin(hook, f"return [{GOOD[hook]}]"))
    key, found = KEY[hook], offers(hook)
    with pytest.raises(AmbiguousNameError, match=rf"sinfit-one/{key} / sinfit-two/{key}"):
        found[key]
    assert [found[f"sinfit-{name}/{key}"].plugin for name in ("one", "two")] == ["one", "two"]
    assert f"sinfit-two/{key}" in report_of("one").notes[0]
    assert f"sinfit-one/{key}" in report_of("two").notes[0]


@pytest.mark.parametrize("hook", list(OF_THE_HOST))
def test_nobody_takes_a_name_of_the_host(install, hook):
    name = OF_THE_HOST[hook]
    install("sinfit-taker", plugin(hook, f"return [{GOOD[hook].replace(KEY[hook], name)}]"))
    assert offers(hook)[name].distribution == "sinfit"
    assert offers(hook)[f"sinfit-taker/{name}"].distribution == "sinfit-taker"
    assert f"{name!r} is sinfit's own; use sinfit-taker/{name}" in report_of("taker").notes[0]
    assert not [note for note in report_of("builtin").notes if name in note]  # it lost nothing
    if hook == "sinfit_languages":
        assert LANGUAGES["ko"].name == "한국어"


@pytest.mark.parametrize("hook", list(ENTRY))
@pytest.mark.parametrize("raises", ["ValueError('oh')", "SystemExit"])
def test_an_entry_point_that_does_not_load_is_an_error_that_names_both(install, hook, raises):
    site = install("sinfit-one", plugin(hook, f"return [{GOOD[hook]}]"))
    (site / "mine.py").write_text(f"raise {raises}\n")
    with pytest.raises(sinfit.SinfitError, match=r"sinfit-one/mine cannot be loaded from mine:"):
        offers(hook)["mine"].load(ENTRY[hook])


def test_a_plugin_asked_for_alone_that_is_broken_is_an_error(install):
    install("sinfit-faulty", "raise ValueError('mine')\n")
    with pytest.raises(PluginError, match=r"sinfit-faulty 1\.0 \(faulty\): ValueError: mine"):
        offers("sinfit_commands", only="sinfit-faulty")


def test_metadata_that_cannot_be_read_hide_no_other(install):
    site = install("sinfit-one", plugin("sinfit_checks", f"return [{GOOD['sinfit_checks']}]"))
    (site / "sinfit_one-1.0.dist-info" / "METADATA").write_bytes("Name: 하나".encode("cp949"))
    assert report_of("one").distribution == "sinfit-one"
    assert "numpy" in sinfit.fitters()


# a language from a plugin

PO = (
    'msgid ""\nmsgstr "Language: es\\nContent-Type: text/plain; charset=UTF-8\\n"\n\n'
    'msgid "{}"\nmsgstr "{}"\n'
)
SPANISH = {
    "sinfit_cli": (
        "List the installed fitters. Imports none of them.",
        "Lista los ajustadores instalados.",
    ),
    "sinfit_numpy": ("NumPy, by hand", "NumPy, a mano"),
    "sinfit_replay": ("unknown {what}", "{what} desconocido"),
}


@pytest.fixture
def spanish(install):
    """A package of catalogs, offered as a language."""
    site = install("sinfit-spanish", "")
    (site / "sinfit_spanish.py").unlink()
    folder = site / "sinfit_spanish" / "locale"
    folder.mkdir(parents=True)
    source = plugin("sinfit_languages", f"return [{GOOD['sinfit_languages']}]")
    (folder.parent / "__init__.py").write_text(source, "utf-8")
    for package, words in SPANISH.items():
        (folder / f"{package}.po").write_text(PO.format(*words), "utf-8")
    registry.cache_clear()
    yield site
    use_language(None)
    for name in [name for name in sys.modules if name.startswith("sinfit_spanish")]:
        del sys.modules[name]


@pytest.mark.usefixtures("spanish")
def test_a_language_of_a_plugin_translates_core_titles_and_wings(monkeypatch):
    use_language("es")
    for package, (english, translated) in SPANISH.items():
        assert gettext_of(package, english) == translated
    assert sinfit.fitters()["numpy"].title == "NumPy, a mano"
    use_language(None)
    assert sinfit.fitters()["numpy"].title == "NumPy, by hand"
    monkeypatch.setenv("LANG", "es_ES.UTF-8")
    assert sinfit.fitters()["numpy"].title == "NumPy, a mano"


@pytest.mark.parametrize("way", ["--lang", "LANG"])
def test_the_command_line_speaks_a_language_of_a_plugin(spanish, fresh, way):
    lang = ["--lang", "es"] if way == "--lang" else []
    more = {"PYTHONPATH": str(spanish), "LANG": "es_ES.UTF-8" if way == "LANG" else "C.UTF-8"}
    assert SPANISH["sinfit_cli"][1] in fresh("list", "--help", *lang, **more).out
    assert "NumPy, a mano" in fresh("list", *lang, **more).out


def test_a_language_that_two_plugins_bring_is_an_error_that_names_both(install):
    source = plugin("sinfit_languages", f"return [{GOOD['sinfit_languages']}]")
    for name in ("sinfit-one", "sinfit-two"):
        install(name, source)
    with pytest.raises(AmbiguousNameError, match="sinfit-one/es / sinfit-two/es"):
        use_language("es")
    use_language("sinfit-two/es")
    assert sinfit.fitters()["numpy"].title == "NumPy, by hand"  # its catalogs are not there


@pytest.mark.usefixtures("spanish")
def test_a_language_that_nobody_brings_is_an_error_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"unknown language 'ess'\. Did you mean 'es'\?"):
        use_language("ess")


def test_a_module_of_a_package_has_the_catalogs_of_its_package():
    use_language("ko")
    assert gettext_of("sinfit_numpy.fitter", "NumPy, by hand") == gettext_of(
        "sinfit_numpy", "NumPy, by hand"
    )
    assert gettext_of("sinfit_numpy", "NumPy, by hand") != "NumPy, by hand"
