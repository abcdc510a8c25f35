"""What no translation may change: damage stops the build by name, and nothing else is accused."""

import functools
import re
import unicodedata

import pytest
from sinfit_site.build import documents
from sinfit_site.errors import TutorialError
from sinfit_site.translating import gates, po, verify

from .conftest import ROOT

PAGE = """
    # Title

    The loss is $\\frac{1}{2} x^2$, and `fit` takes 2000 steps of [the table](/page/#table).

    ## A table {#table}

    | name | value |
    |---|---|
    | rate | {rate} in braces |

    ```python
    y_pred = 1  # y = a + b x of (n, 3)
    y_true = 2  # the values of y_pred come as near to it as they can
    ```
    """
GOOD = {
    "Title": "제목",
    "The_loss": "손실은 $\\frac{1}{2} x^2$이고, `fit`은 [표](/page/#table)의 2000스텝을 밟습니다.",
    "A_table": "표 하나",
    "{rate}_in": "중괄호 안의 {rate}",
    "y_=": "(n, 3)의 y = a + b x",
    "the_values": "y_pred의 값이 이에 가깝습니다",
}
DAMAGES = {  # what of which translation becomes what, and what is said of it
    "a wrong formula": ("The_loss", "x^2", "x^3", "its maths differs.*copy it from the English"),
    "a formula lost": ("The_loss", "$\\frac{1}{2} x^2$", "", "its maths differs"),
    "a changed digit": ("The_loss", "2000", "2001", "its numbers differ: lacks '2000'"),
    "a script": ("The_loss", "손실", "<script>alert(1)</script>손실", "its HTML differs"),
    "an unfinished tag": ("The_loss", "손실", "<img src=x onerror=y 손실", "its HTML differs"),
    "an entity": ("The_loss", "손실", "&lt;손실", "its HTML differs"),
    "an attribute": ("The_loss", "손실", "**손실**{: onclick=x}", "its braces differ"),
    "a foreign link": (
        "The_loss",
        "/page/#table",
        "https://example.org/",
        "link targets differ",
    ),
    "one link more": (
        "The_loss",
        "손실",
        "[손실](https://example.org/)",
        "link targets differ",
    ),
    "a link with a title": ("The_loss", "손실", '[손실](/x "y")', "its brackets of links differ"),
    "a reference": ("The_loss", "손실", "[손실][x]", "its brackets of links differ"),
    "an address": ("The_loss", "손실", "https://example.org 손실", "its addresses differ"),
    "an autolink": ("The_loss", "손실", "<https://example.org> 손실", "its addresses differ"),
    "a mail address": ("The_loss", "손실", "<mailto:a@example.org> 손실", "its addresses differ"),
    "other code": ("The_loss", "`fit`", "`fig`", "its code spans differ"),
    "a swapped variable": ("{rate}_in", "{rate}", "{steps}", "its braces differ: lacks '{rate}'"),
    "a swapped name": ("the_values", "y_pred", "y_true", "its names differ: lacks 'y_pred'"),
    "a formula in a comment": ("y_=", "a + b", "a - b", "its signs of formulas differ"),
    "a letter in a comment": ("y_=", "b x", "c x", "its letters of formulas differ: lacks 'b'"),
    "a shape": ("y_=", "(n, 3)", "(n, 4)", "its shapes differ"),
    "an equation lost": ("y_=", "=", "", "its signs of formulas differ"),
    "a heading id": ("A_table", "하나", "하나 {#other}", "it has a heading id"),
    "a heading": ("The_loss", "손실", "# 손실", "it begins with '#', which is for the structure"),
    "a reference to code": ("The_loss", "손실", "::: os 손실", "it begins with ':::'"),
    "a cell too many": ("{rate}_in", "안의", "안의 |", "in a table they part the cells"),
    "an open bold": ("The_loss", "손실", "**손실", r"a \*\* is not closed"),
    "an open emphasis": ("The_loss", "손실", "*손실", r"a \* is not closed"),
    "a link of nothing": ("The_loss", "[표]", "[ ]", "a link has no words"),
    "a comma in a number": ("The_loss", "2000", "20,00", "lacks '2000'; has '20,00' more"),
    "a command of Jupyter": ("the_values", "y_pred", "%matplotlib y_pred", "for a command"),
    "a cell of Jupyter": ("the_values", "y_pred", "%% y_pred", "or a new cell"),
    "a line break": ("The_loss", "손실은", "손실은\n", "it has a line break"),
    "a line break spelled out": ("The_loss", "손실은", "손실은\\n", "a backslash and an n"),
    "a tab": ("The_loss", "손실은", "손실은\t", "it has a tab"),
    "letters in parts": (
        "A_table",
        "표 하나",
        unicodedata.normalize("NFD", "표 하나"),
        "write NFC",
    ),
    "a carriage return": ("The_loss", "손실은", "손실은\r", "control character"),
    "writing from right to left": (
        "The_loss",
        "손실은",
        "손실은\u202e",
        "that nobody sees",
    ),
    "a letter that is none": ("The_loss", "손실은", "손실\ufffd", "that nobody sees"),
    "its end lost": ("The_loss", "밟습니다.", "밟", "its end is missing"),
    "most of it lost": ("the_values", "의 값이 이에 가깝습니다", "", "much shorter"),
    "it twice": ("A_table", "표 하나", "표 하나 표 하나", "it says '표 하나' twice"),
}
FROM_THE_FILE = ("a carriage return",)  # these the file itself may not have


