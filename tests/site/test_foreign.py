"""A plugin of somebody else breaks its own page and nothing more; ours still stop the build."""

import re

import pytest
from sinfit_site import build as engine
from sinfit_site import wheels
from sinfit_site.errors import TutorialError
from sinfit_site.sources import compose

from sinfit.i18n import BUILT_IN

from .conftest import ROOT

STAGES = compose.stages  # `project` knows none
PLUGIN = """
from sinfit import CUBIC, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    return [FitterSpec(name={name!r}, title="T", summary="S.", fitter=__name__ + ":fit",
                       model=CUBIC, steps=3, learning_rate=1e-6, tutorial="page.py")]


def fit(x, y, *, initial, steps, learning_rate):
    for _ in range(steps):
        yield 1.0, initial
    return initial
"""
HEAD = "# %% [markdown]\n# # A page\n#\n# Use `fit`.\n\n"
RUN = "# %%\nimport sinfit\n\nresult = sinfit.fit({name!r})\n"
KOREAN = 'msgid ""\nmsgstr "Language: ko\\n"\n\nmsgid "Use `fit`."\nmsgstr "{}"\n'
WRONG = {  # the page, and what must be said of it
    "syntax": (HEAD + RUN + "\n# %%\nx = = 1\n", "page.py, cell 3: 'x = = 1' is no Python"),
    "fails": (HEAD + RUN + "\n# %%\n1 / 0\n", "page.py of sinfit_fails: cell '1 / 0' fails: Zero"),
    "no-run": (HEAD + "# %%\nx = 1\n", "the recording of `result` fails: NameError"),
    "empty": ("", "the first cell must be Markdown"),
    "no-cells": ("x = 1\n", "the first cell must be Markdown"),
    "binary": ("\udcff\udcfe", "UnicodeDecodeError"),
    "directive": (HEAD + "# %% [markdown]\n# [[plyer]]\n\n" + RUN, "no directive [[plyer]]"),
    "link": (HEAD + "# %% [markdown]\n# [x](/gone/)\n\n" + RUN, "'/gone/' goes to no page"),
    "tag": (HEAD + '# %% tags=["odd"]\nx = 1\n\n' + RUN, "unknown tag or option odd"),
}


@pytest.fixture
def plugins(project, install, tmp_path, monkeypatch):
    """Install plugins with pages, beside a project of one page and a project's own plugins."""
    monkeypatch.setattr(compose, "stages", STAGES)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site-packages"))  # of the kernels
    project.write("index.md", "# Home\n\nWords.\n")
    names = []

    def add(name, page, korean=""):
        names.append(name)
        monkeypatch.setenv("SINFIT_PLUGINS", ",".join(names))
        module = f"sinfit_{name.replace('-', '_')}"
        source = PLUGIN.format(name=name)
        site = install(f"sinfit-{name}", source)
        (site / f"{module}.py").unlink()
        folder = site / module
        (folder / "locale").mkdir(parents=True)
        (folder / "__init__.py").write_text(source)
        (folder / "page.py").write_bytes(page.format(name=name).encode("utf-8", "surrogateescape"))
        if korean:
            (folder / "locale" / "ko.po").write_bytes(korean)

    return add


def test_wrong_pages_are_named_and_left_out_and_the_others_are_built(project, plugins):
    for name, (page, _says) in WRONG.items():
        plugins(name, page)
    plugins("good", HEAD + RUN)
    built = project.build()
    said = "\n".join(built.warnings)
    for name, (_page, says) in WRONG.items():
        (line,) = [each for each in built.warnings if each.startswith(f"sinfit-{name}: ")]
        assert "its page is left out" in line
        assert says in line
        assert not (project.out / "en" / "stages" / name).exists()
    for language in BUILT_IN:
        assert "A page" in project.page("stages/good/index.md", language), said
        assert (project.out / language / "index.md").is_file()


@pytest.mark.parametrize(
    ("korean", "says"),
    [
        (KOREAN.format("`fit`를 씁니다.").encode("cp949"), "ko.po:5: it is not UTF-8"),
        (KOREAN.format("`fot`를 씁니다.").encode(), "its code spans differ"),
        (KOREAN.format("우리는 `fit` 를 써요.").encode(), "is not used"),
    ],
)
def test_what_is_wrong_with_a_catalog_is_a_warning(project, plugins, korean, says):
    plugins("spoken", HEAD + RUN, korean)
    built = project.build()
    assert says in "\n".join(built.warnings)
    assert all(line.startswith("sinfit-spoken: ") for line in built.warnings)
    assert "A page" in project.page("stages/spoken/index.md", "ko")


def test_the_style_of_the_house_is_a_warning_for_others_and_what_is_false_is_none(
    project, plugins, monkeypatch
):
    from click.testing import CliRunner
    from sinfit_site.command import tutorials

    plugins("own-style", HEAD + RUN, KOREAN.format("우리는 `fit` 를 써요.").encode())
    monkeypatch.chdir(project.docs.parent)
    checked = CliRunner().invoke(tutorials, ["check", "own-style"])
    assert checked.exit_code == 0, checked.output
    assert "'우리' is not used" in checked.stderr
    plugins("false", HEAD + RUN, KOREAN.format("`fot`을 씁니다.").encode())
    checked = CliRunner().invoke(tutorials, ["check", "false"])
    assert checked.exit_code == 1
    assert "sinfit_false/locale/ko.po:4: 'Use `fit`.': its code spans differ" in checked.stdout


def test_what_does_harm_in_a_catalog_of_others_reaches_no_page(project, plugins):
    text = "`fit`을 씁니다. <script>alert(1)</script>"
    plugins("harmful", HEAD + RUN, KOREAN.format(text).encode())
    built = project.build()
    assert "its HTML differs" in "\n".join(built.warnings)
    page = project.page("stages/harmful/index.md", "ko")
    assert "<script>" not in page
    assert re.search(r'<span class="sf-wrong" lang="en"[^>]*>Use `fit`\.</span>', page)


def test_the_projects_own_plugins_still_stop_the_build(project, plugins, monkeypatch):
    monkeypatch.setattr(wheels, "folders", lambda _root: {"sinfit-ours": ROOT})
    plugins("ours", HEAD + RUN + "\n# %%\n1 / 0\n")
    with pytest.raises(TutorialError, match="cell '1 / 0' fails: ZeroDivisionError"):
        project.build()
    assert engine.is_foreign("sinfit-theirs", project.docs)
    assert not engine.is_foreign("sinfit-ours", project.docs)
    assert not engine.is_foreign("", project.docs)


def test_a_page_alone_keeps_the_words_of_its_links(project, plugins, tmp_path):
    text = "# %% [markdown]\n# See [the glossary](/glossary/).\n\n"
    plugins("linked", HEAD + text + RUN)
    built = engine.build(tmp_path / "none", project.out)
    assert built.warnings == ()
    assert "See the glossary." in project.page("stages/linked/index.md", "en")


def test_two_pages_of_one_name_leave_out_the_others(project, plugins):
    project.write("stages/twice.md", "# Ours\n\nWords.\n")
    plugins("twice", HEAD + RUN)
    built = project.build()
    assert "two sources make the page stages/twice" in built.warnings[0]
    assert "# Ours" in project.page("stages/twice.md", "en")
