"""The computational graph is the real one, and it can be stepped through."""

import json

import pytest
from bs4 import BeautifulSoup

torch = pytest.importorskip("torch")

LANGUAGES = ("en", "ko", "zh")


def graphs(site, language, stage):
    """The graphs of a page: for each its nodes as they are drawn, and its steps."""
    html = (site / language / "stages" / stage / "index.html").read_text(encoding="utf-8")
    for figure in BeautifulSoup(html, "html.parser").select(".sf-graph figure"):
        nodes = [
            [text.get_text() for text in node.select("text")] for node in figure.select(".sf-node")
        ]
        yield nodes, json.loads(figure["data-steps"])


def test_values_and_gradients_are_those_of_the_loss_and_of_autograd():
    from sinfit_site.running.graph import nodes

    w = torch.tensor(3.0, requires_grad=True)
    found = nodes(lambda: (2 * w - 1) ** 2, {"w": w})
    drawn = [(n["name"], n["detail"], n["inputs"], n["value"], n["gradient"]) for n in found]
    assert drawn == [
        ("w", "", [], "3", "20"),
        ("MulBackward0", "× 2", [0], "6", "10"),
        ("SubBackward0", "", [1], "5", "10"),
        ("PowBackward0", "^ 2", [2], "25", "1"),
    ]
    assert w.grad is None  # nothing is left behind


def test_a_parameter_in_two_places_is_one_node_that_gets_both_gradients():
    from sinfit_site.directives.graph import _steps
    from sinfit_site.running.graph import nodes

    e = torch.tensor(2.0, requires_grad=True)
    found = nodes(lambda: 3 * e + e * 4, {"e": e})
    assert [node["name"] for node in found].count("e") == 1
    assert _steps(found)[-1] == "backward: e.grad becomes 7 = 3 + 4"


def test_no_two_nodes_lie_on_each_other(site):
    for stage in ("autograd", "dynamic"):
        html = (site / "en/stages" / stage / "index.html").read_text(encoding="utf-8")
        for figure in BeautifulSoup(html, "html.parser").select(".sf-graph figure"):
            places = [(box["x"], box["y"]) for box in figure.select("rect")]
            assert len(places) == len(set(places)) > 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_cases_differ_by_where_e_stands(site, language):
    found = list(graphs(site, language, "dynamic"))
    leaves = [[name for name, _value, _gradient in nodes if name in "abcde"] for nodes, _ in found]
    assert [sorted(each) for each in leaves] == [[*"abcd"], [*"abcde"], [*"abcde"]]
    assert [sum(name.startswith("Mul") for name, *_ in nodes) for nodes, _ in found] == [3, 4, 5]
    last = next(step for step in found[2][1] if "e.grad" in step)
    total, one, other = map(float, last.partition("e.grad")[2].replace("=", "+").split()[-5::2])
    assert total == pytest.approx(one + other, rel=1e-3)  # four digits are drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_stepped_through_by_mouse_and_by_keyboard(open_page, language):
    page = open_page(f"/{language}/stages/autograd/")
    box = page.locator(".sf-graph").first
    said, buttons = box.locator("output"), box.locator(".sf-graph-steps button")
    begin = said.inner_text()
    assert box.locator(".sf-later").count() == 0
    buttons.nth(1).click()
    assert said.inner_text() != begin
    assert "3" in said.inner_text()
    assert box.locator("text:visible").all_text_contents()[:2] == ["w", "3"]
    assert box.locator(".sf-grad:visible").count() == 0
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert "25" in said.inner_text()
    assert box.locator(".sf-value:visible").count() == 4
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert "w.grad" in said.inner_text()
    assert "20" in said.inner_text()
    assert box.locator(".sf-grad:visible").count() == 4
    page.keyboard.press("ArrowLeft")
    assert box.locator(".sf-grad:visible").count() == 3
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert said.inner_text() == begin
    assert page.troubles == []


def test_the_case_is_chosen_and_without_a_script_all_are_there(open_page):
    page = open_page("/en/stages/dynamic/", width=360)
    figures = page.locator(".sf-graph figure")
    assert [figures.nth(i).is_visible() for i in range(3)] == [True, False, False]
    page.get_by_role("button", name="highest = 5").click()
    assert [figures.nth(i).is_visible() for i in range(3)] == [False, False, True]
    sizes = figures.nth(2).locator("text").evaluate_all(
        "all => all.map(each => parseFloat(getComputedStyle(each).fontSize)"
        " * each.getScreenCTM().a)"
    )  # fmt: skip
    assert min(sizes) >= 11
    plain = open_page("/en/stages/dynamic/", java_script_enabled=False)
    assert all(plain.locator(".sf-graph figure").nth(i).is_visible() for i in range(3))