def test_the_good_translation_is_published(project):
    project.write("page.md", PAGE)
    project.translate("page", "ko", **GOOD)
    assert project.build().warnings == ()
    assert "밟습니다" in project.page("page.md", "ko")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_stops_the_build_by_name(project, damage):
    start, what, with_this, says = DAMAGES[damage]
    assert what in GOOD[start]
    project.write("page.md", PAGE)
    project.translate("page", "ko", **GOOD | {start: GOOD[start].replace(what, with_this)})
    with pytest.raises(TutorialError) as told:
        project.build()
    line = next(each for each in str(told.value).split("\n") if re.search(says, each))
    assert re.match(r"docs/locale/ko/page\.po:\d+: ", line)
    number = int(line.split(":")[1])
    written = (project.docs / "locale/ko/page.po").read_text("utf-8").split("\n")
    assert written[number - 1].startswith('msgid "')
    if damage not in FROM_THE_FILE:  # it names the entry
        english = re.search(r"po:\d+: (['\"])(.*?)…?\1: ", line)[2]
        assert english[:20].replace("\\\\", "\\") in written[number - 1].replace("\\\\", "\\")


def test_all_that_is_wrong_is_told_at_once(project):
    project.write("page.md", PAGE)
    wrong = {"The_loss": "손실은 <b>끝", "A_table": "표 하나 {#x}", "{rate}_in": "없음"}
    project.translate("page", "ko", **GOOD | wrong)
    with pytest.raises(TutorialError) as told:
        project.build()
    lines = str(told.value).split("\n")
    assert len({line.split(": ")[0] for line in lines}) == 3
    assert sum("The loss is" in line for line in lines) >= 5


def test_a_finding_says_which_text_it_is_about_and_whether_it_is_of_style(project):
    project.write("page.md", "# Home\n\nThe loss is 3.\n")
    project.translate("page", "ko", The_loss="우리의 손실은 4입니다.")
    found = verify.problems(project.documents())
    assert [(each.unit, each.style) for each in found] == [
        ("The loss is 3.", False),
        ("The loss is 3.", True),
    ]
    kept = project.docs.parent / "kept"
    for _twice in range(2):  # made, and from the cache
        again = [
            line for each in verify.by_catalog(project.documents(), kept).values() for line in each
        ]
        assert [(str(each), each.unit, each.style) for each in again] == [
            (str(each), each.unit, each.style) for each in found
        ]


@functools.cache
def entries():
    """Every translation of ours, with its English, the kind of the unit and its place."""
    return [
        (unit.text, found[unit.text].text, unit.kind, f"{document.po(language)}:{unit.text[:40]}")
        for document in documents(ROOT / "docs")
        for language in ("ko", "zh")
        if (found := po.entries(document.po(language), language, document.units))
        for unit in document.units
        if found[unit.text].state == "translated"
    ]


def test_no_translation_of_ours_is_accused():
    assert len(entries()) > 2000
    accused = [
        (place, wrong)
        for english, translation, kind, place in entries()
        if (wrong := gates.wrong(english, translation, kind))
    ]
    assert accused == []


SHARES = {  # how many of our translations, damaged so, must be found: all, or as many as were
    "a script": (lambda text: f"{text}<script>x</script>", 1),
    "an autolink": (lambda text: f"{text} <https://example.org>", 1),
    "a link": (lambda text: f"[x](https://example.org) {text}", 1),
    "an attribute": (lambda text: f"{text}{{: onclick=x}}", 1),
    "twice": (lambda text: f"{text} {text}", 1),
    "twice without a space": (lambda text: text + text, 1),
    "formula": (lambda text: re.sub(r"\$([^$]+)\$", r"$\1 + 1$", text, count=1), 1),
    "code span": (lambda text: re.sub(r"`([^`]+)`", r"`\1_`", text, count=1), 1),
    # "four" and 4 are one number, so a digit may become one that stands there as a word
    "digit": (lambda text: re.sub(r"\d", lambda d: str((int(d[0]) + 1) % 10), text, count=1), 0.95),
    # of what ends without a full stop nothing tells the end; headings are not counted
    "half of it": (lambda text: text[: len(text) // 2], 0.8),
    "a tenth lost": (lambda text: text[: len(text) * 9 // 10], 0.75),
}


@pytest.mark.parametrize("damage", SHARES)
def test_a_damage_to_any_translation_of_ours_is_found(damage):
    change, share = SHARES[damage]
    tried = found = 0
    for english, translation, kind, _place in entries():
        damaged = change(translation)
        if damaged != translation and not kind.startswith(gates.OPEN):
            tried += 1
            found += bool(gates.wrong(english, damaged, kind))
    assert tried >= 60
    assert found >= share * tried, (found, tried)
