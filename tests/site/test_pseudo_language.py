"""The whole site in a language made by machine: what stays in plain letters was never translatable.

Accents on every letter, longer words, brackets around each text. What is left in plain letters was
never given to a translator.
"""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Comment, Doctype
from sinfit_site.sources.markdown import CODE_SPAN, MATHS
from sinfit_site.translating import gates, po

from .test_languages import BIN, contents, install, run

ROOT = Path(__file__).parents[2]
NAMES = {
    *("sinfit", "MIT", "License", "NumPy", "PyTorch", "Python", "Linux", "Windows", "macOS"),
    *("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"),
    *("lstsq", "exact"),
    *("sin", "cos", "exp", "RMSprop", "Adam"),
    *("Mul", "Add", "Sub", "Pow", "Sum", "MseLoss", "highest", "forward"),  # as autograd and nn say
}
"""Words that are the same in every language: names of programs, functions and the like."""


ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "àƀçđéƒǧĥíĵķļɱñóƥɋřšţúṽŵẋýžÀƁÇĐÉƑǦĤÍĴĶĻṀÑÓƤɊŘŠŢÚṼŴẊÝŽ",
)
KEPT = (  # what a translation must not change, longest first
    CODE_SPAN.pattern,
    MATHS.pattern,
    r"\]\([^()\s]*(?:\([^()]*\))?[^()\s]*\)",  # the target of a link
    r"\{[^{}]*\}",  # a value, or the id of a heading
    r"<[^<>]+>",
    r"&\w+;",
    r"https?://\S+",
    r"%\(\w+\)s|%[sd]",
    r"\[\[[^\]]*\]\]",
    *(pattern.pattern for _name, pattern, _mend in gates.LEFT),
)


def pseudo(text):
    """A text in the pseudo-language; what must stay as it is stays."""
    parts, end = [], 0
    for start, stop in spans(text):
        parts += [accented(text[end:start]), text[start:stop]]
        end = stop
    return f"⟦{''.join(parts)}{accented(text[end:])}⟧"


def spans(text):
    """The places of what must stay, in order."""
    found, at = [], 0
    patterns = [re.compile(each) for each in KEPT]
    while at < len(text):
        matches = [match for each in patterns if (match := each.search(text, at))]
        if not matches:
            break
        first = min(matches, key=lambda match: (match.start(), -match.end()))
        found.append(first.span())
        at = max(first.end(), at + 1)
    return found


def accented(text):
    """Each word with accents, and a third longer."""
    return re.sub(r"[A-Za-z]{2,}", longer, text)


