"""Exercises are judged in the page, by what their solution printed."""

import re

import pytest
from sinfit_site.errors import TutorialError

LANGUAGES = ("en", "ko", "zh")
STAGES = ("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic")
PAGES = ("prologue", *STAGES, "your-own", "rounding", "epilogue")
PAGE = """\
# %% [markdown]
# # T
#
# ## Exercise {#exercise}
#
# How many?
#
# - one
# - two
#
# [[{directive}]]

# %% [markdown] tags=["hint"]
# Count them.

# %% tags=["solution"]
print("all", 12.5)
print("is one", False)

# %% tags=["build-only"]
print("is two", True)

# %% [markdown]
# ## Next {#next}

# %% tags=["solution"]
print("other", 3, True)
"""


@pytest.fixture
def page(project):
    project.write("index.md", "# Home\n")

    def build(directive):
        project.write("stages/one.py", PAGE.replace("{directive}", directive))
        project.build()
        return project.page("stages/one/index.md", "en")

    return build


def test_what_is_right_comes_from_the_run_of_its_own_exercise(page):
    assert 'data-answer="12.5" data-within="0.02"' in page("answer: all | 2")
    text = page("choices")
    assert 'data-right="1" data-one="1"' in text
    assert "<summary>Hint</summary>" in text
    assert "is two" not in text  # what is only for the build


@pytest.mark.parametrize(
    ("directive", "said"),
    [("answer: other", "prints a number after 'other'"), ("answer: is", "prints a number")],
)
def test_an_answer_that_no_cell_prints_is_an_error(page, directive, said):
    with pytest.raises(TutorialError, match=said):
        page(directive)


def test_a_list_that_the_run_does_not_judge_is_an_error(page, monkeypatch):
    monkeypatch.setitem(globals(), "PAGE", PAGE.replace("# - two\n", ""))
    with pytest.raises(TutorialError, match="1 entries, and the exercise prints 2 lines"):
        page("choices")


def test_every_exercise_is_judged_and_has_a_hint(site):
    for name in PAGES:
        html = (site / "en/stages" / name / "index.html").read_text(encoding="utf-8")
        exercises = re.split(r'<h[23] id="exercise(?:s|-\d)">', html)[1:]
        exercises = [each.partition("<h2")[0] for each in exercises]
        asked = [each for each in exercises if "<summary>Solution</summary>" in each]
        assert asked, name
        for number, each in enumerate(asked, 1):
            assert each.count('<form class="sf-answer" hidden') == 1, (name, number)
            assert each.count("<summary>Hint</summary>") == 1, (name, number)


def fill(form, *, right):
    """Answer an exercise rightly or wrongly; return what is said."""
    if field := form.query_selector("input[type=text]"):
        answer = float(form.get_attribute("data-answer"))
        field.fill(f"{answer:.10g}" if right else f"{2 * answer + 1:.4g}")
    else:
        wanted = [*map(int, form.get_attribute("data-right").split(","))]
        boxes = form.query_selector_all("li input")
        for number, box in enumerate(boxes):
            checked = (number in wanted) == right
            if box.get_attribute("type") == "checkbox":
                box.set_checked(checked)
            elif checked:
                box.check()
    form.query_selector("button").click()
    said = form.query_selector("output")
    return said.get_attribute("class"), said.inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_right_and_wrong_answers_are_judged_right(open_page, server, language):
    page, count = open_page(f"/{language}/"), 0
    for name in PAGES:
        page.goto(f"{server}/{language}/stages/{name}/", wait_until="load")
        for form in page.query_selector_all(".sf-answer"):
            count += 1
            style, words = fill(form, right=False)
            assert (style, bool(words)) == ("sf-is-not", True), name
            style, words = fill(form, right=True)
            assert (style, bool(words)) == ("sf-is-right", True), name
    assert count >= len(PAGES)
    assert page.troubles == []


@pytest.mark.parametrize(
    "text",
    ["3.56e-6", "3,56e-6", "3.56E-06", "3.56·10^-6", "3.56 × 10⁻⁶", "0.00000356", " +.00000356 "],
)
def test_numbers_may_be_written_in_many_ways(open_page, text):
    page = open_page("/en/stages/numpy/")
    form = page.locator(".sf-answer").nth(1)  # the stability limit
    form.locator("input").fill(text)
    page.keyboard.press("Enter")
    assert form.locator("output").get_attribute("class") == "sf-is-right"


def test_a_power_is_a_number(open_page):
    page = open_page("/en/stages/tensor/")
    form = page.locator(".sf-answer").nth(2)
    form.locator("input").fill("2^24")
    page.keyboard.press("Enter")
    assert form.locator("output").get_attribute("class") == "sf-is-right"


def test_what_is_no_number_and_what_is_off_is_said_in_words(open_page):
    page = open_page("/en/stages/numpy/")
    form = page.locator(".sf-answer").nth(1)
    for text, said in (("", "number"), ("e", "number"), ("3e-6", "larger"), ("5e-6", "smaller")):
        form.locator("input").fill(text)
        form.locator("button").click()
        assert re.search(rf"\b{said}\b", form.locator("output").inner_text())
    assert "hint" in form.locator("output").inner_text()  # after two wrong answers


def test_choices_are_made_by_keyboard_and_have_names(open_page):
    page = open_page("/en/stages/tensor/")
    form = page.locator(".sf-answer").first
    box = form.get_by_role("checkbox", name="a.item()")
    box.focus()
    page.keyboard.press("Space")
    form.get_by_role("checkbox", name="a.clone()").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert form.locator("output").inner_text() == "Right."


def test_without_a_script_the_list_and_the_solution_are_there_and_no_field(open_page):
    page = open_page("/en/stages/tensor/", java_script_enabled=False)
    assert not page.locator(".sf-answer").first.is_visible()
    assert page.get_by_text("a.detach()", exact=True).first.is_visible()
    page.locator("details.success").first.locator("summary").click()
    assert page.locator("details.success").first.locator("pre").first.is_visible()


def test_what_is_done_is_kept_in_the_browser_and_shown_in_the_sidebar(open_page, server):
    page = open_page("/en/stages/tensor/")
    ticks = page.locator(".md-nav--primary .sf-tick")
    assert ticks.count() == 0
    fill(page.query_selector(".sf-answer"), right=True)
    assert ticks.all_inner_texts() == ["1/3"]
    assert ticks.get_attribute("aria-label") == "1 of 3 exercises solved"
    button = page.get_by_role("button", name="I have done this page")
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    page.goto(server + "/ko/stages/numpy/", wait_until="load")  # whatever the language
    link = page.locator(".md-nav--primary a", has=page.locator(".sf-tick"))
    assert link.get_attribute("href").endswith("/tensor/")
    assert link.locator(".sf-tick").inner_text() == "✓"
    page.goto(server + "/en/stages/tensor/", wait_until="load")
    assert page.locator(".sf-answer output").first.inner_text() == "Solved."
    button.click()
    assert ticks.all_inner_texts() == ["1/3"]
    assert page.troubles == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_learning_path_leads_from_home_through_numbered_stages(open_page, server, language):
    page = open_page(f"/{language}/")
    order = ["prologue", *STAGES[:7], "your-own", "dynamic", "rounding", "epilogue"]
    for name in order:
        page.click(".md-footer__link--next")
        page.wait_for_url(f"{server}/{language}/stages/{name}/")
    titles = page.locator(".md-nav--primary .md-nav__item--section").first.inner_text()
    assert re.findall(r"\b(\d)\. ", titles) == [*"12345678"]
