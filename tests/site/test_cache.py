"""What a build keeps is trusted only while it is what was put there."""

import os
import subprocess
import sys

import pytest
from sinfit_site import cache


def fill(text):
    def make(folder):
        (folder / "sub").mkdir()
        (folder / "sub" / "page.html").write_text(text)
        (folder / ".dot").write_text("kept too")

    return make


def fail(folder):
    (folder / "half.html").write_text("half")
    raise KeyError


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "sub/page.html").write_text("edited"),
        lambda folder: (folder / "sub/page.html").unlink(),
        lambda folder: (folder / "more.html").write_text("more"),
        lambda folder: folder.with_name("html.json").write_text(""),
        lambda folder: folder.with_name("html.json").write_text('{"key": "1", "hash"'),
        lambda folder: folder.with_name("html.json").write_text("[]"),
    ],
)
def test_a_folder_that_is_not_as_it_was_made_is_made_again(tmp_path, spoil):
    place = tmp_path / "html"
    assert cache.folder(place, "1", fill("good"))
    assert not cache.folder(place, "1", fill("other"))
    spoil(place)
    assert cache.folder(place, "1", fill("good"))
    assert cache.contents(place) == {
        ".dot": cache.hash_of(b"kept too"),
        "sub/page.html": cache.hash_of(b"good"),
    }


def test_after_a_failure_the_folder_of_before_is_what_it_was(tmp_path):
    place = tmp_path / "html"
    cache.folder(place, "1", fill("good"))
    with pytest.raises(KeyError):
        cache.folder(place, "2", fail)
    assert cache.key_of(place) == "1"
    assert (place / "sub/page.html").read_text() == "good"
    assert not (place / "half.html").exists()
    assert cache.folder(place, "2", fill("better")), "what failed is made again"
    assert (place / "sub/page.html").read_text() == "better"


def test_a_folder_that_is_killed_while_it_takes_its_place_is_made_again(tmp_path, monkeypatch):
    place = tmp_path / "html"
    cache.folder(place, "1", fill("good"))
    with monkeypatch.context() as patch:
        patch.setattr(cache, "_keep", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            cache.folder(place, "2", fill("new"))
    assert cache.key_of(place) is None
    assert cache.folder(place, "1", fill("good again"))


def test_a_folder_may_have_a_key_for_each_of_its_parts(tmp_path):
    place = tmp_path / "html"
    assert cache.folder(place, {"a": "1", "b": "2"}, fill("good"))
    assert cache.key_of(place) == {"a": "1", "b": "2"}
    assert not cache.folder(place, {"b": "2", "a": "1"}, fill("other"))
    assert cache.folder(place, {"a": "1", "b": "3"}, fill("other"))


def test_what_is_put_into_the_site_shares_nothing_with_the_cache(tmp_path):
    place, site = tmp_path / "html", tmp_path / "site"
    cache.folder(place, "1", fill("good"))
    site.mkdir()
    (site / ".stale").write_text("old")
    cache.put(place, site)
    assert cache.contents(site) == cache.contents(place)
    (site / "sub/page.html").write_text("edited")
    assert not cache.folder(place, "1", fill("other")), "the cache is as it was"


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"key": "k", "value": 1}', "\0"])
def test_a_value_is_made_again_if_its_key_is_another_or_it_is_not_whole(tmp_path, content):
    place = tmp_path / "runs" / "a.json"
    assert cache.value(place, "k", lambda: {"a": (1, 2)}) == ({"a": [1, 2]}, True)
    assert cache.value(place, "k", lambda: 0) == ({"a": [1, 2]}, False)
    assert cache.value(place, "other", lambda: 1) == (1, True)
    place.write_text(content)
    assert cache.value(place, "other", lambda: 2) == (2, True)


def test_a_value_that_was_changed_is_made_again(tmp_path):
    place = tmp_path / "a.json"
    cache.value(place, "k", lambda: [9.25])
    place.write_text(place.read_text().replace("9.25", "9.26"))
    assert cache.value(place, "k", lambda: [9.25]) == ([9.25], True)


PROGRAM = '"""A module."""\n\n\ndef f(x):\n    """Its words."""\n    return x  # a remark\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A module.", "Another one."),
        ("Its words.", "Better words."),
        ("  # a remark", "  # another"),
        ("\n\n\ndef", "\n\n# A remark.\n\ndef"),
    ],
)
def test_comments_and_docstrings_are_no_part_of_a_program(old, new):
    assert cache.tree(PROGRAM) == cache.tree(PROGRAM.replace(old, new))


@pytest.mark.parametrize(("old", "new"), [("return x", "return -x"), ("f(x)", "f(x=1)")])
def test_statements_are(old, new):
    assert cache.tree(PROGRAM) != cache.tree(PROGRAM.replace(old, new))


def test_a_text_that_a_cell_shows_is_no_docstring():
    assert cache.tree("'one'", cell=True) != cache.tree("'two'", cell=True)
    assert cache.tree("def f(:") != cache.tree("def f(::"), "no Python counts as it is written"


def test_a_key_is_made_of_contents_and_the_same_in_every_process(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.txt").write_text("1")
    before = cache.key(tmp_path / "a")
    (tmp_path / "a/x.txt").write_text("2")
    assert cache.key(tmp_path / "a") != before
    assert cache.key(tmp_path / "none") != cache.key(tmp_path / "a")
    assert cache.key(["a", "b"]) != cache.key(["ab"]) != cache.key("ab")
    assert cache.key({"a": 1, "b": 2}) == cache.key({"b": 2, "a": 1})
    code = (
        "from sinfit_site import cache\nfrom sinfit_site.sources import document\n"
        "print(cache.key(document.Cell('code', 'x', frozenset({'solution', 'mistake', 'hidden'}))))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in "12345"
    }
    assert len(said) == 1


def test_a_composed_page_that_was_edited_is_composed_again(project):
    project.write("one.md", "# One\n\nWords.\n")
    project.build()
    page = project.out / "ko" / "one.md"
    good = page.read_text(encoding="utf-8")
    page.write_text("# Lies\n")
    assert project.build().changed["ko"] == 1
    assert page.read_text(encoding="utf-8") == good


def test_a_second_build_waits_for_the_first(tmp_path):
    said = []
    with cache.alone(tmp_path, said.append):
        pass
    with cache.alone(tmp_path, said.append):
        assert said == []
    program = (
        "import sys; from pathlib import Path; from sinfit_site import cache\n"
        "with cache.alone(Path(sys.argv[1]), lambda text: print(text, flush=True)): print('in')"
    )
    with cache.alone(tmp_path, said.append):
        other = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert other.stdout.readline() == "waiting for another build\n"
    assert other.communicate(timeout=60)[0] == "in\n"


def test_a_link_follows_the_cache_and_a_copy_takes_its_place(tmp_path):
    place, site = tmp_path / "cache" / "html", tmp_path / "site" / "html"
    site.parent.mkdir()
    cache.folder(place, "1", lambda out: (out / "index.html").write_text("one"))
    cache.link(place, site)
    cache.folder(place, "2", lambda out: (out / "index.html").write_text("two"))
    cache.link(place, site)
    assert (site / "index.html").read_text() == "two"
    cache.put(place, site)
    (site / "index.html").write_text("a note")
    assert (place / "index.html").read_text() == "two", "a copy shares nothing"
    cache.link(place, site)  # MkDocs has emptied the site, or not
    assert (site / "index.html").read_text() == "two"
