"""The language follows --lang, use_language and the locale; what has no translation is English."""

import pytest

import sinfit
from sinfit import i18n
from sinfit.errors import UnknownNameError
from sinfit.i18n import _, current_language, gettext_of, use_language


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
    for language in ("ko", "zh"):
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


def test_a_fuzzy_translation_is_not_shown(tmp_path):
    po = tmp_path / "ko.po"
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#, fuzzy\nmsgid "old"\nmsgstr "낡은"\n\nmsgid "new"\nmsgstr "새"\n\n'
        '#~ msgid "gone"\n#~ msgstr "없음"\n',
        "utf-8",
    )
    catalog = i18n._read(po)
    assert [catalog.gettext(text) for text in ("new", "old", "gone")] == ["새", "old", "gone"]


def test_a_result_keeps_its_words_in_the_language_it_was_made_in():
    use_language("ko")
    korean = sinfit.fit("numpy", steps=1)
    use_language("en")
    english = sinfit.fit("numpy", steps=1)
    assert korean.title != english.title
    assert korean.message != english.message
    assert english.message == "all 1 steps were made."
