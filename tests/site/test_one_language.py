"""MkDocs makes the pages that have changed, and the site is the one that it makes from nothing."""

import os
import re
import subprocess
import sys

import pytest
from sinfit_site import cache, packages
from sinfit_site.html import one_language
from sinfit_site.html.dead_links import dead_links


@pytest.fixture
def build(tree):
    """Build the little site with a cache; the site's files but for those that differ each time."""

    def run(kept="cache"):
        environment = os.environ | {
            "SINFIT_CACHE": str(tree / kept),
            "SINFIT_PLUGINS": "none",
            "NO_MKDOCS_2_WARNING": "1",
        }
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found = cache.contents(tree / "site")
        # a time is in one, and Pagefind writes its filters in any order
        differs = re.compile(r".*\.gz|\w+/pagefind/.*")
        return {name: each for name, each in found.items() if not differs.fullmatch(name)}

    return run


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.long
def test_after_an_edit_only_its_page_is_made_again_and_the_site_is_as_from_nothing(tree, build):
    before = build()
    html = tree / "cache/html/ko"
    times = {path: path.stat().st_mtime_ns for path in html.rglob("index.html")}
    edit(tree / "docs/locale/ko/index.po", "글입니다.", "다른 글입니다.")
    after = build()
    made = {path for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert made == {html / "index.html"}
    assert "다른 글입니다." in (tree / "site/ko/index.html").read_text(encoding="utf-8")
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed == {"ko/index.html"}
    assert after == build("another"), "from nothing"
    edit(tree / "docs/stages/prologue.py", "# # Start", "# # Beginning")
    renamed = build()
    for page in ("site/ko/index.html", "site/en/index.html"):
        assert "Beginning" in (tree / page).read_text(encoding="utf-8"), "the title in navigation"
    (tree / "docs/stages/prologue.py").unlink()
    assert build() == build("a third")
    assert renamed.keys() - after.keys() == set()


@pytest.fixture
def keys(tmp_path, monkeypatch):
    """The keys of a language whose pages are in the folder `pages/ko`."""
    monkeypatch.setenv("SINFIT_CACHE", str(tmp_path))
    (tmp_path / "pages/ko").mkdir(parents=True)
    for name, text in {
        "one.md": '---\ntitle: "One"\n---\n\n# One\n\nWords.\n',
        "two.md": "# Two\n",
        "reference.md": "# Reference\n\n::: sinfit.fit\n",
        "more.md": "# More\n\n::: sinfit.theory\n",
    }.items():
        (tmp_path / "pages/ko" / name).write_text(text)
    return lambda: one_language.keys_of(tmp_path, "ko")


def differing(one, other):
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


@pytest.mark.parametrize(
    ("name", "text", "changed"),
    [
        ("one.md", '---\ntitle: "One"\n---\n\n# One\n\nOther words.\n', {"one.md"}),
        ("one.md", '---\ntitle: "Ones"\n---\n\n# One\n', {"one.md", one_language.TITLES}),
        ("more.md", "# More\n\n::: sinfit.theory\n\nWords.\n", {"more.md", "reference.md"}),
        ("three.md", "# Three\n", {"three.md", one_language.SHARED, one_language.TITLES}),
    ],
)
def test_a_page_is_made_of_its_text_and_of_what_all_share(tmp_path, keys, name, text, changed):
    before = keys()
    (tmp_path / "pages/ko" / name).write_text(text)
    assert differing(before, keys()) == changed


def test_references_are_made_of_the_docstrings_of_their_package(tmp_path, keys, monkeypatch):
    before, real = keys(), packages.sources
    more = tmp_path / "more.py"
    more.write_text("'''Words.'''")
    monkeypatch.setattr(
        packages,
        "sources",
        lambda package, suffixes=(".py",): [
            *real(package, suffixes),
            *[more] * (".py" in suffixes),
        ],
    )
    assert differing(before, keys()) == {"reference.md", "more.md"}


def test_only_the_links_of_the_pages_that_are_asked_for_are_looked_at(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html#x">b</a>')
    (tmp_path / "b.html").write_text('<a href="none/">none</a>')
    assert dead_links(tmp_path, {tmp_path / "a.html"}) == ["a.html: dead anchor b.html#x"]
    assert len(dead_links(tmp_path)) == 2
