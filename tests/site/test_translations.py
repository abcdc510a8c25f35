import re

import pytest
from sinfit_site.errors import TutorialError
from sinfit_site.translating import check

PAGE = """
    # Title

    The first sentence.

    The second sentence says {number}.

    The third sentence.
    """

KOREAN = {
    "Title": "제목",
    "The_first": "첫 문장입니다.",
    "The_second": "둘째 문장은 3을 말합니다.",
    "The_third": "셋째 문장입니다.",
}
CHINESE = {
    "Title": "标题",
    "The_first": "第一句。",
    "The_second": "第二句说 3。",
    "The_third": "第三句。",
}


@pytest.fixture
def translated(project):
    project.write("page.md", PAGE.format(number="3"))
    project.translate("page", "ko", **KOREAN)
    project.translate("page", "zh", **CHINESE)
    return project


def test_a_complete_translation_has_no_mark(translated):
    built = translated.build()
    assert built.site.translators["page", "ko"].progress.percent == 100
    for language, third in (("ko", "셋째"), ("zh", "第三句")):
        text = translated.page("page.md", language)
        assert third in text
        assert "sf-" not in text


def test_one_changed_sentence_is_outdated_and_nothing_else(translated):
    text = PAGE.format(number="3").replace("The third sentence.", "The third sentence, changed.")
    translated.write("page.md", text)
    built = translated.build()
    for language, percent, kept in (
        ("ko", "75%", ["제목", "첫 문장", "둘째"]),
        ("zh", "75%", ["标题", "第一句", "第二句"]),
    ):
        page = translated.page("page.md", language)
        marked = re.findall(r'<span class="sf-outdated" lang="en"[^>]*>(.*?)</span>', page)
        assert marked == ["The third sentence, changed."]
        assert all(part in page for part in kept)
        assert "sf-missing" not in page
        assert percent in page
        progress = built.site.translators["page", language].progress
        assert (progress.percent, progress.outdated, progress.total) == (75, 1, 4)


def test_update_marks_the_changed_unit_fuzzy_and_keeps_its_translation(translated):
    text = PAGE.format(number="3").replace("third sentence.", "third sentence, changed.")
    translated.write("page.md", text)
    assert {path.suffix for path in translated.update()} == {".po", ".pot"}
    po = (translated.docs / "locale/ko/page.po").read_text(encoding="utf-8")
    assert (
        "#. paragraph\n#: docs/page.md\n#, fuzzy\n"
        '#| msgid "The third sentence."\n'
        'msgid "The third sentence, changed."\nmsgstr "셋째 문장입니다."\n'
    ) in po
    assert po.count("fuzzy") == 1
    assert translated.update() == []


def test_an_update_changes_no_file_that_is_up_to_date(translated):
    translated.update()  # it names the files that texts are from
    before = {path: path.read_text("utf-8") for path in translated.docs.rglob("*.po")}
    assert translated.update() == []
    assert {path: path.read_text("utf-8") for path in translated.docs.rglob("*.po")} == before


def test_a_wrong_translation_fails_the_build_and_is_named(translated):
    translated.translate("page", "ko", The_second="둘째 문장은 4를 말합니다.")
    with pytest.raises(TutorialError, match=r"ko/page\.po:17: 'The second.*numbers differ.*'3'"):
        translated.build()


def test_a_comment_that_would_change_the_program_fails_the_build(project):
    project.write("page.md", "# T\n\n```python\nx = 1  # a remark\n```\n")
    project.translate("page", "zh", a_remark="说明\nx = 2")
    with pytest.raises(TutorialError, match="line break"):
        project.build()


@pytest.mark.parametrize(
    ("english", "translation", "language"),
    [
        ("Call `f(x)`.", "`f(x)`를 부릅니다.", "ko"),
        ("The loss is $x$.", "손실은 $x$입니다.", "ko"),
        ("The loss falls to 9.08.", "损失降到 9.08。", "zh"),
        ("See [the page](/a/#b).", "见[此页](/a/#b)。", "zh"),
        ("See [`f`](/f/) and [`g`](/g/).", "[`g`](/g/)와 [`f`](/f/)를 봅니다.", "ko"),
        ("PyTorch 2.13", "PyTorch 2.13", "zh"),
        ("A shape of (2000, 1)", "形状为 `(2000, 1)`".replace("`", ""), "zh"),
        ("The deviation is small.", "偏差很小。", "zh"),
        ("**tensor**", "**텐서**(tensor)는 배열입니다.", "ko"),
        ("The best cubic", "최적의 3차 다항식", "ko"),
    ],
)
def test_good_translations_pass(english, translation, language):
    assert check.problems(english, translation, language, "paragraph") == []


