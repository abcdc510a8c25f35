"""The questions: each is answered by a run and a link, and messages are those that are printed."""

import re

import pytest
from bs4 import BeautifulSoup

LANGUAGES = ("en", "ko", "zh")
PAGES = ("questions", "questions/results", "questions/errors")

# the message depends on the computer, or a plain program cannot cause it
OTHER_WORDS = {"same-device", "no-cuda", "no-module"}


def questions(site, language, page):
    """For each question of a page: its id, its title, and what stands below it."""
    html = (site / language / page / "index.html").read_text(encoding="utf-8")
    article = BeautifulSoup(html, "html.parser").article
    for heading in article.select("h3"):
        below = []
        for element in heading.find_next_siblings():
            if element.name in ("h2", "h3"):
                break
            below.append(element)
        for anchor in heading.select(".headerlink"):
            anchor.decompose()
        yield (
            heading["id"],
            heading.get_text(),
            BeautifulSoup("".join(map(str, below)), "html.parser"),
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_a_run_and_a_link_below_it(site, language):
    count = 0
    for page in PAGES:
        for name, _, answer in questions(site, language, page):
            count += 1
            assert answer.select(".sf-code"), name
            outputs = [output.get_text().strip() for output in answer.select(".sf-output")]
            assert outputs, name
            assert all(outputs), name
            assert answer.select("p a[href]"), name
    assert count > 25


def test_the_lab_knows_every_state_that_a_question_links_to(site, open_page):
    states = set()
    for page in PAGES:
        html = (site / "en" / page / "index.html").read_text(encoding="utf-8")
        links = BeautifulSoup(html, "html.parser").select('article a[href*="lab/?"]')
        states |= {link["href"].partition("?")[2] for link in links}
    assert len(states) > 15
    page = open_page("/en/lab/")
    page.wait_for_function("globalThis.sinfitLab?.labs?.length")
    for state in states:
        wrong, kept = page.evaluate(
            """text => {
              const { state, wrong } = sinfitLab.readState(text, sinfitLab.labs[0].words);
              return [wrong, sinfitLab.writeState(state)];
            }""",
            state,
        )
        assert wrong == []
        # all that the link names is known, and differs from what the lab has anyway
        assert {*re.findall(r"(\w+)=", kept)} == {*re.findall(r"(\w+)=", state)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_is_titled_with_the_words_that_are_printed(site, language):
    missed = set()
    for name, title, answer in questions(site, language, "questions/errors"):
        printed = re.findall(r"\w+", " ".join(o.get_text() for o in answer.select(".sf-output")))
        rest = iter(printed)  # in the title's order; numbers and names may stand between
        if not all(word in rest for word in re.findall(r"\w+", title)):
            missed.add(name)
    assert missed <= OTHER_WORDS


def test_degree_15_overfits_where_a_cubic_does_not(site):
    answers = {name: answer for name, _, answer in questions(site, "en", "questions/results")}
    table = answers["overfitting"].select_one(".sf-output").get_text()
    rows = {int(row[0]): [*map(float, row[1:])] for row in map(str.split, table.splitlines()[1:])}
    assert rows[15][0] < rows[3][0] < rows[3][1] < rows[15][1]
