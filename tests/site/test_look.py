"""How the site looks: charts, and in Chromium what the style sheet and the script bring about."""

import re

import pytest
from sinfit_site.directives.chart import Chart
from sinfit_site.directives.tables import _four
from sinfit_site.running.plots import translate_texts

from sinfit.i18n import BUILT_IN

STAGES = ("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic")
TABLES = ("published/", "install/", "python/", "plugins/", "translating/", "glossary/")
TABLES += ("lab/", "stages/rounding/")


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
        page.wait_for_function("globalThis.component$")
        return page

    yield open_one
    for context in contexts:
        context.close()


def test_outputs_keep_their_lines_and_scroll(open_page, server):
    page = open_page("/ko/", 360)
    for path in ("cli/", "stages/tensor/", "stages/tensor/notebook/"):
        page.goto(f"{server}/ko/{path}", wait_until="load")
        page.wait_for_timeout(100)
        found = page.evaluate(
            """[...document.querySelectorAll(".sf-output code, .jp-OutputArea-output pre")]
               .filter(each => each.clientWidth)
               .map(each => [getComputedStyle(each).whiteSpace, getComputedStyle(each).overflowX,
                             each.scrollWidth > each.clientWidth, each.tabIndex])"""
        )
        assert {(space, over) for space, over, *_ in found} == {("pre", "auto")}, path
        cut = [reached for *_, wide, reached in found if wide]
        assert cut, path
        assert set(cut) == {0}, path  # by keyboard too


def test_no_code_lies_under_the_copy_button(open_page):
    page = open_page("/en/stages/numpy/", 390)
    for block in page.locator("article > .highlight > pre").all():
        block.scroll_into_view_if_needed()
        block.locator(".md-code__nav").wait_for()  # which is made when somebody sees it
    over = page.evaluate(
        """[...document.querySelectorAll("pre:has(> .md-code__nav)")].filter(each =>
             each.clientWidth && each.querySelector(".md-code__nav").getBoundingClientRect().left <
             each.querySelector("code").getBoundingClientRect().right - 1).length"""
    )
    assert page.locator("pre:has(> .md-code__nav)").count() > 5
    assert over == 0


@pytest.mark.parametrize("path", ["ko/", "ko/stages/optim/"])
def test_korean_is_not_broken_inside_words(open_page, path):
    page = open_page(f"/{path}", 390)
    broken = page.evaluate(
        """() => {
          const found = [], range = document.createRange();
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const text = walk.currentNode;
            const around = text.parentElement;
            if (!around.checkVisibility() || around.closest("svg, .md-search")) continue;
            for (const word of text.data.matchAll(/[가-힣]{2,6}/g)) {
              range.setStart(text, word.index);
              range.setEnd(text, word.index + word[0].length);
              const seen = [...range.getClientRects()].filter(each => each.width > 1);
              const rows = new Set(seen.map(each => Math.round(each.top)));
              if (rows.size > 1) found.push(word[0]);
            }
          }
          return found;
        }"""
    )
    assert broken == []


def test_what_is_copied_runs(open_page):
    page = open_page("/en/install/", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".highlight:has(.gp)").first.scroll_into_view_if_needed()
    page.locator(".highlight:has(.gp) .md-code__button").first.click()
    page.wait_for_selector(".md-dialog--active")
    assert not re.search(r"^\$", page.evaluate("navigator.clipboard.readText()"), re.MULTILINE)


def test_a_diff_has_no_copy_button(open_page):
    page = open_page("/en/stages/tensor/")
    assert page.locator(".sf-diff").is_visible()
    assert page.locator(".sf-diff .md-code__button:visible").count() == 0


def test_published_tables_are_dense_and_their_verdicts_differ_by_more_than_colour(open_page):
    page = open_page("/en/published/tables/")
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


