"""The language follows --lang, use_language and the locale; what has no translation is English."""

import pytest

import sinfit
from sinfit import i18n
from sinfit.errors import UnknownNameError
from sinfit.i18n import BUILT_IN, _, current_language, gettext_of, speaking, use_language
from sinfit.registry.plugins import registry, reports


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko"}, "ko"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "de:ko:zh"}, "ko"),
    ],
    ids=str,
)
def test_the_locale_decides_in_the_order_of_gettext(monkeypatch, environment, language):
    monkeypatch.delenv("LANG")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert current_language() == language


def test_what_is_asked_for_outweighs_the_locale(monkeypatch):
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    use_language("zh")
    assert current_language() == "zh"
    use_language(None)
    assert current_language() == "ko"
    with pytest.raises(UnknownNameError, match="'kr'"):
        use_language("kr")


def test_messages_and_titles_change_with_the_language():
    english = _("all {steps} steps were made."), sinfit.fitters()["numpy"].title
    texts = {english}
    for language in BUILT_IN[1:]:
        use_language(language)
        texts.add((_("all {steps} steps were made."), sinfit.fitters()["numpy"].title))
    assert len(texts) == 3
    assert english == ("all {steps} steps were made.", "NumPy, by hand")


def test_what_has_no_translation_stays_english():
    use_language("ko")
    assert _("no such message") == "no such message"
    assert _("") == ""
    assert gettext_of("no_such_package", "text") == "text"
    assert gettext_of("json", "text") == "text"


def test_a_fuzzy_translation_is_not_shown():
    po = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#, fuzzy\nmsgid "old"\nmsgstr "낡은"\n\nmsgid "new"\nmsgstr "새"\n\n'
        '#~ msgid "gone"\n#~ msgstr "없음"\n'
    )
    catalog = i18n._compiled(i18n.read_catalog(po.encode(), "ko"))
    assert [catalog.gettext(text) for text in ("new", "old", "gone")] == ["새", "old", "gone"]


def test_a_result_keeps_its_words_in_the_language_it_was_made_in():
    use_language("ko")
    korean = sinfit.fit("numpy", steps=1)
    use_language("en")
    english = sinfit.fit("numpy", steps=1)
    assert korean.title != english.title
    assert korean.message != english.message
    assert english.message == "all 1 steps were made."


@pytest.mark.parametrize("wrong", ["{passi}", "{steps:s}", "{steps"])
def test_a_translation_with_wrong_braces_is_left_out_and_named(install, wrong):
    site = install(
        "sinfit-wrong",
        "from sinfit import LanguageSpec, hookimpl\n"
        "@hookimpl\n"
        "def sinfit_languages():\n"
        "    return [LanguageSpec(code='it', name='Italiano', catalogs='sinfit_wrong')]\n",
    )
    package = site / "sinfit_wrong"
    (package / "locale").mkdir(parents=True)
    (site / "sinfit_wrong.py").rename(package / "__init__.py")
    (package / "locale" / "sinfit.po").write_text(
        'msgid ""\nmsgstr "Language: it\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
        '#, python-brace-format\nmsgid "all {steps} steps were made."\n'
        f'msgstr "tutti i {wrong} passi."\n\n'
        'msgid "fitter"\nmsgstr "metodo"\n',
        "utf-8",
    )
    registry.cache_clear()
    with speaking("it"):
        assert sinfit.fit("numpy", steps=2).message == "all 2 steps were made."
        assert gettext_of("sinfit", "fitter") == "metodo"
    (report,) = [each for each in reports() if each.plugin == "wrong"]
    assert "locale/sinfit.po cannot be read: line" in report.notes[0]
    assert "other braces" in report.notes[0]
