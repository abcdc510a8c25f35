"""MkDocs' events of one language's build: navigation, notebook views, the `lang` attribute."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

from sinfit.tutorials.markdown import MATHS
from sinfit.tutorials.maths import mathml
from sinfit.tutorials.plots import unique_ids
from sinfit.tutorials.terms import terms
from sinfit.tutorials.words import WORDS, word

HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
DROPPED = re.compile(
    r"<(style|script)\b.*?</\1>"
    r"|<div class=\"zeroclipboard-container\">.*?</clipboard-copy>\s*</div>"
    r"|<div id=\"cell-\d+\" class=\"clipboard-copy-txt\">.*?</div>"
    r"|<div class=\"celltoolbar\">.*?</div>\s*</div>\s*</div>"
    r"|<div class=\"jp-(?:InputPrompt|OutputPrompt|InputArea-prompt|OutputArea-prompt|"
    r"Cell-inputCollapser|Cell-outputCollapser|Collapser)[^\"]*\">.*?</div>"
    r"|<a class=\"anchor-link\".*?</a>",
    re.DOTALL,
)
DISPLAYED = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
CODE = re.compile(r"<(pre|code|svg|math)\b.*?</\1>", re.DOTALL)


def on_config(config: Any) -> Any:
    """Put the stages into the navigation, and its section titles into the language."""
    docs = Path(config.docs_dir)
    language = config.extra["code"]
    config.nav = _nav(config.nav, docs, language)
    _segment_only_chinese(language)
    return config


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001
    """Mend what mkdocs-jupyter writes: styles, scripts, maths and heading ids."""
    if not page.file.src_uri.endswith("notebook.ipynb"):
        return html
    from mkdocs.structure.toc import get_toc

    source = json.loads(Path(page.file.abs_src_path).read_text(encoding="utf-8"))
    ids = iter(source["metadata"]["sinfit"]["headings"])
    html = _without(DROPPED, html)
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x02{len(kept) - 1}\x03"

    html = CODE.sub(keep, html)
    html = DISPLAYED.sub(_displayed, html)
    html = MATHS.sub(lambda match: mathml(_plain(match[1])), html)
    tokens: list[dict[str, Any]] = []

    def heading(match: re.Match[str]) -> str:
        level, text = int(match[1]), match[3].strip()
        identity = next(ids, "")
        anchor = f'<a class="headerlink" href="#{identity}" title="#">¶</a>' if level > 1 else ""
        shown = re.sub("\x02(\\d+)\x03", lambda m: kept[int(m[1])], text)
        tokens.append({"level": level, "id": identity, "name": _words(shown), "children": []})
        return f'<h{level} id="{identity}">{text}{anchor}</h{level}>'

    html = HEADING.sub(heading, html)
    html = re.sub("\x02(\\d+)\x03", lambda match: kept[int(match[1])], html)
    number = iter(range(1, 1000))
    html = re.sub(
        r"<svg\b.*?</svg>", lambda m: unique_ids(m[0], f"n{next(number)}"), html, flags=re.DOTALL
    )
    page.toc = get_toc(_nested(tokens))  # type: ignore[arg-type]  # tokens as MkDocs reads them
    view = word("notebook view", config.extra["code"])
    page.meta["title"] = f"{tokens[0]['name']} · {view}" if tokens else view
    back = word("page view", config.extra["code"])
    links = f'<div class="sf-links"><a href="../">{escape(back)}</a></div>'
    html = html.replace("</h1>", f"</h1>{links}", 1)
    return re.sub(r">\s*\n\s*<(?=/?div)", "><", html)


def on_post_page(output: str, page: Any, config: Any) -> str:  # noqa: ARG001 (MkDocs' signature)
    """Chinese is zh-Hans to a browser; names and brackets in code need no spans."""
    output = re.sub(r'<span class="(?:n|p|w|nn|nb)?">([^<]*)</span>', r"\1", output)
    return _with_language(output, config.extra["code"])


def on_post_template(output: str, template_name: str, config: Any) -> str:  # noqa: ARG001
    """The same for pages such as 404."""
    return _with_language(output, config.extra["code"])


def _segment_only_chinese(language: str) -> None:
    """Keep Material's search from loading jieba's dictionary where there is nothing to segment."""
    from material.plugins.search import plugin  # type: ignore[import-untyped]  # no stubs

    if language != "zh":
        plugin.jieba = None
    elif plugin.jieba is not None:
        plugin.jieba.setLogLevel("WARNING")  # it reports its progress on stderr
        for term in terms():
            for form in term.forms["zh"]:
                plugin.jieba.add_word(form)  # 梯度下降 is one word


def _with_language(output: str, language: str) -> str:
    if language == "zh":
        output = output.replace('<html lang="zh"', '<html lang="zh-Hans"', 1)
    return output


def _nav(items: list[Any], docs: Path, language: str) -> list[Any]:
    """The navigation with what exists: a stage's page is a folder, `stages/*` all the others."""
    named = {path for item in _flat(items) for path in [item]}
    found: list[Any] = []
    for item in items:
        if isinstance(item, dict):
            for title, inner in item.items():
                key = f"nav: {title}"
                shown = word(key, language) if key in WORDS else title
                entries = _nav(inner, docs, language) if isinstance(inner, list) else inner
                if entries:
                    found.append({shown: entries})
        elif item in ("stages/*", "stages/**"):
            order = json.loads((docs / "stages.json").read_text(encoding="utf-8"))[item]
            found += [f"{name}/index.md" for name in order if name not in named]
        elif (docs / item).is_file():
            found.append(item)
        elif (docs / item / "index.md").is_file():
            found.append(f"{item}/index.md")
    return found


def _flat(items: list[Any]) -> list[str]:
    return [
        leaf
        for item in items
        for leaf in (
            _flat(
                [
                    part
                    for inner in item.values()
                    for part in ([inner] if isinstance(inner, str) else inner)
                ]
            )
            if isinstance(item, dict)
            else [item]
        )
    ]


def _without(pattern: re.Pattern[str], html: str) -> str:
    before = ""
    while before != html:
        before, html = html, pattern.sub("", html)
    return html


def _plain(text: str) -> str:
    return text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def _words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).replace("¶", "").strip()


def _displayed(match: re.Match[str]) -> str:
    return f'<div class="sf-maths">{mathml(_plain(match[1]), block=True)}</div>'


def _nested(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    top: list[dict[str, Any]] = []
    open_tokens: list[dict[str, Any]] = []
    for token in tokens:
        while open_tokens and open_tokens[-1]["level"] >= token["level"]:
            open_tokens.pop()
        (open_tokens[-1]["children"] if open_tokens else top).append(token)
        open_tokens.append(token)
    return top
