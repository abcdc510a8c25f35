"""What is shown where somebody shares a page, and what search engines read."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.image import imread
from sinfit_site import cards

from sinfit.i18n import BUILT_IN


@pytest.fixture
def drawn(tmp_path):
    """Two cards of a run that is made up: the site's own words, and the folder."""
    x = np.linspace(-3, 3, 5).tolist()
    recording = {"x": x, "truth": x, "frames": [[t, 1.0, x] for t in range(9)]}
    site = SimpleNamespace(
        stages=[SimpleNamespace(name="stages/one")],
        runs={"stages/one": SimpleNamespace(recording=recording)},
        cache=tmp_path,
    )
    cards.build_cards(site)
    return tmp_path / "cards"


def test_each_language_has_a_card_of_the_usual_size(drawn):
    pictures = {path.stem: imread(path) for path in drawn.glob("*.png")}
    assert sorted(pictures) == sorted(BUILT_IN)
    assert {picture.shape[:2] for picture in pictures.values()} == {(630, 1200)}
    if cards._font_for("사인 正弦"):  # else all are in English
        assert not np.array_equal(pictures["ko"], pictures["zh"])


def test_a_site_without_stages_has_no_card(tmp_path):
    cards.build_cards(SimpleNamespace(stages=[], cache=tmp_path))
    assert not [*tmp_path.iterdir()]


def test_words_that_no_font_has_are_english(tmp_path, monkeypatch):
    recording = {"x": [0, 1], "truth": [0, 1], "frames": [[0, 1.0, [0, 1]]] * 5}
    shown = []
    monkeypatch.setattr(cards, "_font_for", lambda text: shown.append(text) if "漢" in text else "")
    cards._draw(recording, "漢字", "Words", tmp_path / "a.png")
    cards._draw(recording, "Words", "Words", tmp_path / "b.png")
    assert shown == ["漢字"]
    assert np.array_equal(imread(tmp_path / "a.png"), imread(tmp_path / "b.png"))


@pytest.mark.parametrize("language", BUILT_IN)
def test_every_page_has_a_description_of_its_own(site, language):
    found = {}
    for page in (site / language).rglob("index.html"):
        if page.parent.name == "notebook":
            continue
        head = page.read_text(encoding="utf-8").partition("</head>")[0]
        described = re.search(r'<meta name="description" content="([^"]{12,})">', head)
        assert described, page
        assert f'<meta property="og:description" content="{described[1]}">' in head
        assert re.search(r'<meta property="og:title" content="[^"]+">', head)
        assert "assets/mark.png" in head
        found.setdefault(described[1], []).append(page)
    assert [pages for pages in found.values() if len(pages) > 1] == []


@pytest.mark.parametrize("language", BUILT_IN)
def test_a_stage_links_to_the_official_tutorial(site, language):
    place = "tutorials.pytorch.kr" if language == "ko" else "docs.pytorch.org/tutorials"
    html = (site / language / "stages/legendre/index.html").read_text(encoding="utf-8")
    page = "beginner/examples_autograd/polynomial_custom_function.html"
    assert f'href="https://{place}/{page}"' in html


@pytest.mark.long
def test_with_an_address_all_of_it_is_absolute(tree):
    more = {"SITE_URL": "https://site.example/here/", "SINFIT_PLUGINS": "none"}
    more |= {"SINFIT_CACHE": str(tree / "cache"), "SINFIT_LANGUAGES": "ko"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    done = subprocess.run(command, cwd=tree, env=os.environ | more, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    root = "https://site.example/here"
    sitemap = (tree / "site/ko/sitemap.xml").read_text(encoding="utf-8")
    assert f"<loc>{root}/ko/stages/prologue/</loc>" in sitemap
    assert not re.search(r'(?:<loc>|href=")(?!https://)', sitemap)
    assert f"<loc>{root}/ko/sitemap.xml</loc>" in (tree / "site/sitemap.xml").read_text("utf-8")
    html = (tree / "site/ko/index.html").read_text(encoding="utf-8")
    assert f'<meta property="og:url" content="{root}/ko/">' in html
    assert "og:image" not in html  # it has no stage
