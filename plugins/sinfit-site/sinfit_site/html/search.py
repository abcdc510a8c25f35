"""The search index of a built language: Pagefind reads its pages section by section.

A section is found by its own words, its heading and its page's title, and a hit leads to it. So
a term of the glossary is a hit of its own, and the other fifty are not.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path

ARTICLE = re.compile(r"<article\b[^>]*>(.*?)</article>", re.DOTALL)
LANGUAGE = re.compile(r'<html\b[^>]*\blang="([^"]+)"')
# a heading with an id, or a term that the glossary defines
START = re.compile(
    r'<h([1-6])\b[^>]*\bid="(?P<heading>[^"]+)"[^>]*>(?P<title>.*?)</h\1>'
    r'|(?=<dfn\b[^>]*\bid="(?P<term>[^"]+)")',
    re.DOTALL,
)
TERM = re.compile(r'<dfn\b(?:[^>]*\blang="(?P<lang>[^"]+)")?[^>]*>(?P<text>.*?)</dfn>', re.DOTALL)
UNSEEN = re.compile(r'<a class="headerlink".*?</a>|<(style|script|svg)\b.*?</\1>|¶', re.DOTALL)
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
REFERENCE = 'class="doc '  # what mkdocstrings writes
PUBLISHED = 'class="sf-published '  # tables of losses, beside ours
WEIGHTS = {"page": 1.5, "stage": 1.2, "reference": 0.15, "term": 0.5}
"""What a section's score is multiplied by: a page's own heading, stages, docstrings
and published tables, terms."""
UNUSED = ("*ui*", "pagefind-highlight.js", "pagefind-worker.js")
"""What Pagefind writes for its own interface, which this site does not use."""


def index(site: Path) -> list[str]:
    """Index a language's built pages into its folder `pagefind`.

    Returns:
        What went wrong, as sentences.
    """
    out = site / "pagefind"
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        count = 0
        for count, text in enumerate(sections(site), 1):
            (Path(folder) / f"{count}.html").write_text(text, encoding="utf-8")
        if not count:
            return ["search: no page has an article with headings"]
        command = [sys.executable, "-m", "pagefind", "--site", folder, "--output-path", str(out)]
        done = subprocess.run(  # noqa: S603 (our own command)
            command, capture_output=True, text=True, check=False
        )
    if done.returncode or not re.search(rf"Indexed {count} pages?\n", done.stdout):
        return [f"search: {count} sections: {done.stdout.strip()}\n{done.stderr.strip()}"]
    for pattern in UNUSED:
        for path in out.glob(pattern):
            path.unlink()
    return []


def sections(site: Path) -> Iterator[str]:
    """Each section of a language's pages as a small page of its own, for Pagefind."""
    for path in sorted(site.rglob("index.html")):
        place = path.parent.relative_to(site)
        if place.name == "notebook":
            continue  # it says what the page says
        page = path.read_text(encoding="utf-8")
        language, article = LANGUAGE.search(page), ARTICLE.search(page)
        if language and article:
            url = "" if place == Path() else f"{place.as_posix()}/"
            yield from _sections(url, language[1], UNSEEN.sub("", article[1]))


def _sections(url: str, language: str, article: str) -> Iterator[str]:
    starts = list(START.finditer(article))
    page = _text(starts[0]["title"]) if starts else ""
    ends = [start.start() for start in starts[1:]] + [len(article)]
    for start, end in zip(starts, ends, strict=True):
        body = article[start.end() : end]
        found = TERM.finditer(body) if start["term"] else ()
        terms = [(term["lang"] or "en", _text(term["text"])) for term in found]
        title = _term(terms, language) if terms else _text(start["title"])
        names = [name for _, name in terms] or [title]
        calls: list[str] = []
        weight = WEIGHTS["term"] if terms else 1.0
        if url.startswith("stages/"):
            weight *= WEIGHTS["stage"]
        if start[1] == "1":
            weight *= WEIGHTS["page"]
        if PUBLISHED in body:
            weight *= WEIGHTS["reference"]
        if REFERENCE in start[0]:
            weight *= WEIGHTS["reference"]
            body = f"{title} {body}"  # a signature's parameters are no title
            title, called, _ = title.partition("(")
            names.append(title)
            calls = [f"{squeezed(title)}()"] if called else []
        spelled = dict.fromkeys(map(squeezed, names))
        searched = {
            "title": title,
            "page": "" if title == page else page,
            "names": " ".join(spelled),
        }
        if tails := " ".join(_tails(title)):
            searched["tails"] = tails
            searched["names"] += "".join(f" {tail}" for name in spelled for tail in _tails(name))
        # a filter is what Pagefind keeps and does not search
        kept = [("url", f"{url}#{unescape(start['heading'] or start['term'])}")]
        kept += [("weight", f"{weight}"), *(("name", name) for name in (*spelled, *calls))]
        yield "".join(
            [
                f'<html lang="{language}"><head>',
                *(_meta(f'meta="{name}', text) for name, text in searched.items() if text),
                *(_meta(f'filter="{name}', text) for name, text in kept),
                f"</head><body>{body if _text(body) else title}</body></html>",
            ]
        )


def squeezed(text: str) -> str:
    """A name's letters and digits alone: what a reader may space or dot in another way."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def _meta(field: str, text: str) -> str:
    return f'<meta data-pagefind-{field}[content]" content="{escape(text)}">'


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def _term(names: list[tuple[str, str]], language: str) -> str:
    """A term in the page's language, with the English one behind it."""
    english = names[0][1]
    own = next((name for lang, name in names if lang == language), english)
    return own if own == english else f"{own} ({english})"


def _tails(title: str) -> Iterator[str]:
    """The tails of a title's Chinese words: Pagefind finds beginnings, and segments no titles."""
    for run in HAN.findall(title):
        yield from (run[start:] for start in range(len(run)))
