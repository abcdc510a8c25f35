"""What must hold of the built site; the build itself is a part of the test."""

import ast
import gzip
import json
import re
from pathlib import Path

import pytest

LANGUAGES = ("en", "ko", "zh")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def downloads(site, language):
    return sorted((site / language / "stages").glob("*/sinfit-*.ipynb"))


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_the_eight_stages_a_prologue_and_an_epilogue_have_pages_in_every_language(site):
    names = [
        "numpy",
        "tensor",
        "autograd",
        "legendre",
        "nn",
        "optim",
        "module",
        "dynamic",
        "prologue",
        "epilogue",
    ]
    for language in LANGUAGES:
        for name in names:
            assert (site / language / "stages" / name / "index.html").is_file()
            assert (site / language / "stages" / name / "notebook" / "index.html").is_file()
            assert (site / language / "stages" / name / f"sinfit-{name}.py").is_file()


def test_the_code_is_the_same_program_in_every_language(site):
    english = downloads(site, "en")
    assert len(english) >= 10
    for path in english:
        for language in ("ko", "zh"):
            other = site / language / path.relative_to(site / "en")
            pairs = list(zip(code_cells(path), code_cells(other), strict=True))
            for ours, theirs in pairs:
                assert ast.dump(ast.parse(ours["source"])) == ast.dump(ast.parse(theirs["source"]))


def test_the_numbers_are_the_same_in_every_language(site):
    def numbers(path):
        html = path.read_text(encoding="utf-8")
        outputs = re.findall(r'sf-output[^"]*".*?<code>(.*?)</code>', html, re.DOTALL)
        return [NUMBER.findall(re.sub(r"<[^>]+>", "", text)) for text in outputs]

    for page in (site / "en" / "stages").glob("*/index.html"):
        wanted = numbers(page)
        assert any(wanted), page
        for language in ("ko", "zh"):
            assert numbers(site / language / page.relative_to(site / "en")) == wanted


def test_every_page_is_light(site):
    heavy = []
    for page in site.rglob("*.html"):
        content = page.read_bytes()
        if len(content) > 120_000 or len(gzip.compress(content)) > 30_000:
            heavy.append((str(page.relative_to(site)), len(content), len(gzip.compress(content))))
    assert heavy == []


def test_no_page_loads_anything_from_elsewhere(site):
    loads = re.compile(r'<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]+"')
    for page in site.rglob("*.html"):
        found = [
            tag for tag in loads.findall(page.read_text(encoding="utf-8")) if "alternate" not in tag
        ]
        assert found == [], page
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?https?:|@import", style.read_text(encoding="utf-8")), (
            style
        )


def test_no_link_and_no_anchor_is_dead(site):
    from sinfit.tutorials.site import dead_links

    for language in LANGUAGES:
        assert dead_links(site / language) == []


def test_a_dead_anchor_is_found(tmp_path):
    from sinfit.tutorials.site import dead_links

    (tmp_path / "index.html").write_text(
        '<p id="a"><a href="#a"></a><a href="#b"></a><a href="x/"></a>'
    )
    assert dead_links(tmp_path) == ["index.html: dead anchor #b", "index.html: dead link x/"]


def test_ids_are_unique_and_the_same_in_every_language(site):
    for page in (site / "en").rglob("index.html"):
        wanted = re.findall(r'<h[1-4] id="([^"]+)"', page.read_text(encoding="utf-8"))
        for language in ("ko", "zh"):
            html = (site / language / page.relative_to(site / "en")).read_text(encoding="utf-8")
            ids = re.findall(r'\bid="([^"]+)"', html)
            assert len(ids) == len(set(ids)), page
            given = re.findall(r'<h[1-4] id="([^"]+)"', html)
            assert given[1:] == wanted[1:], page  # a title needs no id that anybody links to


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("ko", "ko"), ("zh", "zh-Hans")])
def test_pages_say_their_language_and_their_alternates(site, language, tag):
    html = (site / language / "stages/numpy/index.html").read_text(encoding="utf-8")
    assert f'<html lang="{tag}"' in html
    for code, other in (("en", "en"), ("ko", "ko"), ("zh", "zh-Hans")):
        assert re.search(
            rf'rel="alternate " hreflang="{other}" href="[^"]*/{code}/stages/numpy/"', html
        )
    assert "/stages/numpy/" in (site / language / "sitemap.xml").read_text(encoding="utf-8")
    assert f'<html lang="{tag}"' in (site / language / "404.html").read_text(encoding="utf-8")


def test_the_root_has_a_page_a_404_a_sitemap_and_robots(site):
    assert "navigator.languages" in (site / "index.html").read_text(encoding="utf-8")
    assert "없는 페이지입니다." in (site / "404.html").read_text(encoding="utf-8")
    assert "ko/sitemap.xml" in (site / "sitemap.xml").read_text(encoding="utf-8")
    assert (site / "robots.txt").is_file()


def test_every_page_of_the_navigation_exists():
    root = Path(__file__).parents[2] / "docs"
    text = (root / "config" / "site.yml").read_text(encoding="utf-8")
    nav = text[text.index("nav:") : text.index("exclude_docs")]
    names = re.findall(r"([\w/-]+\.md)", nav)
    assert names
    assert [name for name in names if not (root / name).is_file()] == []


def test_every_page_is_in_the_navigation():
    root = Path(__file__).parents[2] / "docs"
    text = (root / "config" / "site.yml").read_text(encoding="utf-8")
    pages = [path.name for path in root.glob("*.md")]
    assert [name for name in pages if name not in text] == []


def test_translations_are_complete():
    from sinfit.tutorials import words
    from sinfit.tutorials.build import documents
    from sinfit.tutorials.translate import translator

    root = Path(__file__).parents[2]
    found = documents(root / "docs")
    lacking = {
        (document.name, language): progress.percent
        for document in found
        for language in ("ko", "zh")
        if (progress := translator(document, language).progress).percent < 100
    }
    assert lacking == {}
    for key, english in words.WORDS.items():
        for language in ("ko", "zh"):
            if any(map(str.isalpha, english)):
                assert words.word(key, language) != english, (key, language)
