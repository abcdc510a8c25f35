import json
import re
import time

import pytest
from sinfit_site.errors import TutorialError
from sinfit_site.running import forking, kernel, run

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
    assert "%pip install --quiet sinfit\n" in text
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


HEAD = "# %% [markdown]\n# # A page\n\n# %%\nx = 1\n\n# %%\n"
CHILD = "[sys.executable, '-c', 'import time; time.sleep(600)']"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("raise SystemExit(3)", "fails: SystemExit: 3"),
        ("import os; os._exit(0)", "ends the kernel"),
        ("import os; os.kill(os.getpid(), 9)", "ends the kernel"),
        ("while True: pass", "hangs: it is not done after 2 s"),
        ("raise ValueError('x' * 10_000)", f"fails: ValueError: {'x' * 288}$"),
        ("open(source + 'page.py', 'a')", "fails: PermissionError: a tutorial writes only into"),
        ("import os; os.remove(source + 'page.py')", "fails: PermissionError: a tutorial writes"),
        ("import os; os.rename('here', source + 'there')", "fails: PermissionError: a tutorial w"),
        (
            "import urllib.request; urllib.request.urlopen('http://localhost:9/')",
            "fails: URLError: .*a tutorial opens no connection, as to localhost",
        ),
        (
            "import socket; socket.socket().connect(('127.0.0.1', 9))",
            "fails: PermissionError: a tutorial opens no connection, as to 127.0.0.1",
        ),
    ],
)
def test_a_cell_that_ends_hangs_or_meddles_is_named_with_its_file(project, monkeypatch, cell, says):
    monkeypatch.setattr(kernel, "LIMIT", 2)
    path = project.write("page.py", f"{HEAD}source = {str(project.docs) + '/'!r}; {cell}\n")
    if "while" in cell:
        path.write_text(HEAD + cell + "\n")
    named = "page.py:7: page: cell ['\"](source|while).*['\"]"
    with pytest.raises(TutorialError, match=f"(?s){named} {says}"):
        project.build()
    assert path.is_file()


def test_a_process_that_outlives_its_kernel_is_named_and_ended(project):
    cell = f"import subprocess, sys\nprocess = subprocess.Popen({CHILD}, start_new_session=True)\n"
    project.write("page.py", HEAD + cell)
    with pytest.raises(TutorialError, match=r"page leaves a process behind: .*time.sleep\(600\)"):
        project.build()
    project.write("page.py", HEAD + cell + "process.kill(); process.wait()\n")
    project.build()


@pytest.mark.parametrize("few", [0, 3], ids=["forked", "not forked"])
def test_every_kernel_is_a_fresh_one_however_it_begins(project, monkeypatch, few):
    monkeypatch.setattr(forking, "FEW", few)
    code = """
        import builtins, os, sys
        import matplotlib, numpy as np, torch
        print(getattr(builtins, "left", "nothing"), torch.get_default_dtype())
        print(torch.get_num_threads(), sys.argv[1], sys.path.count(""), os.getsid(0) == os.getpid())
        print(matplotlib.get_backend(), matplotlib.rcParams["figure.figsize"])
        print("drawn", np.random.random(), torch.rand(1).item())
        builtins.left = "something"
        torch.set_default_dtype(torch.float64)
        matplotlib.rcParams["figure.figsize"] = 1, 1
    """
    for name in ("one.py", "two.py"):
        project.write(name, HEAD + code.replace("\n        ", "\n"))
    project.build()
    pages = [project.page(f"{name}/index.md", "en") for name in ("one", "two")]
    for page in pages:
        assert "nothing torch.float32\n1 -f 1 True" in page
        assert "[6.4, 3.2]" in page
    drawn = [re.search(r"drawn (\S+) (\S+)", page) for page in pages]
    assert drawn[0][1] != drawn[1][1], "two kernels drew the same from NumPy"
    assert drawn[0][2] != drawn[1][2], "two kernels drew the same from PyTorch"
    said = [re.sub(r"drawn .*", "", page).split("nothing")[1].split("drawn")[0] for page in pages]
    assert said[0].split("</")[0] == said[1].split("</")[0]


def test_a_failure_comes_first_and_ends_what_else_runs(project):
    project.write("slow.py", HEAD + "import time\ntime.sleep(300)\n")
    project.write("wrong.py", HEAD + "1 / 0\n")
    started = time.monotonic()
    with pytest.raises(TutorialError, match="wrong: cell '1 / 0' fails: ZeroDivisionError"):
        project.build()
    assert time.monotonic() - started < 60


def test_a_run_that_is_cut_off_in_the_cache_is_made_again(project, tmp_path):
    project.write("page.py", HEAD + "print(6 * 7)\n")
    project.build()
    (run,) = (tmp_path / "cache" / "runs").glob("*.json")
    whole = run.read_text()
    for content in ("", whole[: len(whole) // 2], whole.replace("42", "43")):
        run.write_text(content)
        assert project.build().ran == ("page",)
        assert "\n42\n" in project.page("page/index.md", "en")


def test_last_digits_may_differ_and_the_page_shows_those_of_the_run(project):
    page = "# T\n\n```python\nprint(8.908188, 27)\n```\n\n```text output\n{}\n```\n"
    project.write("page.md", page.format("8.908185 27"))
    project.build()
    assert "\n8.908188 27\n" in project.page("page.md", "ko")
    for wrong in ("8.90828 27", "8.908185 28", "-8.908185 27", "8.908185 27 more"):
        project.write("page.md", page.format(wrong))
        with pytest.raises(TutorialError, match=r"prints\n8\.908188 27\nand the page"):
            project.build()


def test_an_example_must_print_what_its_page_says(project):
    page = "# T\n\n```python\nprint(6 * 7)\n```\n\n```text output\n{}\n```\n"
    project.write("page.md", page.format(42))
    project.build()
    project.write("page.md", page.format(43))
    with pytest.raises(TutorialError, match="prints\n42\nand the page says\n43"):
        project.build()


def test_on_another_processor_a_page_runs_anew(project, monkeypatch):
    project.write("page.py", "# %% [markdown]\n# # A page\n\n# %%\nprint(0.1 + 0.2)\n")
    assert project.build().ran == ("page",)
    assert project.build().ran == ()
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    assert project.build().ran == ("page",)
    monkeypatch.setattr(run, "fingerprint", lambda: {"numpy_simd": "X86_V2"})
    assert project.build().ran == ("page",)
    assert project.build().ran == ()
