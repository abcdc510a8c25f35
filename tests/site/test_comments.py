import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinfit.tutorials import comments, include
from sinfit.tutorials.source import TutorialError

CODE = '''\
import numpy as np  # arrays

def f(x):
    """# no comment"""
    # the square
    return x**2  # noqa: E501
'''


def test_comments_are_replaced_at_their_very_places():
    korean = {"arrays": "배열", "the square": "제곱"}
    translated = comments.translate_comments(CODE, lambda text: korean[text])
    assert translated == CODE.replace("# arrays", "# 배열").replace("# the square", "# 제곱")


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\x00"))
)
def test_no_comment_on_one_line_changes_the_program(text):
    translated = comments.translate_comments(CODE, lambda _: text)
    comments.same_program(CODE, translated, "here")


def test_a_translation_that_changes_a_constant_is_refused_and_named():
    injected = {"arrays": "배열\nlearning_rate = 1e-3", "the square": "제곱"}
    with pytest.raises(
        TutorialError, match="cell 3: the translation changes the program at: 'learning"
    ):
        comments.translate_comments(CODE, lambda text: injected[text], "cell 3")


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
