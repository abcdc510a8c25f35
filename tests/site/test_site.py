"""What must hold of the built site; the build itself is a part of the test."""

import ast
import gzip
import json
import re
from pathlib import Path

import pytest

from sinfit.i18n import BUILT_IN

LANGUAGES = BUILT_IN
KINDS = ("", "stages/numpy/", "stages/dynamic/", "lab/", "questions/", "cli/", "api/", "glossary/")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def downloads(site, language):
    return sorted((site / language).rglob("sinfit-*.ipynb"))


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def program(source):
    """A program's syntax tree without docstrings, which are translated."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body[0].value.value = ""
    return ast.dump(tree)


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
        "your-own",
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
        for language in BUILT_IN[1:]:
            other = site / language / path.relative_to(site / "en")
            pairs = list(zip(code_cells(path), code_cells(other), strict=True))
            for ours, theirs in pairs:
                assert program(ours["source"]) == program(theirs["source"])


def test_every_stage_shows_a_plain_script_before_the_generator(site):
    for name in ("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"):
        notebook = site / "en/stages" / name / f"sinfit-{name}.ipynb"
        sources = ["".join(cell["source"]) for cell in code_cells(notebook)]
        loop = next(i for i, each in enumerate(sources) if re.search("(?m)^for t in", each))
        assert "yield" not in sources[loop], name
        assert loop < next(i for i, each in enumerate(sources) if "yield" in each), name


def test_the_numbers_are_the_same_in_every_language(site):
    def numbers(path):
        html = path.read_text(encoding="utf-8")
        outputs = re.findall(r'sf-output[^"]*".*?<code>(.*?)</code>', html, re.DOTALL)
        return [NUMBER.findall(re.sub(r"<[^>]+>", "", text)) for text in outputs]

    for download in downloads(site, "en"):
        page = download.parent / "index.html"
        wanted = numbers(page)
        assert any(wanted), page
        for language in BUILT_IN[1:]:
            assert numbers(site / language / page.relative_to(site / "en")) == wanted


def test_every_page_is_light(site):
    heavy = []
    for page in site.rglob("*.html"):
        content = page.read_bytes()
        # the longest is the reference of all names; what is sent is compressed
        if len(content) > 120_000 or len(gzip.compress(content)) > 30_000:
            heavy.append((str(page.relative_to(site)), len(content), len(gzip.compress(content))))
    assert heavy == []


def test_a_page_is_at_most_100_kb_before_anybody_searches(open_page, site, server):
    sent = {}

    def weigh(response):
        path = site / response.url.removeprefix(server).partition("?")[0].lstrip("/")
        path = path / "index.html" if path.is_dir() else path
        content = path.read_bytes()
        packed = path.suffix in (".woff2", ".png")  # else a server compresses it
        sent[response.url] = len(content) if packed else len(gzip.compress(content))

    heavy = []
    for name in KINDS:
        sent.clear()
        page = open_page("/en/404.html")
        page.on("response", weigh)
        page.goto(f"{server}/ko/{name}", wait_until="networkidle")
        if sum(sent.values()) > 100_000:
            heavy.append((name, sum(sent.values()), sent.copy()))
        page.close()
    assert heavy == []


def test_references_have_no_hover_text_for_each_type(site):
    pages = [
        path for path in site.rglob("api/index.html") if "doc-object" in path.read_text("utf-8")
    ]
    assert len(pages) == len(LANGUAGES)
    assert [path for path in pages if "<span title=" in path.read_text("utf-8")] == []


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
    from sinfit_site.html.dead_links import dead_links

    for language in LANGUAGES:
        assert dead_links(site / language) == []


def test_a_dead_anchor_is_found(tmp_path):
    from sinfit_site.html.dead_links import dead_links

    (tmp_path / "index.html").write_text(
        '<p id="a"><a href="#a"></a><a href="#b"></a><a href="x/"></a>'
    )
    assert dead_links(tmp_path) == ["index.html: dead anchor #b", "index.html: dead link x/"]


def test_ids_are_unique_and_the_same_in_every_language(site):
    for page in (site / "en").rglob("index.html"):
        wanted = re.findall(r'<h[1-4] id="([^"]+)"', page.read_text(encoding="utf-8"))
        for language in BUILT_IN[1:]:
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
    from sinfit_site.build import documents
    from sinfit_site.translating.translator import translator

    root = Path(__file__).parents[2]
    found = documents(root / "docs")
    lacking = {
        (document.name, language): progress.percent
        for document in found
        for language in BUILT_IN[1:]
        if (progress := translator(document, language).progress).percent < 100
    }
    assert lacking == {}


def test_the_recorded_numbers_are_a_table_in_every_language(site):
    from bs4 import BeautifulSoup
    from sinfit_author.numbers import recorded, run_of
    from sinfit_site.directives.tables import CHANGES

    stages = run_of("PyTorch none")["stages"]
    tolerances = {name: each["losses"] for name, each in recorded()["tolerances"].items()}
    for language in LANGUAGES:
        page = site / language / "stages" / "rounding" / "index.html"
        table = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("table")
        cells = [row.find_all("td")[1].get_text("\n") for row in table.find_all("tr")[1:]]
        assert len(cells) == len(CHANGES) + 1
        without = cells[list(CHANGES).index("PyTorch without AVX")]
        differ = {name for name, each in stages.items() if not each["equal"]}
        assert set(re.findall(r"[a-z]{2,}", without)) == differ
        sizes = re.split(r"(\d+e-\d+)", cells[-1])[1:]
        shown = zip(sizes[::2], sizes[1::2], strict=True)
        expected = {name: float(s) for s, names in shown for name in re.findall(r"\w+", names)}
        assert expected == tolerances
