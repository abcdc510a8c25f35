"""Notebook views show what the notebooks hold, once; formulas stay in their sentences."""

import json

import pytest
from bs4 import BeautifulSoup
from sinfit_replay.i18n import _
from sinfit_site.i18n import _ as word

from sinfit.i18n import BUILT_IN, speaking

LANGUAGES = BUILT_IN
SENTENCES = {"p", "li", "td", "th", "a", "em", "strong", "summary", "figcaption", "h2", "h3", "dd"}


def notebooks(site, language):
    found = sorted((site / language).glob("stages/*/notebook/index.html"))
    assert len(found) >= 10
    return found


def shown(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_view_shows_the_code_of_each_cell_once(site, language):
    for path in notebooks(site, language):
        (notebook,) = path.parents[1].glob("sinfit-*.ipynb")
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = [cell["source"].strip() for cell in cells if cell["cell_type"] == "code"]
        article = shown(path).select_one("article")
        blocks = article.select(".jp-InputArea-editor pre")
        assert [block.get_text().strip() for block in blocks] == code, path
        for pre in article.select("pre"):
            pre.decompose()
        text = " ".join(article.get_text().split())
        for source in code:
            assert " ".join(source.split()) not in text, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_reaches_what_is_wider_than_the_page(site, language):
    for path in notebooks(site, language):
        boxes = shown(path).select(".jp-Cell-inputWrapper, .jp-OutputArea-output")
        assert boxes, path
        assert all(box.get("tabindex") == "0" for box in boxes), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_view_folds_the_solutions(site, language):
    folded = 0
    for path in notebooks(site, language):
        (notebook,) = path.parents[1].glob("sinfit-*.ipynb")
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        page = shown(path)
        for cell in cells:
            (box,) = page.select(f'[id="cell-id={cell["id"]}"]')
            solution = "solution" in cell["metadata"].get("tags", ())
            assert bool(box.find_parent("details")) is solution, (path, cell["id"])
            folded += solution
    assert folded > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_formula_is_part_of_its_sentence(site, language):
    formulas = 0
    for path in (site / language).rglob("index.html"):
        for formula in shown(path).select("article math"):
            if formula.get("display") != "block":
                formulas += 1
                around = next(each.name for each in formula.parents if each.name != "span")
                assert around in SENTENCES, (path, around, str(formula))
    assert formulas > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_says_where_the_page_shows_more(site, language):
    notebook = site / language / "stages" / "tensor" / "sinfit-tensor.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    # the difference of the programs, the player
    with speaking(language):
        said = word("Here the page shows more than a notebook can.")
    assert text.count(f"*{said}*") == 2


@pytest.mark.parametrize("language", BUILT_IN[1:])
def test_generated_labels_and_sources_are_in_the_readers_language(site, language):
    titles = {
        tag.get_text()
        for tag in shown(site / language / "api/index.html").select(".doc-section-title")
    }
    assert len(titles) >= 4
    assert not [title for title in titles if title.isascii()]
    sources = shown(site / language / "published/tables/index.html").select(".sf-source")
    assert len(sources) >= 2
    with speaking(language):
        assert any(
            _("a Korean notebook with all eight stages") in tag.get_text() for tag in sources
        )
        assert (
            _("a Korean notebook with all eight stages")
            != "a Korean notebook with all eight stages"
        )
