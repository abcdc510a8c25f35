"""What a build does again after an edit, and what it leaves alone."""

from dataclasses import replace

import pytest
from sinfit_site import cache
from sinfit_site.errors import TutorialError
from sinfit_site.glossary import terms
from sinfit_site.pages import page_files
from sinfit_site.running import run
from sinfit_site.sources import compose, markdown
from sinfit_site.sources.compose import stages

PLUGIN = '''
"""A plugin."""
from sinfit import CUBIC, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    return [FitterSpec(name="told", title="T", summary="S.", fitter="sinfit_told.fitter:fit",
                       model=CUBIC, steps=3, learning_rate=1e-6, tutorial="tutorial.py")]
'''
FITTER = '''
"""A fitter."""


def fit(x, y, *, initial, steps, learning_rate):
    """Fit in its own way."""
    for _ in range(steps):  # a remark
        yield 1.0, initial
    return initial
'''
TUTORIAL = """\
# %% [markdown]
# # A page

# %%
# include: fitter.py:fit

# %%
import sinfit

result = sinfit.fit("told")
"""


@pytest.fixture
def tell(project, install, monkeypatch, tmp_path):  # noqa: ARG001 (it patches before us)
    """Install a plugin with a page; returns its folder."""

    def tell(name, tutorial):
        site = install(f"sinfit-{name}", plugin := PLUGIN.replace("told", name))
        (site / f"sinfit_{name}.py").unlink()
        folder = site / f"sinfit_{name}"
        folder.mkdir()
        (folder / "__init__.py").write_text(plugin)
        (folder / "fitter.py").write_text(FITTER)
        (folder / "tutorial.py").write_text(tutorial)
        return folder

    monkeypatch.setattr(compose, "stages", stages)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site-packages"))  # of the kernels
    monkeypatch.setenv("SINFIT_PLUGINS", "told,compared")
    return tell


@pytest.fixture
def told(tell):
    """A plugin with a page; its folder."""
    return tell("told", TUTORIAL)


def test_an_edited_comment_or_docstring_of_a_fitter_rebuilds_its_page_and_runs_nothing(
    project, told
):
    assert project.build().ran == ("stages/told",)
    assert project.build().changed == {"en": 0, "ko": 0, "zh": 0}
    words = FITTER.replace("in its own way", "in a way of its own").replace("a remark", "another")
    (told / "fitter.py").write_text(words)
    built = project.build()
    assert built.ran == ()
    assert built.changed["en"] > 0
    page = project.page("stages/told/index.md", "en")
    assert "in a way of its own" in page
    assert "# another" in page
    (told / "fitter.py").write_text(words.replace("1.0", "2.0"))
    assert project.build().ran == ("stages/told",), "a statement counts"


def test_a_run_depends_on_the_core_and_the_plugins_that_its_code_names(monkeypatch):
    numpy = next(stage for stage in stages() if stage.name == "stages/numpy")
    cell = next(cell for cell in numpy.cells if cell.kind == "code")
    real = cache.programs

    def changed(code, package):
        document = numpy.with_cells([replace(cell, source=code)])
        before = run.key(document)
        with monkeypatch.context() as patch:
            patch.setattr(cache, "programs", lambda name: real(name) + "#" * (name == package))
            return run.key(document) != before

    assert changed("1", "sinfit")
    assert changed("1", "sinfit_numpy")
    assert not changed("1", "sinfit_tensor")
    assert changed("sinfit.fit('tensor')", "sinfit_tensor")
    assert changed("import sinfit_tensor", "sinfit_tensor")
    assert changed("sinfit.compare()", "sinfit_tensor")
    assert changed("!sinfit list", "sinfit_tensor")


@pytest.mark.parametrize("library", run.LIBRARIES)
def test_a_run_depends_on_the_versions_of_what_computes(monkeypatch, library):
    numpy = next(stage for stage in stages() if stage.name == "stages/numpy")
    cache.versions.cache_clear()
    before, real = run.key(numpy), cache.metadata.version
    monkeypatch.setattr(
        cache.metadata, "version", lambda each: "0" if each == library else real(each)
    )
    cache.versions.cache_clear()  # as a build does
    assert run.key(numpy) != before
    cache.versions.cache_clear()


