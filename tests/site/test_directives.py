"""A directive of any plugin works without a line changed here, and can break only its own page."""

import sys

import pytest
from sinfit_site.errors import TutorialError
from sinfit_site.sources import compose
from sinfit_site.sources.compose import stages

from sinfit.i18n import BUILT_IN

PLUGIN = """
from sinfit import CUBIC, DirectiveSpec, FitterSpec, hookimpl


@hookimpl
def sinfit_directives():
    return [DirectiveSpec(name={name!r}, render={render!r})]
"""
PAGE = """
from sinfit import CUBIC, FitterSpec


@hookimpl
def sinfit_fitters():
    return [FitterSpec(name="paged", title="T", summary="S.", fitter=__name__ + ":fit",
                       model=CUBIC, steps=3, learning_rate=1e-6, tutorial="page.py")]


def fit(x, y, *, initial, steps, learning_rate):
    for _ in range(steps):
        yield 1.0, initial
    return initial
"""
RENDER = """
from sinfit.i18n import current_language


def hello(page, argument):
    return f"Hello, **{argument}**, from {page.document.name} in {current_language()}."


def number(page, argument):
    return 42


def fails(page, argument):
    raise KeyError("no such thing")


def ends(page, argument):
    raise SystemExit
"""
TUTORIAL = """\
# %% [markdown]
# # A page
#
# [[{directive}]]

# %%
import sinfit

result = sinfit.fit("paged")
"""


@pytest.fixture
def offer(project, install, monkeypatch, tmp_path):  # noqa: ARG001 (it patches before us)
    """Install plugins that offer one directive each, none of which is imported before its use."""
    names = []

    def add(plugin, name, function, page=""):
        names.append(plugin)
        monkeypatch.setenv("SINFIT_PLUGINS", ",".join(names))
        package = f"sinfit_{plugin}"
        source = PLUGIN.format(name=name, render=f"{package}.words:{function}")
        site = install(f"sinfit-{plugin}", source)
        (site / f"{package}.py").unlink()
        (site / package).mkdir()
        (site / package / "__init__.py").write_text(source + (PAGE if page else ""))
        (site / package / "words.py").write_text(RENDER)
        (site / package / "page.py").write_text(page)

    monkeypatch.setattr(compose, "stages", stages)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site-packages"))  # of the kernels
    yield add
    for plugin in names:
        for module in (f"sinfit_{plugin}", f"sinfit_{plugin}.words"):
            sys.modules.pop(module, None)


def test_a_directive_of_a_plugin_is_given_its_page_argument_and_language(project, offer):
    offer("polite", "hello", "hello")
    project.write("index.md", "# Home\n\nWords.\n")
    project.build()
    assert "sinfit_polite.words" not in sys.modules, "imported before it is used"
    project.write("index.md", "# Home\n\nWords.\n\n[[hello: you there]]\n")
    project.build()
    for language in BUILT_IN:
        page = project.page("index.md", language)
        assert f"Hello, **you there**, from index in {language}." in page


@pytest.mark.parametrize(
    ("function", "says"),
    [
        ("fails", "of sinfit-rude fails: KeyError"),
        ("ends", "of sinfit-rude fails: SystemExit"),
        ("number", "of sinfit-rude gives no text: 42"),
        ("missing", "sinfit-rude/mine cannot be loaded from sinfit_rude.words:missing"),
    ],
)
def test_a_directive_that_fails_breaks_its_page_and_is_named_with_file_and_line(
    project, offer, function, says
):
    project.write("index.md", "# Home\n\nWords.\n")
    offer("rude", "mine", function, TUTORIAL.format(directive="mine"))
    built = project.build()
    (line,) = built.warnings
    assert line.startswith("sinfit-rude: its page is left out: ")
    assert "sinfit_rude/page.py:4: [[mine]]" in line
    assert says in line
    assert not (project.out / "en/stages/paged").exists()
    assert "Words." in project.page("index.md", "ko")
    project.write("index.md", "# Home\n\nWords.\n\n[[mine]]\n")
    with pytest.raises(TutorialError, match=r"index\.md:5: \[\[mine\]\]"):
        project.build()


def test_two_plugins_with_one_directive_are_both_named_where_it_is_used(project, offer):
    offer("one", "mine", "hello")
    offer("two", "mine", "hello")
    project.write("index.md", "# Home\n\nWords.\n")
    project.build()
    project.write("index.md", "# Home\n\n[[mine]]\n")
    with pytest.raises(TutorialError, match=r"index.md:3: .*sinfit-one/mine / sinfit-two/mine"):
        project.build()
    project.write("index.md", "# Home\n\n[[sinfit-two/mine: all]]\n")
    project.build()
    assert "Hello, **all**" in project.page("index.md", "en")


def test_our_own_directives_are_offered_as_anybodys():
    from sinfit_site import DIRECTIVES

    from sinfit.registry.plugins import offers

    found = offers("sinfit_directives")
    for name in DIRECTIVES:
        assert callable(found[name].load("render")), name


def test_a_page_includes_a_program_in_its_fences(project):
    project.write("program.py", '"""Doc."""\n\n\ndef answer():\n    return 42\n')
    (project.docs / "program.py").rename(project.docs.parent / "program.py")
    project.write("index.md", "# Home\n\n```python\n# include: ../program.py:answer\n```\n")
    project.build()
    assert "def answer():\n    return 42\n```" in project.page("index.md", "ko")
    project.write("index.md", "# Home\n\n```python\n# include: ../program.py:gone\n```\n")
    with pytest.raises(TutorialError, match="has no 'gone' to include"):
        project.build()


def test_a_misspelt_directive_is_named_with_its_line_and_the_nearest(project):
    project.write("index.md", "# Home\n\n[[plaayer]]\n")
    with pytest.raises(TutorialError, match=r"index\.md:3: \[\[plaayer\]\]: there is no") as seen:
        project.build()
    assert "Did you mean [[player]]?" in str(seen.value)