def longer(match):
    """A word whose last vowel is long."""
    word = match[0]
    return (word + word[-1] * (len(word) // 3)).translate(ACCENTS)


def fill(folder, code):
    """Translate every entry of a pack's catalogs, and its term list."""
    for path in sorted(folder.glob("*/locale/**/*.po")):
        catalog = po.read(path, code)
        for message in catalog.texts:
            po.translate(message, pseudo(message.strings["msgid"]))
        po.write(path, catalog)


WORD = re.compile(r"[A-Za-z]{2,}")
ATTRIBUTES = ("alt", "title", "aria-label", "aria-valuetext", "placeholder", "data-failed")
CODE = ("code", "pre", "math", "style", "kbd", "samp")
CODE_IN_WORDS = re.compile(
    r"`[^`]*`|\b[\w.]+\(\)|\b(?:torch|loss)\.\w+|\{[^{}]*\}|https?://\S+|^#\..*|^(?:Args|Returns|Raises):$"
)
"""What is code where there is no element for it: in comments, texts of scripts, attributes."""
SAID = ("comment", "c1", "sd")
"""The classes of what a program says to its readers."""


def leftovers(page, language, names):
    """What is English on a page though its language is another, each with where it stands.

    Code, formulas, what is marked as another language, and the names stay.
    """
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    ids = {part for tag in soup.select("[id]") for part in re.split(r"[.-]", tag["id"])}
    ids |= {tag["id"].partition("-tutorials-")[2] for tag in soup.select("[id]")}
    printed = (tag.get_text() for tag in soup.select("pre, code") if not tag.select(".c1, .sd"))
    quoted = " ".join(" ".join(printed).split())
    for where, text in texts(soup, language):
        if " ".join(text.split()) in quoted:
            continue  # a message of PyTorch as a title, which stands below as it was printed
        rest = CODE_IN_WORDS.sub("", text)
        words = {word for word in rest.split() if english(word.strip(".,:;()"), names | ids)}
        if words:
            yield f"{page}: {where}: {text[:90]!r}: {sorted(words)[:5]}"


def english(word, known):
    """Whether a word is in plain letters and no name: machines' names have digits and lines."""
    plain = word.isascii() and WORD.search(word) and not re.search(r"[\d_]", word)
    return plain and word not in known


def texts(soup, language):
    """Everything that a reader sees or hears, and what a script says, with where it stands."""
    for tag in soup.find_all(True):
        if ours(tag, language):
            for name in ATTRIBUTES:
                if tag.get(name) and not tag.find_parent(CODE) and "<code>" not in tag[name]:
                    yield f"{tag.name} {name}", tag[name]
            if tag.name == "meta" and tag.get("name") == "description":
                yield "meta", tag["content"]
            if tag.name == "script" and tag.get("type") == "application/json":
                yield from ((f"script {key}", text) for key, text in said(tag.string))
    for string in soup.find_all(string=True):
        parent = string.parent
        if isinstance(string, Comment | Doctype) or parent.name in ("script", "style"):
            continue
        comment = parent.name == "span" and set(parent.get("class", ())) & {*SAID}
        code = parent.name in CODE or parent.find_parent(CODE)
        if string.strip() and ours(parent, language) and (comment or not code):
            yield parent.name, string.strip()


def ours(tag, language):
    """Whether what stands here is said to be in the page's language."""
    marked = tag if tag.get("lang") else tag.find_parent(attrs={"lang": True})
    return marked is None or marked["lang"] == language


def said(script):
    """The texts in a script's data that are for readers: the player's and the search's."""
    data = json.loads(script)
    yield from data.get("translations", {}).items()
    yield from ((key, data[key]) for key in ("speak", "play", "pause") if key in data)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Some words</p>", 1),
        ('<img alt="A curve">', 1),
        ('<button aria-label="Search"></button>', 1),
        ("<svg><text>loss</text></svg>", 1),
        ('<pre><code><span class="c1"># a comment</span></code></pre>', 1),
        ('<script type="application/json">{"play": "Play"}</script>', 1),
        ('<p>⟦ŵóřđš⟧ <code>code</code> <span lang="en">English</span> 42 numpy</p>', 0),
        ("<pre><code>print(x)</code></pre><math><mi>sin</mi></math>", 0),
    ],
)
def test_the_crawl_sees_what_is_left_and_nothing_else(tmp_path, html, found):
    page = tmp_path / "index.html"
    page.write_text(f'<html lang="qaa"><body>{html}</body></html>', "utf-8")
    assert len([*leftovers(page, "qaa", NAMES)]) == found


@pytest.mark.long
def test_a_language_made_by_machine_leaves_no_english_and_touches_no_file(tmp_path):
    """The whole site in accents: what is left in plain letters was never given to a translator."""
    ours = (ROOT / "sinfit", ROOT / "plugins", ROOT / "docs")
    before = contents(*ours)
    pack = tmp_path / "sinfit-qaa"
    command = ("tutorials", "add-language", "qaa", "--name", "Ƥšéúđó", "--out", pack)
    run(BIN / "sinfit", *command, cwd=ROOT)
    fill(pack, "qaa")
    install(pack, tmp_path / "site-packages")
    kept = Path(os.environ.get("SINFIT_CACHE") or ROOT / ".cache/sinfit")
    if (kept / "runs").is_dir():  # what has run need not run again
        shutil.copytree(kept / "runs", tmp_path / "cache/runs")
    run(
        *(BIN / "mkdocs", "build", "--quiet", "--strict", "--site-dir", tmp_path / "out"),
        cwd=ROOT,
        PYTHONPATH=str(tmp_path / "site-packages"),
        SINFIT_CACHE=str(tmp_path / "cache"),
        SINFIT_LANGUAGES="qaa",
    )
    built = tmp_path / "out/qaa"
    pages = sorted(built.rglob("*.html"))
    english = tmp_path / "out/en"
    assert {path.relative_to(built) for path in pages} == {
        path.relative_to(english) for path in english.rglob("*.html")
    }
    left = [line for page in pages for line in leftovers(page, "qaa", NAMES)]
    assert not left, f"{len(left)}:\n" + "\n".join(left[:40])
    assert contents(*ours) == before
