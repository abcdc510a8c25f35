"""The lab in the real site in Chromium: by mouse, touch and keyboard, in each language."""

import gzip
import re

import pytest
from rcssmin import cssmin
from rjsmin import jsmin

LANGUAGES = ("en", "ko", "zh")
LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "narrow": ("light", 390)}

# what people do with the whole lab: its state, and the step that is shown
STATE = "sinfitLab.labs[0].s"
AT = "sinfitLab.labs[0].at"


def ready(page):
    """Go there, and wait until the run is done and drawn, and the address written."""
    page.locator(".sf-lab").first.scroll_into_view_if_needed()
    page.wait_for_function("globalThis.sinfitLab?.labs?.[0].run.done && !sinfitLab.labs[0].frame")
    page.wait_for_timeout(250)
    if page.locator(".sf-games").count():
        page.locator(".sf-games").scroll_into_view_if_needed()
        page.wait_for_function("sinfitLab.fate && document.querySelector('.sf-game label input')")
        page.evaluate("scrollTo(0, 0)")
    return page


def said(page):
    return page.locator(".sf-transport output").inner_text()


def test_programs_and_style_are_small(assets):
    files = [path for path in assets.iterdir() if path.suffix in (".js", ".css")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= 30_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_site_has_the_assets_of_the_plugin(site, assets, language):
    for path in assets.iterdir():
        copied = site / language / "assets" / "sinfit_lab" / path.name
        smaller = {".js": jsmin, ".css": cssmin}[path.suffix]
        assert copied.read_text("utf-8") == smaller(path.read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_trains_as_the_stage_does_and_can_be_set_by_mouse(open_page, language):
    import sinfit

    page = ready(open_page(f"/{language}/lab/"))
    assert f"{sinfit.fit('numpy', seed=0).sse:.6g}" in said(page)

    page.select_option('[data-key="optimizer"]', "adam")
    page.select_option('[data-key="loss"]', "mean")
    slider = page.locator('.sf-lab [data-key="degree"]')
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    ready(page)
    state = page.evaluate(STATE)
    assert (state["optimizer"], state["loss"], state["degree"]) == ("adam", "mean", 8)
    assert page.locator(".sf-modes tbody tr").count() == 9

    loss = page.locator("[data-chart=loss] > svg")
    middle = {"x": loss.bounding_box()["width"] / 2, "y": 60}
    loss.hover(position=middle)  # waits until nothing moves
    page.wait_for_function("document.querySelector('[data-chart=loss] .sf-said').textContent")
    page.mouse.down()
    page.evaluate("sinfitLab.labs[0].drawNow()")  # as a slow machine does while one clicks
    page.mouse.up()
    assert 800 < page.evaluate(AT) < 1200
    page.click('[data-do="step"]')
    before = page.evaluate(AT)
    page.select_option('[data-do="speed"]', "50")  # or it may end before it is stopped
    page.click('[data-do="play"]')
    page.wait_for_function(f"{AT} > {before} + 10")
    page.click('[data-do="play"]')
    stopped = page.evaluate(AT)
    page.wait_for_timeout(200)
    assert page.evaluate(AT) == stopped
    page.click('[data-do="reset"]')
    assert page.evaluate(AT) == 0
    assert page.troubles == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_by_keyboard_alone_everything_is_reached_and_left(open_page, language):
    page = ready(open_page(f"/{language}/lab/"))
    page.locator(".sf-tries button").first.focus()
    found = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        found.add(
            page.evaluate(
                """(() => { const e = document.activeElement, chart = e.closest("[data-chart]");
                    return e.dataset.do || e.dataset.key || e.dataset.state
                        || (e.tagName === "svg" && chart ? "chart " + chart.dataset.chart : "")
                        || e.name || e.tagName; })()"""
            )
        )
    assert {"play", "step", "reset", "at", "speed", "link", "python", "watch"} <= found
    assert {"chart curve", "chart loss", "chart landscape", "across", "up"} <= found
    assert {"target", "n", "noise", "held", "degree", "scale", "loss", "optimizer"} <= found
    assert {"lr", "steps", "seed", "bug"} <= found

    page.locator("[data-chart=loss] > svg").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    assert page.evaluate(AT) == 101
    page.wait_for_function(
        "document.querySelector('[data-chart=loss] > svg').ariaValueText.includes('101')"
    )
    curve = page.locator("[data-chart=curve] > svg")
    curve.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "document.querySelector('[data-chart=curve] > svg').ariaValueText?.includes('x = ')"
    )
    rate = page.locator('.sf-lab [data-key="lr"]')
    rate.focus()
    for _ in range(60):
        page.keyboard.press("ArrowRight")
    ready(page)
    assert page.evaluate(STATE)["lr"] == pytest.approx(3.98e-6)
    text = {"en": "times the limit", "ko": "배", "zh": "倍"}[language]
    assert text in rate.get_attribute("aria-valuetext")
    assert page.locator(".sf-grows").count() == 1
    assert page.troubles == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_by_touch_on_a_phone(open_page, language):
    page = ready(open_page(f"/{language}/lab/", width=360, has_touch=True, is_mobile=True))
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.tap('[data-do="reset"]')
    page.tap('[data-do="step"]')
    assert page.evaluate(AT) == 1
    page.tap("[data-chart=loss] > svg")
    assert 500 < page.evaluate(AT) < 1500
    page.select_option('[data-key="target"]', "own")
    before = len(page.evaluate(STATE)["points"])
    page.locator("[data-chart=curve] > svg").tap(position={"x": 200, "y": 60})
    ready(page)
    assert len(page.evaluate(STATE)["points"]) == before + 1
    small = page.evaluate(
        """[...document.querySelectorAll(".sf-lab svg text, .sf-games svg text")]
           .map(e => e.getBoundingClientRect().width && parseFloat(getComputedStyle(e).fontSize)
                     * e.ownerSVGElement.clientWidth / e.ownerSVGElement.viewBox.baseVal.width)
           .filter(size => size && size < 11)"""
    )
    assert small == []
    assert page.troubles == []


def test_the_start_is_dragged_in_the_path(open_page):
    page = ready(open_page("/en/lab/"))
    svg = page.locator("[data-chart=landscape] > svg")
    svg.scroll_into_view_if_needed()
    box = page.locator("[data-chart=landscape] .sf-grip").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = page.evaluate("sinfitLab.labs[0].initial")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    ready(page)
    start = page.evaluate(STATE)["start"]
    assert [start[0], start[2]] == [before[0], before[2]]
    assert start[1] > before[1]
    assert start[3] < before[3]
    assert "start=" in page.evaluate("location.hash")


STATES = (
    "target=cos&degree=5&scale=scaled&optimizer=momentum&lr=0.0002",
    "n=50&noise=0.3&held=5&loss=mean&lr=0.01&steps=300&seed=4&at=17",
    "target=own&pts=-1,0.5;0,2;3,-1;4,0&lr=0.00001&start=1,2,3,4&across=0&up=2&bug=zero_grad",
)


@pytest.mark.parametrize("hash_", STATES)
def test_the_address_holds_the_state(open_page, server, hash_):
    page = ready(open_page(f"/en/lab/#{hash_}"))
    losses = page.evaluate("[...sinfitLab.labs[0].run.losses]")
    assert page.locator(".sf-note").is_hidden()
    state = page.evaluate(STATE)
    assert page.input_value('.sf-lab [data-key="steps"]') == str(state["steps"])
    page.evaluate("location.hash = ''")
    page.goto(f"{server}/en/")
    page.goto(f"{server}/en/lab/?{hash_}")  # as a link in a text has it
    ready(page)
    assert page.evaluate(STATE) == state
    assert page.evaluate("[...sinfitLab.labs[0].run.losses]") == losses
    written = page.evaluate("sinfitLab.writeState(sinfitLab.labs[0].s)")
    again = page.evaluate("text => sinfitLab.readState(text, {}).state", written)
    assert again == state
    page.evaluate("location.hash = 'degree=2'")
    page.wait_for_function(f"{STATE}.degree === 2")


def test_a_wrong_address_is_named(open_page):
    page = ready(open_page("/ko/lab/#degree=99&lr=1e-5"))
    assert "degree=99" in page.locator(".sf-note").inner_text()
    assert page.evaluate(STATE)["lr"] == 1e-5


def test_link_and_program_are_copied(open_page):
    page = open_page(
        "/en/lab/#optimizer=rmsprop&lr=0.001", permissions=["clipboard-read", "clipboard-write"]
    )
    ready(page)
    page.click('[data-do="link"]')
    page.wait_for_function("document.querySelector('.sf-copied').textContent")
    assert page.evaluate("navigator.clipboard.readText()").endswith("#optimizer=rmsprop&lr=0.001")
    page.click('[data-do="python"]')
    page.wait_for_timeout(100)
    program = page.evaluate("navigator.clipboard.readText()")
    assert 'sinfit.fit(\n    "optim"' in program
    assert page.locator(".sf-program").text_content().strip() == program.strip()


FATES = {
    "zero_grad": "swings", "flatten": "explodes", "mean": "slow", "cubed": "stuck",
    "rate": "explodes",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_prediction_is_judged_by_the_run(open_page, language):
    from sinfit_lab.words import fates

    from sinfit.i18n import speaking

    with speaking(language):
        named = fates()
    page = ready(open_page(f"/{language}/lab/", reduced_motion="reduce"))
    verdict = page.locator("[data-game=break] .sf-verdict")
    page.click('[data-do="watch"]')
    assert verdict.inner_text()  # choose first
    for bug, fate in FATES.items():
        for guess in (fate, "falls"):
            page.check(f'[name="sf-break-bugs"][value="{bug}"]')
            page.check(f'[name="sf-break-fates"][value="{guess}"]')
            page.click('[data-do="watch"]')
            page.wait_for_selector("[data-game=break] .sf-verdict button")
            text = verdict.inner_text()
            assert named[fate] in text, (bug, text)
            assert (named["falls"] in text) == (guess == "falls"), (bug, text)
    page.click("[data-game=break] .sf-verdict button")
    assert page.evaluate(STATE)["bug"] == "rate"
    assert page.troubles == []


def test_each_mystery_has_one_answer_and_all_mistakes_are_among_them(open_page):
    page = ready(open_page("/en/lab/"))
    names = page.eval_on_selector_all(
        '[name="sf-mystery-suspects"]', "inputs => inputs.map(each => each.value)"
    )
    found = []
    for _ in range(6):
        right = []
        for name in names:
            page.check(f'[name="sf-mystery-suspects"][value="{name}"]')
            page.click('[data-do="check"]')
            if page.locator("[data-game=mystery] .sf-verdict").inner_text().startswith("Right"):
                right.append(name)
        assert len(right) == 1
        found += right
        page.click('[data-do="another"]')
    assert sorted(found) == sorted(names)


def test_a_pasted_log_is_judged_and_shown_in_the_lab(open_page):
    from sinfit_replay.tables import published

    page = ready(open_page("/en/lab/"))
    table = published()["tutkr-numpy"]
    page.fill("[data-game=log] textarea", table.text())
    page.click('[data-do="judge"]')
    verdict = page.locator("[data-game=log] .sf-verdict")
    assert "All 20 lines fit" in verdict.inner_text()
    page.click("[data-game=log] .sf-verdict button")
    ready(page)
    ours = page.evaluate("[...sinfitLab.labs[0].run.losses]")
    assert [ours[step] for step, _ in table.losses] == pytest.approx(
        [loss for _, loss in table.losses], rel=1e-9
    )
    page.fill("[data-game=log] textarea", "99 8.0\n199 7.5\n299 7.4\n399 7.3\n499 7.2")
    page.click('[data-do="judge"]')
    assert "no parameters have a loss below 8.81717" in verdict.inner_text()
    assert page.troubles == []


@pytest.mark.parametrize("stage", ["numpy", "autograd", "optim"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_lab_in_a_stage_leads_to_the_whole_one(open_page, server, language, stage):
    page = ready(open_page(f"/{language}/stages/{stage}/"))
    rate = page.locator('.sf-lab [data-key="lr"]')
    rate.focus()
    page.keyboard.press("ArrowRight")
    ready(page)
    state = page.evaluate(STATE)
    assert "#" not in page.url
    page.click('[data-do="open"]')
    page.wait_for_url(f"{server}/{language}/lab/#**")
    ready(page)
    assert page.evaluate(STATE) == state
    assert page.troubles == []


def test_without_a_script_it_says_what_it_needs(open_page):
    page = open_page("/ko/lab/", java_script_enabled=False)
    assert "JavaScript" in page.locator(".sf-lab").inner_text()
    assert not page.locator('[data-do="play"]').is_visible()


@pytest.mark.parametrize("look", [*LOOKS, "forced"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(open_page, language, look):
    from axe_playwright_python.sync_playwright import Axe

    scheme, width = LOOKS.get(look, ("light", 1280))
    options = {"forced_colors": "active"} if look == "forced" else {}
    page = ready(open_page(f"/{language}/lab/#lr=4e-6", scheme, width, **options))
    found = Axe().run(page, ".md-content").response["violations"]
    wrong = [(each["id"], node["html"][:160]) for each in found for node in each["nodes"][:3]]
    assert wrong == []


def test_the_programs_say_nothing_of_their_own(assets):
    # what is said comes as data, in the reader's language
    for path in assets.glob("*.js"):
        text = re.sub(r"/\*.*?\*/|//.*", "", path.read_text("utf-8"), flags=re.DOTALL)
        if path.name != "program.js":  # which writes Python
            assert not re.search(r"[\"'`>][A-Z][a-z]+ [a-z]+ [a-z]+", text), path.name
