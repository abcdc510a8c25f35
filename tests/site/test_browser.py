"""The site in Chromium: each language, light, dark and narrow."""

import re

import pytest

from sinfit.i18n import BUILT_IN

LANGUAGES = BUILT_IN
PAGES = ("", "stages/numpy/", "stages/dynamic/", "stages/tensor/notebook/", "glossary/", "cli/")
PAGES += ("questions/", "questions/results/", "questions/errors/")
PAGES += ("lab/", "python/", "packages/")
LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "narrow": ("light", 390)}


SMALLEST = """() => {
    document.querySelectorAll("details").forEach(each => each.open = true);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const sizes = [["nothing", 12]];
    while (texts.nextNode()) {
        const box = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !box.getClientRects().length) continue;
        if (box.closest("script, noscript, option, svg, math")) continue;
        sizes.push([texts.currentNode.data, parseFloat(getComputedStyle(box).fontSize)]);
    }
    return sizes.reduce((least, each) => each[1] < least[1] ? each : least);
}"""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_load_nothing_from_elsewhere_and_log_no_error(open_page, server, language, look):
    scheme, width = LOOKS[look]
    page = open_page(f"/{language}/", scheme, width)
    for path in PAGES:
        page.goto(f"{server}/{language}/{path}", wait_until="load")
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{path} overflows by {over}"
        if path == "lab/":  # it writes its program when it is there
            page.wait_for_selector(".sf-program code:not(:empty)", state="attached")
        assert page.evaluate(SMALLEST) == ["nothing", 12], path
        shown = page.evaluate("document.body.dataset.mdColorScheme")
        assert shown == ("slate" if scheme == "dark" else "default")
    assert page.troubles == []


@pytest.mark.parametrize(("look", "language"), [("light", "en"), ("dark", "zh"), ("narrow", "ko")])
def test_axe_finds_nothing_serious(open_page, server, language, look):
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    page = open_page(f"/{language}/", *LOOKS[look])
    stages = [f"stages/{stage}/" for stage in ("tensor", "dynamic", "your-own")]
    notebooks = [f"stages/{stage}/notebook/" for stage in ("numpy", "nn", "tensor")]
    others = ("python/", "published/", "glossary/", "translating/", "api/", "publishing/")
    others += ("questions/", "questions/results/", "questions/errors/notebook/")
    for path in ("", *others, *stages, *notebooks):
        page.goto(f"{server}/{language}/{path}", wait_until="load")
        page.wait_for_timeout(200)
        found = axe.run(page).response["violations"]
        grave = [
            (each["id"], node["html"][:160], node.get("failureSummary", "")[:200])
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"][:3]
        ]
        assert grave == [], path


COLOURS = """() => [
    document.body.dataset.mdColorScheme,
    getComputedStyle(document.documentElement).colorScheme,
    document.querySelector("meta[name=theme-color]").content,
    document.querySelector(".md-header label:not([hidden]) ~ input") ? 0 : 1,
]"""
LIGHT, DARK = ["default", "light", "#ffffff", 0], ["slate", "dark", "#12151d", 1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_until_somebody_chooses(open_page, server, scheme):
    first, other = (LIGHT, DARK) if scheme == "light" else (DARK, LIGHT)
    page = open_page("/en/", scheme)
    assert page.evaluate(COLOURS) == first
    page.click("label[for^=__palette]:visible")
    assert page.evaluate(COLOURS) == other
    page.goto(server + "/en/stages/numpy/")
    assert page.evaluate(COLOURS) == other
    page.focus(f"#__palette_{other[-1]}")
    page.keyboard.press("Enter")
    assert page.evaluate(COLOURS) == first
    page.reload()
    assert page.evaluate(COLOURS) == first
    assert page.troubles == []


def test_colours_are_there_before_the_page_and_nothing_styles_all_of_it_again(browser, server):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    # what the body and the root had whenever something was changed, and the tags in the head
    page.add_init_script("""
        window.seen = [];
        new MutationObserver(function () {
            if (!document.querySelector("article")) return;
            seen.push([document.body.dataset.mdColorScheme, document.documentElement.className,
                document.querySelectorAll("meta[name=color-scheme]").length].join());
        }).observe(document, { attributes: true, childList: true, subtree: true });
    """)
    page.goto(f"{server}/en/stages/dynamic/", wait_until="load")
    page.wait_for_selector(".sf-player.sf-ready")
    assert set(page.evaluate("seen")) == {"slate,js js-focus-visible,0"}
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_stays_on_the_page_and_is_remembered(open_page, server, language):
    other = LANGUAGES[(LANGUAGES.index(language) + 1) % 3]
    page = open_page(f"/{language}/stages/autograd/#idea")
    page.hover(".md-select button")
    page.click(f'a[data-language="{other}"]')
    page.wait_for_url(f"{server}/{other}/stages/autograd/#idea")
    page.goto(server + "/")
    page.wait_for_url(f"{server}/{other}/")


@pytest.mark.parametrize(
    ("locale", "language"), [("ko-KR", "ko"), ("zh-CN", "zh"), ("fr-FR", "en")]
)
def test_the_root_goes_by_the_browsers_language(open_page, server, locale, language):
    page = open_page("/", locale=locale)
    page.wait_for_url(f"{server}/{language}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_player_works_by_mouse_and_by_keyboard_and_speaks(open_page, language):
    page = open_page(f"/{language}/stages/numpy/")
    slider = page.locator(".sf-player input")
    curve = page.locator(".sf-player path.sf-fit")
    slider.scroll_into_view_if_needed()
    assert "2000" in slider.get_attribute("aria-valuetext")
    end = curve.get_attribute("d")

    slider.focus()
    page.keyboard.press("Home")
    start = curve.get_attribute("d")
    spoken = slider.get_attribute("aria-valuetext")
    assert start != end
    assert re.search(r"(?<!\d)0(?!\d)", spoken)
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != spoken
    assert page.locator(".sf-player output").inner_text() == slider.get_attribute("aria-valuetext")

    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert 15 <= int(slider.input_value()) <= 30

    button = page.locator(".sf-player button")
    before = int(slider.input_value())
    button.click()
    page.wait_for_function(f"+document.querySelector('.sf-player input').value > {before}")
    button.click()
    stopped = slider.input_value()
    page.wait_for_timeout(300)
    assert slider.input_value() == stopped
    assert page.troubles == []


def test_the_home_page_plays_by_itself_unless_motion_is_unwanted(open_page):
    page = open_page("/en/")
    page.wait_for_function("+document.querySelector('.sf-player input').value > 1")
    still = open_page("/en/", reduced_motion="reduce")
    still.wait_for_timeout(400)
    assert still.locator(".sf-player input").input_value() == still.locator(
        ".sf-player input"
    ).get_attribute("max")


def test_without_a_script_the_player_shows_the_fitted_curve(open_page):
    page = open_page("/en/stages/numpy/", java_script_enabled=False)
    assert page.locator(".sf-player path.sf-fit").get_attribute("d").startswith("M")
    assert "2000" in page.locator(".sf-player output").inner_text()


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "없는 페이지"), ("zh", "没有这个页面"), ("en", "no such page")]
)
def test_the_404_page_speaks_the_readers_language(open_page, language, words):
    page = open_page("/404.html", locale={"ko": "ko-KR", "zh": "zh-CN", "en": "en-US"}[language])
    assert words in page.inner_text("main")
