import json

import pytest

from sinfit.tutorials.source import TutorialError

GOOD = """
    # %% [markdown]
    # # A page
    #
    # Words.

    # %%
    # include: assets/helper.py:double
    print(double(21))  # the answer

    # %% tags=["mistake"] raises="ZeroDivisionError"
    1 / 0

    # %% tags=["build-only"]
    print("unseen")

    # %% tags=["solution"]
    double(2)
    """


@pytest.fixture
def with_helper(project):
    project.write("assets/helper.py", "def double(x):\n    return 2 * x\n")
    return project


def test_a_document_is_run_once_for_all_languages_and_not_again_until_its_code_changes(with_helper):
    with_helper.write("page.py", GOOD)
    with_helper.translate("page", "ko", A_page="페이지", Words="글입니다.", the_answer="답")
    assert with_helper.build().ran == ("page",)
    for language, comment in (("en", "the answer"), ("ko", "답"), ("zh", "the answer")):
        page = with_helper.page("page/index.md", language)
        assert f"print(double(21))  # {comment}" in page
        assert "\n42\n" in page
        assert "ZeroDivisionError: division by zero" in page
        assert "Traceback" not in page
        assert "unseen" not in page
        assert page.count("<details") == 1
    again = with_helper.build()
    assert again.ran == ()
    assert set(again.changed.values()) == {0}

    with_helper.write("page.py", GOOD.replace("Words.", "Other words."))
    assert with_helper.build().ran == (), "words are no code"
    with_helper.write("assets/helper.py", "def double(x):\n    return x + x\n")
    assert with_helper.build().ran == ("page",)


def test_downloads_hold_the_readers_language_and_the_outputs(with_helper):
    with_helper.write("page.py", GOOD)
    with_helper.translate("page", "ko", A_page="페이지", Words="글입니다.", the_answer="답")
    with_helper.build()
    notebook = json.loads(with_helper.page("page/sinfit-page.ipynb", "ko"))
    text = "\n".join(cell["source"] for cell in notebook["cells"])
    assert "# 페이지" in text
    assert "# 답" in text
    assert "pip install sinfit" in text
    assert "unseen" not in text
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", ())]
    assert outputs[0]["text"] == "42\n"
    program = with_helper.page("page/sinfit-page.py", "ko")
    namespace = {}
    exec(compile(program, "page.py", "exec"), namespace)  # noqa: S102 (our own program)
    assert namespace["double"](2) == 4


def test_what_a_cell_prints_is_one_block_however_it_arrives(project):
    flushed = "import sys\nfor i in range(3):\n    print(i)\n    sys.stdout.flush()\n"
    waits = "    __import__('time').sleep(0.3)"
    project.write("page.py", f"# %% [markdown]\n# # A page\n\n# %%\n{flushed}{waits}\n")
    project.build()
    page = project.page("page/index.md", "en")
    assert page.count("sf-output") == 1
    assert "\n0\n1\n2\n" in page


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("boom = 1 / 0", "'boom = 1 / 0' fails: ZeroDivisionError"),
        ("import warnings\nwarnings.warn('careful')", "writes to stderr.*careful"),
        ("print(object())", "prints an address"),
        ("# include: assets/helper.py:gone", "has no 'gone' to include"),
    ],
)
def test_a_cell_that_fails_warns_or_leaks_fails_the_build(with_helper, cell, why):
    lines = ["# %% [markdown]", "# # A page", "", "# %%", cell]
    with_helper.write("page.py", "\n".join(lines) + "\n")
    with pytest.raises(TutorialError, match=f"(?s){why}"):
        with_helper.build()


def test_a_declared_exception_that_does_not_come_fails_the_build(with_helper):
    with_helper.write(
        "page.py", '# %% [markdown]\n# # A page\n\n# %% raises="TypeError"\nx = 1 / 0\n'
    )
    with pytest.raises(TutorialError, match="must raise TypeError and raises ZeroDivisionError"):
        with_helper.build()


def test_a_picture_needs_alt_text_and_has_ink_of_the_texts_colour(with_helper):
    plot = "plt.plot([1, 2], label='a line')\nplt.legend()\nplt.show()"
    cell = f"import matplotlib.pyplot as plt\n{plot}"
    source = "# %% [markdown]\n# # A page\n\n# %%{alt}\n{cell}\n"
    with_helper.write("page.py", source.format(alt=' alt="A line"', cell=cell))
    with_helper.translate("page", "ko", A_page="페이지", a_line="직선", A_line="직선 하나")
    with_helper.build()
    page = with_helper.page("page/index.md", "ko")
    assert 'aria-label="직선 하나"' in page
    assert ">직선</text>" in page
    assert "currentColor" in page
    assert "#000000" not in page
    with_helper.write("page.py", source.format(alt="", cell=cell))
    with pytest.raises(TutorialError, match="needs an alt text"):
        with_helper.build()


def test_an_example_must_print_what_its_page_says(project):
    page = "# T\n\n```python\nprint(6 * 7)\n```\n\n```text output\n{}\n```\n"
    project.write("page.md", page.format(42))
    project.build()
    project.write("page.md", page.format(43))
    with pytest.raises(TutorialError, match="prints\n42\nand the page says\n43"):
        project.build()
