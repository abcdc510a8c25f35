import json

import pytest
from sinfit_site.html.theme import _nav

from sinfit.i18n import speaking

NAV = [
    {"Stages": ["stages/prologue", "stages/*"]},
    {"More plugins": ["stages/**"]},
    {"About": ["glossary.md"]},
]


@pytest.fixture
def tree(tmp_path):
    for name in ("stages/prologue/index.md", "glossary.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# Title\n")

    def with_plugins(*more):
        order = {"stages/*": ["stages/numpy"], "stages/**": list(more)}
        (tmp_path / "stages.json").write_text(json.dumps(order))
        return tmp_path

    return with_plugins


def test_tutorials_of_other_plugins_are_a_section_of_their_own(tree):
    assert _nav(NAV, tree("stages/heavy-ball")) == [
        {"Stages": ["stages/prologue/index.md", "stages/numpy/index.md"]},
        {"More plugins": ["stages/heavy-ball/index.md"]},
        {"About": ["glossary.md"]},
    ]


def test_without_other_plugins_there_is_no_such_section(tree):
    assert [list(section) for section in _nav(NAV, tree())] == [["Stages"], ["About"]]


def test_sections_are_named_in_the_language(tree):
    with speaking("ko"):
        titles = [next(iter(section)) for section in _nav(NAV, tree("stages/heavy-ball"))]
    assert all(any("가" <= letter <= "힣" for letter in title) for title in titles)
