"""`sinfit tutorials`: builds, checks, updates and counts, for people and for programs."""

import csv
import io
import json

import pytest

from sinfit.i18n import BUILT_IN

pytest.importorskip("nbclient", reason="tutorials need sinfit-site")


CATALOGS = ("ko/index.po", "zh/index.po", "templates/index.pot")


@pytest.fixture
def tutorials(fresh, tmp_path):
    """Run `sinfit tutorials …` on a folder of one page, without any plugin."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Home\n\nWords.\n")

    def call(*arguments):
        return fresh(
            *("tutorials", *arguments), SINFIT_PLUGINS="none", SINFIT_CACHE=str(tmp_path / "cache")
        )

    return call


def test_it_goes_from_a_page_to_catalogs_and_their_state(tutorials, tmp_path):
    updated = json.loads(tutorials("update", "index", "--json").out)
    assert updated["changed"] == [f"docs/locale/{name}" for name in CATALOGS]
    assert json.loads(tutorials("update", "index", "--json").out)["changed"] == []
    rows = json.loads(tutorials("status", "index", "--json").out)["pages"]
    assert [(row["language"], row["units"], row["missing"]) for row in rows] == [
        ("ko", 2, 2),
        ("zh", 2, 2),
    ]
    assert all((tmp_path / path).is_file() for path in updated["changed"])


def test_problems_are_printed_one_a_line_or_as_json_and_exit_status_is_1(tutorials, tmp_path):
    good = tutorials("check", "--json")
    assert (good.code, json.loads(good.out)) == (
        0,
        {"version": 1, "pages": ["index"], "problems": [], "warnings": []},
    )
    tutorials("update")
    po = tmp_path / "docs/locale/ko/index.po"
    text = po.read_text(encoding="utf-8")
    po.write_text(
        text.replace('msgid "Words."\nmsgstr ""', 'msgid "Words."\nmsgstr "`code`입니다."'),
        encoding="utf-8",
    )
    wrong = tutorials("check", "--json")
    problems = json.loads(wrong.out)["problems"]
    assert (wrong.code, len(problems)) == (1, 1)
    assert tutorials("check").out.splitlines() == [*problems, "problems: 1"]


def test_a_build_says_what_it_ran_and_what_changed(tutorials, tmp_path):
    stages = tmp_path / "docs" / "stages"
    stages.mkdir()
    (stages / "prologue.py").write_text("# %% [markdown]\n# # Start\n\n# %%\nprint(6 * 7)\n")
    built = tutorials("build", "--out", "pages", "--json")
    assert built.code == 0, built.err
    assert built.err.splitlines() == ["ran stages/prologue"]
    said = json.loads(built.out)
    assert (said["folder"], said["ran"]) == ("pages", ["stages/prologue"])
    assert all(said["changed"][language] > 1 for language in BUILT_IN)
    assert "42" in (tmp_path / "pages/zh/stages/prologue/index.md").read_text(encoding="utf-8")
    again = json.loads(tutorials("build", "--out", "pages", "--json").out)
    assert (again["ran"], set(again["changed"].values())) == ([], {0})


def test_an_unknown_page_is_wrong_use(tutorials):
    done = tutorials("check", "indx")
    assert done.code == 2
    assert "unknown tutorial 'indx'. Did you mean 'index'?" in done.err


@pytest.mark.parametrize(("language", "term"), [("ko", "변화도"), ("zh", "梯度")])
def test_the_terms_of_a_language_are_csv_with_weblates_columns(tutorials, language, term):
    rows = list(csv.DictReader(io.StringIO(tutorials("glossary", language).out)))
    assert list(rows[0]) == ["source", "target", "translator_comments", "developer_comments"]
    assert (rows[0]["source"], rows[0]["target"]) == ("gradient", term)
    assert all(row["source"] and row["target"] for row in rows)
    assert "xx" in tutorials("glossary", "xx").err


def test_a_build_that_makes_no_page_is_no_success(run, tmp_path, monkeypatch):
    monkeypatch.setattr("sinfit_site.sources.compose.stages", lambda _without=(): [])
    monkeypatch.setenv("SINFIT_CACHE", str(tmp_path / "cache"))
    done = run("tutorials", "build", "--docs", tmp_path / "none", "--out", tmp_path / "out")
    assert done.code == 1
    assert "no page was built" in done.err