@pytest.mark.parametrize("language", BUILT_IN)
@pytest.mark.parametrize("path", TABLES)
def test_no_table_scrolls_sideways_on_a_phone(open_page, language, path):
    page = open_page(f"/{language}/{path}", 360)
    for lab in page.locator(".sf-lab").all():  # which fills its table when somebody comes near
        lab.scroll_into_view_if_needed()
        page.wait_for_selector(".sf-modes td", state="attached")
    page.wait_for_selector(".md-typeset__scrollwrap, .sf-modes")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    boxes = page.locator("article :is(.md-typeset__scrollwrap, .sf-scroll, table)").all()
    boxes.append(page.locator("html"))
    beyond = [box.evaluate("each => each.scrollWidth - each.clientWidth") for box in boxes]
    assert len(boxes) > 2
    assert max(beyond) <= 1


@pytest.mark.parametrize("path", ["", "lab/", "stages/numpy/", "stages/prologue/"])
def test_words_in_pictures_are_large_enough_on_a_phone(open_page, path):
    page = open_page(f"/en/{path}", 360)
    for lab in page.locator(".sf-lab").all():  # which draws when somebody comes near
        lab.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    sizes = page.evaluate(
        """[...document.querySelectorAll("article svg text")]
           .filter(each => each.getClientRects().length && each.textContent.trim())
           .map(each => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a ||
                        parseFloat(getComputedStyle(each).fontSize) * -each.getScreenCTM().b)"""
    )
    assert len(sizes) > 5
    assert min(sizes) >= 11


def test_a_finger_finds_the_button_of_the_player(open_page):
    box = open_page("/en/", 360).locator(".sf-player button").bounding_box()
    assert min(box["width"], box["height"]) >= 44


def test_forced_colours_leave_legends_theirs(open_page):
    page = open_page("/en/stages/numpy/", forced_colors="active")
    inks = page.evaluate(
        """[...document.querySelectorAll(".sf-player .sf-key")]
           .map(each => getComputedStyle(each, "::before").borderTopColor)"""
    )
    assert len(set(inks)) == 3


def test_a_formula_is_set_in_a_font_for_maths(open_page, site):
    page = open_page("/en/stages/numpy/")
    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('9px \"sf maths\"'))"
    )
    assert (site / "fonts" / "maths.woff2").stat().st_size < 12_000
    # limits stand above and below a sum only by such a font's own measures
    high = page.evaluate(
        """[...document.querySelectorAll("article .sf-maths munderover")].map(each => {
             const [sum, low, top] = [...each.children].map(part => part.getBoundingClientRect());
             return low.top >= sum.bottom - 2 && top.bottom <= sum.top + 2; })"""
    )
    assert high
    assert all(high)


def test_parts_of_a_formula_stand_below_one_another_on_a_phone(open_page):
    page = open_page("/en/stages/optim/", 360)
    over = page.evaluate(
        """[...document.querySelectorAll("article .sf-maths")]
           .map(each => each.scrollWidth - each.clientWidth)"""
    )
    assert over
    assert max(over) <= 0


def test_paper_shows_the_last_step_and_no_buttons(open_page):
    page = open_page("/en/")
    slider = page.locator(".sf-player input")
    assert page.locator(".sf-player output").get_attribute("aria-live") == "off"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert slider.input_value() == slider.get_attribute("max")
    assert page.locator(".sf-player output").get_attribute("aria-live") == "polite"
    page.goto(page.url + "stages/numpy/", wait_until="load")
    assert page.locator("article details:not([open])").count() > 2
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("article details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="print")
    assert page.locator("article details").last.evaluate("each => each.scrollHeight") > 60
    assert page.locator(".md-code__button:visible").count() == 0


@pytest.mark.parametrize("language", BUILT_IN)
def test_a_languages_404_page_finds_its_styles_and_its_home(open_page, server, language):
    page = open_page(f"/{language}/404.html")
    assert page.title() != "sinfit"
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--sf-line')")
    page.click("article .md-button")
    page.wait_for_url(f"{server}/{language}/")


def test_the_roots_404_page_links_into_the_site(site):
    links = re.findall(r'href="([^"]*)"', (site / "404.html").read_text(encoding="utf-8"))
    assert links == ["/en/", "/ko/", "/zh/"]
