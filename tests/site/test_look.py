"""How the site looks: charts, and in Chromium what the style sheet and the script bring about."""

import re

import pytest

from sinfit.tutorials.chart import Chart
from sinfit.tutorials.features.stages import _four
from sinfit.tutorials.plots import translate_texts

STAGES = ("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic")


def test_labels_that_would_touch_on_a_phone_are_spare():
    low = Chart((0, 1), (1, 1e4), log=True, height=110).svg("")
    assert re.findall(r'class="(sf-y[^"]*)"', low) == ["sf-y", "sf-y sf-spare"] * 2 + ["sf-y"]
    assert "sf-spare" not in Chart((0, 1), (1, 1e4), log=True, height=280).svg("")


@pytest.mark.parametrize(
    ("value", "shown"), [(9.08490304, "9.0849"), (-0.13143, "−0.1314"), (-1e-9, "0.0000")]
)
def test_numbers_of_the_stages_have_four_decimals_and_a_real_minus(value, shown):
    assert _four(value) == shown


@pytest.mark.parametrize(("at", "moved"), [(300, ' transform="translate(-40 0)"'), (40, "")])
def test_a_legend_at_the_right_makes_room_for_a_longer_translation(at, moved):
    text = f'<text style="font-size: 10px" x="{at}" y="9">{{}}</text>'
    key = '<g id="k"><path d="M 0 0"/></g>'
    picture = f'<svg viewBox="0 0 400 200"><g id="legend_1">{key}<g id="t">{text}</g></g></svg>'
    drawn = translate_texts(picture.format("ab"), lambda _: "가나다라" + "x" * 2)
    assert f'<g id="legend_1"{moved}>' in drawn
    assert "가나다라xx" in drawn


@pytest.fixture
def open_page(browser, server):
    contexts = []

    def open_one(path, width=1280, scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(server + path, wait_until="load")
        page.wait_for_function("document.querySelector('.md-code__button, .md-button')")
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_outputs_wrap(open_page, server, width):
    page = open_page("/en/", width)
    for path in ("", "python/", *(f"stages/{stage}/" for stage in STAGES)):
        page.goto(f"{server}/en/{path}", wait_until="load")
        cut = page.evaluate(
            """[...document.querySelectorAll("article .highlight code")]
               .filter(each => getComputedStyle(each).borderTopStyle === "dashed")
               .map(each => each.scrollWidth - each.clientWidth)"""
        )
        assert cut
        assert max(cut) <= 0, path


def test_what_is_copied_runs(open_page):
    page = open_page("/en/install/", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".highlight:has(.gp) .md-code__button").first.click()
    page.wait_for_selector(".md-dialog--active")
    assert not re.search(r"^\$", page.evaluate("navigator.clipboard.readText()"), re.MULTILINE)


def test_a_diff_has_no_copy_button(open_page):
    page = open_page("/en/stages/tensor/")
    assert page.locator(".sf-diff").is_visible()
    assert page.locator(".sf-diff .md-code__button:visible").count() == 0


def test_published_tables_are_dense_and_their_verdicts_differ_by_more_than_colour(open_page):
    page = open_page("/en/stages/module/")
    icons = {}
    for verdict in ("reproduced", "contradicted"):
        summary = page.locator(f"details.sf-{verdict} > summary").first
        icons[verdict] = summary.evaluate("each => getComputedStyle(each, '::before').maskImage")
        summary.click()
    assert len(set(icons.values())) == 2
    cell = page.locator("details.sf-reproduced[open] td").nth(1)
    assert cell.evaluate("each => getComputedStyle(each).textAlign") == "right"
    assert cell.bounding_box()["height"] < 36


def test_a_terms_meaning_shows_on_hover_on_focus_and_on_a_tap(open_page):
    page = open_page("/en/stages/tensor/")
    term, shown = page.locator("article abbr").first, page.locator(".md-tooltip2--active")
    meaning = term.get_attribute("title")
    term.hover()
    assert shown.inner_text() == meaning
    page.mouse.move(2, 2)
    shown.wait_for(state="detached")
    term.focus()
    assert shown.inner_text() == meaning
    phone = open_page("/en/stages/tensor/", 390, has_touch=True, is_mobile=True)
    phone.locator("article abbr").first.tap()
    assert phone.locator(".md-tooltip2--active").inner_text() == meaning


def test_labels_can_be_read_on_a_phone(open_page):
    page = open_page("/en/stages/numpy/", 390)
    heights = page.evaluate(
        """[...document.querySelectorAll(".sf-plot text, .sf-player text")]
           .filter(each => each.getClientRects().length && /\\d/.test(each.textContent))
           .map(each => each.getBoundingClientRect().height)"""
    )
    assert min(heights) >= 10


def test_paper_shows_the_last_step_and_no_buttons(open_page):
    page = open_page("/en/")
    slider = page.locator(".sf-player input")
    assert page.locator(".sf-player output").get_attribute("aria-live") == "off"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert slider.input_value() == slider.get_attribute("max")
    assert page.locator(".sf-player output").get_attribute("aria-live") == "polite"
    page.emulate_media(media="print")
    assert page.locator(".md-code__button:visible").count() == 0


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_a_languages_404_page_finds_its_styles_and_its_home(open_page, server, language):
    page = open_page(f"/{language}/404.html")
    assert page.title() != "sinfit"
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--sf-line')")
    page.click("article .md-button")
    page.wait_for_url(f"{server}/{language}/")


def test_the_roots_404_page_links_into_the_site(site):
    links = re.findall(r'href="([^"]*)"', (site / "404.html").read_text(encoding="utf-8"))
    assert links == ["/en/", "/ko/", "/zh/"]
