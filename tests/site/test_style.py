"""The theme's style sheet loses what no page needs, and nothing else."""

import gzip
from pathlib import Path

import material
import pytest
from sinfit_site.html import style

THEME = Path(material.__file__).parent / "templates"


@pytest.fixture
def sheet():
    (found,) = THEME.glob("assets/stylesheets/main.*.css")
    return found


def test_a_sheet_is_read_rule_by_rule(sheet):
    css = sheet.read_text(encoding="utf-8")
    rules = style._rules(css)
    assert "".join(h if h.endswith(";") else f"{h}{{{b}}}" for h, b in rules) == css


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a{x:1}.b{x:2}", ".a{x:1}"),
        (".a,.b .a{x:1}", ".a{x:1}"),
        (".a:not(.b,.c){x:1}", ".a:not(.b,.c){x:1}"),
        ("@media print{.b{x:1}.a{x:'}'}}", "@media print{.a{x:'}'}}"),
        ("@media print{.b{x:1}}p{x:.5em}", "p{x:.5em}"),
        ('@charset "UTF-8";@font-face{x:1}.b{x:1}', '@charset "UTF-8";@font-face{x:1}'),
        (
            "[data-md-color-accent=red]{x:1}[data-md-color-accent=a]{x:2}",
            "[data-md-color-accent=a]{x:2}",
        ),
        ("p{--md-a:url(data:;);--md-b:1;x:2}", "p{--md-b:1;x:2}"),
        ("p{--md-a:1}", ""),
        (":root{--i:url(data:,{;})}", ":root{--i:url(data:,{;})}"),
    ],
)
def test_a_rule_stays_where_its_classes_are(css, kept):
    assert "".join(style._pruned(css, {"a", "--md-b"}, variables=True)) == kept


def test_the_sites_sheet_is_smaller_and_is_made_from_the_themes(site, sheet):
    before = len(gzip.compress(sheet.read_bytes()))
    for language in ("en", "ko", "zh"):
        made = site / language / sheet.relative_to(THEME)
        assert len(gzip.compress(made.read_bytes())) < 0.8 * before
        assert ".md-tooltip2" in made.read_text("utf-8")  # a script makes it
