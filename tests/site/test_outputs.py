"""Whatever a cell gives, a page shows it as what it is, or the build says why it cannot."""

import re

import markdown
import pytest
from sinfit_site.errors import TutorialError
from sinfit_site.pages.page_text import _text
from sinfit_site.running import outputs
from sinfit_site.running.outputs import PICTURE, TEXT, kept, visible
from sinfit_site.sources.document import Cell

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data):
    data = {mime.replace("__", "+").replace("_", "/"): value for mime, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def keep(*given, raises=""):
    return kept(Cell("code", "x", raises=raises), list(given), "page: cell 'x'", "its-folder")


@pytest.mark.parametrize(
    "text",
    [
        "```\n<script>alert(1)</script>\n```",
        "`````\n# no heading\n`````",
        "```text output\n[[player]]\n```",
        "a ` b `` c",
        "</code></pre><script>alert(1)</script>",
        "~~~\n<b>\n~~~",
    ],
)
def test_no_output_closes_its_fence(text):
    html = markdown.markdown(
        _text(text) + "\n\nafter", extensions=["pymdownx.superfences", "md_in_html"]
    )
    assert html.count("<pre") == 1
    assert "<script" not in html
    assert "<b>" not in html
    assert html.endswith("<p>after</p>")
    words = re.sub(r"<[^>]+>", "", html[: html.index("</pre>")])
    for escaped, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(escaped, letter)
    assert words.strip() == text


def test_control_characters_can_be_seen():
    link = "\x1b]8;;https://example.org\x07text\x1b]8;;\x07"
    found = keep(stream(f"a\0b {link} \x1b[31mred\x1b[0m\r\n50 %\r100 %\u202e\x9b\ud800"))
    assert found[0]["text"] == (
        "a␀b ␛]8;;https://example.org␇text␛]8;;␇ red\n50 %␍100 %\\u202e\\x9b\\ud800"
    )
    error = {
        "output_type": "error",
        "ename": "Odd\0",
        "evalue": "\x1b]0;title\x07",
        "traceback": [],
    }
    assert keep(error)[0]["traceback"] == ["Odd␀: ␛]0;title␇"]


def test_what_is_too_much_is_named():
    assert keep(stream("x" * TEXT))
    with pytest.raises(TutorialError, match=r"cell 'x' prints 100,001 bytes; .* at most 100,000"):
        keep(stream("x" * (TEXT // 2)), stream("x" * (TEXT // 2 + 1)))
    with pytest.raises(TutorialError, match=r"cell 'x' draws 2,0\d\d,\d\d\d bytes"):
        keep(shown(image_svg__xml=SVG.format(" " * PICTURE)))


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<g onload='alert(1)'/>", "onload='alert"),
        ("<g ONLOAD='alert(1)'/>", "ONLOAD='alert"),
        ("<a href='javascript:alert(1)'><text>x</text></a>", "<a>"),
        ("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>", "foreign"),
        ("<image href='https://example.org/x.png'/>", "href='https:"),
        ("<image href='data:image/svg+xml;base64,x'/>", "href='data:image/svg"),
        ("<style>body {display: none}</style>", "<style>"),
        ("<rect style='fill: url(https://example.org/)'/>", "style='fill"),
        ("<title><![CDATA[><script>alert(1)</script>]]></title>", "a declaration"),
        ("<animate attributeName='href'/>", "<animate>"),
        ("<g>", "no SVG"),
    ],
)
def test_a_drawing_runs_and_loads_nothing(inside, says):
    with pytest.raises(TutorialError, match=re.escape(says)) as refused:
        keep(shown(image_svg__xml=SVG.format(inside)))
    assert str(refused.value).startswith("page: cell 'x' ")


def test_a_drawing_of_shapes_is_kept():
    inside = "<defs><path id='a' d='M0 0'/></defs><use href='#a'/><text>words</text>"
    (found,) = keep(shown(text_plain="<Figure>", image_svg__xml=SVG.format(inside)))
    assert list(found["data"]) == [outputs.SVG]


@pytest.mark.parametrize("mime", ["image_png", "image_jpeg", "application_javascript", "video_mp4"])
def test_what_no_page_holds_is_named(mime):
    with pytest.raises(TutorialError, match=f"shows {mime.replace('_', '/')}, which no page holds"):
        keep(shown(text_plain="<Image>", **{mime: "x"}))


def test_html_gives_way_to_the_text_beside_it():
    (found,) = keep(shown(text_plain="a table", text_html="<script>alert(1)</script>"))
    assert found["data"] == {"text/plain": "a table"}
    assert visible("plain\ttext\n") == "plain\ttext\n"
