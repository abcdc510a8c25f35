import pytest
from hypothesis import given
from hypothesis import strategies as st
from sinfit_site.errors import TutorialError
from sinfit_site.sources import comments, docstrings, include
from sinfit_site.translating import check

CODE = '''\
import numpy as np  # arrays

def f(x):
    """# A docstring
    on two lines.

    Args:
        x: A number.

    >>> f(2)
    4
    """
    # the square
    return x**2  # noqa: E501
'''


def test_comments_are_replaced_at_their_very_places():
    korean = {"arrays": "배열", "the square": "제곱"}
    translated = comments.translate_texts(CODE, lambda text: korean.get(text, text))
    assert translated == CODE.replace("# arrays", "# 배열").replace("# the square", "# 제곱")


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\x00"))
)
def test_no_comment_on_one_line_changes_the_program(text):
    translated = comments.translate_texts(CODE, lambda _: text)
    comments.same_program(CODE, translated, "here")


def test_a_translation_that_changes_a_constant_is_refused_and_named():
    injected = {"arrays": "배열\nlearning_rate = 1e-3", "the square": "제곱"}
    with pytest.raises(
        TutorialError, match="cell 3: the translation changes the program at: 'learning"
    ):
        comments.translate_texts(CODE, lambda text: injected.get(text, text), "cell 3")


def test_docstrings_are_units_by_paragraph_and_keep_their_lines():
    units = ["# A docstring on two lines.", "x: A number."]
    assert [text for text, kind in comments.texts(CODE) if kind == "docstring"] == units
    korean = {units[0]: "두 줄로 된 설명입니다.", units[1]: "x: 수입니다."}
    translated = comments.translate_texts(CODE, lambda text: korean.get(text, text))
    shown = '    """두 줄로 된\n    설명입니다.\n\n    Args:\n        x: 수입니다.\n\n    >>>'
    assert shown in translated
    assert translated.count("\n") == CODE.count("\n")


@pytest.mark.parametrize("wrong", ['so """ it ends', 'it ends "', "a \\n in it"])
def test_a_docstring_that_would_end_too_early_stays_english_and_is_named(wrong):
    assert docstrings.translate(CODE, lambda _: wrong) == CODE
    assert "docstring" in " ".join(check.problems("It ends.", wrong, "ko", "docstring"))


def test_a_string_that_is_no_docstring_is_part_of_the_program():
    code = 'def f():\n    """Words."""\n    return """Words."""\n'
    with pytest.raises(TutorialError, match="changes the program"):
        comments.same_program(code, code.replace('return """W', 'return """V'), "here")
    comments.same_program(code, code.replace('    """W', '    """V', 1), "here")


def test_a_changed_constant_in_a_translated_cell_is_named():
    with pytest.raises(TutorialError, match=r"numpy, cell 2.*x\*\*3"):
        comments.same_program(CODE, CODE.replace("x**2", "x**3"), "numpy, cell 2")


def test_words_in_plots_are_found():
    code = (
        'ax.plot(x, y, label="a line")\nax.set_xlabel("step")\nprint("no")\nax.set_ylabel(f"{y}")'
    )
    assert comments.plot_texts(code) == ["a line", "step"]


@pytest.fixture
def fitter(tmp_path):
    (tmp_path / "fitter.py").write_text(
        '"""Docstring."""\n\nimport math\n\n\nclass A:\n    @staticmethod\n    def f(x):\n'
        "        return x  # noqa: E501\n\n\ndef fit():\n    return math.pi\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("fitter.py:fit", "def fit():\n    return math.pi"),
        ("fitter.py:A.f", "@staticmethod\ndef f(x):\n    return x"),
        ("fitter.py:imports", "import math"),
    ],
)
def test_a_region_is_included(fitter, line, code):
    assert include.expand(f"# include: {line}", fitter, "here")[0] == code


def test_a_whole_file_is_included_without_its_docstring(fitter):
    assert include.expand("# include: fitter.py", fitter, "here")[0].startswith("import math")


@pytest.mark.parametrize(
    "line", ["fitter.py:gone", "gone.py", "fitter.py:A.gone", "no_such_package:f"]
)
def test_a_missing_region_is_an_error_that_names_it(fitter, line):
    with pytest.raises(TutorialError, match=r"cell 4: .*(gone|no_such_package)"):
        include.expand(f"# include: {line}", fitter, "cell 4")