@pytest.mark.parametrize(
    ("english", "translation", "language", "kind", "why"),
    [
        ("Call `f(x)`.", "`g(x)`를 부릅니다.", "ko", "paragraph", "code spans"),
        ("It is $x$.", "$y$입니다.", "ko", "paragraph", "maths"),
        ("See [it](/a/).", "[여기](/b/)를 봅니다.", "ko", "paragraph", "link targets"),
        ("2000 points", "200개의 점", "ko", "paragraph", "numbers"),
        ("The gradient.", "기울기입니다.", "ko", "paragraph", "변화도"),
        ("The layer.", "레이어입니다.", "ko", "paragraph", "계층"),
        ("The forward pass.", "正向传播。", "zh", "paragraph", "前向传播"),
        ("The loss falls.", "손실는 줄어듭니다.", "ko", "paragraph", "손실은"),
        ("Call `f`.", "`f` 를 부릅니다.", "ko", "paragraph", "without a space"),
        ("It is so.", "우리는 그렇습니다.", "ko", "paragraph", "우리"),
        ("Thus:", "그래서:", "ko", "paragraph", "colon"),
        ("It is so.", "그렇게 한다.", "ko", "paragraph", "합니다체"),
        ("**tensor**", "**텐서(tensor)**는 배열입니다.", "ko", "paragraph", "bold"),
        ("It is PyTorch.", "这是PyTorch。", "zh", "paragraph", "a space belongs"),
        ("So, yes.", "所以,是的。", "zh", "paragraph", "full-width"),
        ("Look.", "请看。", "zh", "paragraph", "请"),
        ("a remark", "说明。", "zh", "comment", "full stop"),
        ("a remark", "설명\nx = 2", "ko", "comment", "line break"),
        ("Bold", "**굵게", "ko", "paragraph", "not closed"),
        (
            "See [`f`](/f/) and [`g`](/g/).",
            "[`f`](/g/)와 [`g`](/f/)를 봅니다.",
            "ko",
            "paragraph",
            "'`f`' leads elsewhere than in the English",
        ),
        (
            "It is the same on every machine.",
            "It is the same on every machine.",
            "zh",
            "paragraph",
            "the English itself",
        ),
    ],
)
def test_bad_translations_are_refused_with_a_reason(english, translation, language, kind, why):
    found = check.problems(english, translation, language, kind)
    assert any(why in problem for problem in found), found


def test_a_name_in_prose_that_the_code_lacks_is_refused_even_before_a_particle(project):
    project.write("page.md", "# T\n\nThe value.\n\n```python\ny_pred = 1\n```\n")
    project.translate("page", "ko", T="제목", The_value="y_pred는 값입니다.")
    project.build()
    project.translate("page", "ko", The_value="y_perd는 값입니다.")
    with pytest.raises(TutorialError, match="'y_perd' is not in the code"):
        project.build()


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("# T\n\n[x](/nowhere/)\n", "goes to no page"),
        ("# T\n\n[[playr]]\n", r"no directive \[\[playr\]\]"),
        ("# T\n\n## No id\n", "needs an {#id}"),
        ("# T\n\n## A {#a}\n\n## B {#a}\n", "comes twice"),
        ("# T\n\nThe `no_such_name` here.\n", "not in the code"),
        ("# T\n\n$x^2^3$\n", "maths cannot be converted"),
        ("# T\n\n$\\foo x$\n", "unknown command"),
    ],
)
def test_a_wrong_source_fails_the_build_and_is_named(project, page, why):
    project.write("page.md", page)
    with pytest.raises(TutorialError, match=why):
        project.build()


def test_chinese_hover_text_marks_whole_terms_and_no_single_character():
    from types import SimpleNamespace

    from sinfit_site.pages import hover

    seen = {}
    place = SimpleNamespace(
        language="zh",
        document=SimpleNamespace(name="page"),
        site=SimpleNamespace(translators={}),
        counts=seen,
        number=lambda kind: seen.update({kind: 1}),
    )
    marked = hover.with_hover(place, "每一步的步长与学习率有关。")
    assert marked.count("<abbr") == 1
    assert ">学习率</abbr>" in marked
    assert ">步<" not in marked


@pytest.mark.parametrize(("language", "text"), [("en", "a, b"), ("ko", "a, b"), ("zh", "a、b")])
def test_words_are_joined_as_the_language_does(language, text):
    from sinfit_site.i18n import listed

    from sinfit.i18n import speaking

    with speaking(language):
        assert listed(["a", "b"]) == text