def test_each_markdown_cell_is_taken_apart_once_on_its_way_to_three_languages(project, monkeypatch):
    text = "# %% [markdown]\n# # A page\n\n# %%\nx = 1\n\n# %% [markdown]\n# Words.\n"
    project.write("one.py", text)
    project.write("two.md", "# Two\n\nOthers.\n")
    project.translate("one", "ko", Words="글입니다.")
    parsed = []
    real = markdown.parse
    monkeypatch.setattr(markdown, "parse", lambda text: parsed.append(text) or real(text))
    project.build()
    assert sorted(parsed) == ["# A page", "# Two\n\nOthers.", "Words."]
    parsed.clear()
    project.update()
    assert len(parsed) == 3


@pytest.fixture
def composed(monkeypatch):
    """The pages that are composed, and in which language."""
    pages = []
    real = page_files._files
    monkeypatch.setattr(
        page_files,
        "_files",
        lambda page: pages.append((page.document.name, page.language)) or real(page),
    )
    return pages


def test_an_edited_text_composes_its_page_again_and_those_that_read_it(project, composed):
    project.write("one.md", "# One\n\nWords.\n")
    project.write("hooks.md", "# Hooks\n\n[[hooks: targets]]\n")
    project.write("status.md", "# Status\n\n[[status]]\n")
    project.build()
    composed.clear()
    project.write("one.md", "# One\n\nOther words.\n")
    project.build()
    assert {name for name, _language in composed} == {"one"}
    composed.clear()
    project.write("one.md", "# One\n\nOther words.\n\nAnd more, to be translated.\n")
    project.build()
    assert {name for name, _language in composed} == {"one", "status"}


def test_a_comment_of_a_stage_composes_its_page_again_and_no_other(project, told, composed):
    project.write("hooks.md", "# Hooks\n\n[[hooks: targets]]\n")
    project.build()
    composed.clear()
    (told / "fitter.py").write_text(FITTER.replace("a remark", "another"))
    project.build()
    assert {name for name, _language in composed} == {"stages/told"}


def test_a_page_with_the_difference_shows_the_programs_and_comments_of_the_other_stage(
    project, told, tell, composed
):
    differs = "\n# %% [markdown]\n# [[diff: told]]\n"
    tell("compared", TUTORIAL.replace("told", "compared") + differs)
    (told / "locale").mkdir()

    def translate(comment):
        catalog = f'msgid ""\nmsgstr "Language: ko\\n"\n\nmsgid "a remark"\nmsgstr "{comment}"\n'
        (told / "locale" / "ko.po").write_text(catalog)

    translate("한마디")
    assert project.build().warnings == ()
    composed.clear()
    (told / "tutorial.py").write_text(TUTORIAL.replace("A page", "The page"))
    project.build()
    assert {name for name, _language in composed} == {"stages/told"}
    composed.clear()
    translate("다른 말")
    project.build()
    assert set(composed) == {("stages/told", "ko"), ("stages/compared", "ko")}
    (told / "fitter.py").write_text(FITTER.replace("a remark", "another"))
    project.build()
    assert "another" in project.page("stages/compared/index.md", "en")


def test_an_edited_definition_shows_on_every_page_that_mentions_the_term(project):
    [definition] = (each.definition for each in terms() if each.english == "loss")
    project.write("one.md", "# One\n\nThe loss.\n")
    project.write("glossary.md", f"# Terms\n\n{definition}\n")
    for meaning in (
        "예측이 얼마나 틀렸는지 나타내는 수입니다.",
        "예측이 얼마나 어긋났는지 나타내는 수입니다.",
    ):
        project.translate("glossary", "ko", **{definition: meaning})
        project.build()
        assert meaning in project.page("one.md", "ko")


def test_only_the_page_of_an_edited_catalog_is_composed_again(project, composed):
    project.write("one.md", "# One\n\nWords.\n")
    project.write("two.md", "# Two\n\nOthers.\n")
    project.build()
    assert len(composed) == 6
    composed.clear()
    project.build()
    assert composed == []
    project.translate("one", "ko", One="하나")
    assert project.build().changed == {"en": 0, "ko": 1, "zh": 0}
    assert composed == [("one", "ko")]
    assert "# 하나" in project.page("one.md", "ko")
    composed.clear()
    (project.out / "zh" / "two.md").unlink()
    project.build()
    assert composed == [("two", "zh")], "a file that is gone is written again"


def test_a_wrong_translation_is_refused_again_and_again_until_it_is_mended(project):
    project.write("one.md", "# One\n\nUse `x`.\n")
    project.translate("one", "ko", Use="`y`를 씁니다.")
    for _ in range(2):
        with pytest.raises(TutorialError, match="code spans differ"):
            project.build()
    project.translate("one", "ko", Use="`x`를 씁니다.")
    project.build()
