"""MkDocs' events of one language's build: navigation, search, the `lang` attribute."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sinfit.tutorials.terms import terms
from sinfit.tutorials.view import mended
from sinfit.tutorials.words import WORDS, word

SECTION = re.compile(r'(<span class="doc-section-title">)(\w+)(:</span>)')


def on_config(config: Any) -> Any:
    """Put the stages into the navigation, and its section titles into the language."""
    docs = Path(config.docs_dir)
    language = config.extra["code"]
    config.nav = _nav(config.nav, docs, language)
    _segment_only_chinese(language)
    return config


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001
    """Mend what mkdocs-jupyter writes, and keep its views out of the search: pages say the same."""
    if not page.file.src_uri.endswith("notebook.ipynb"):
        return html
    page.meta["search"] = {"exclude": True}
    return mended(html, page, config.extra["code"])


def on_post_page(output: str, page: Any, config: Any) -> str:  # noqa: ARG001 (MkDocs' signature)
    """Chinese is zh-Hans to a browser; names and brackets in code need no spans."""
    language = config.extra["code"]
    output = re.sub(r'<span class="(?:n|p|w|nn|nb)?">([^<]*)</span>', r"\1", output)
    # mkdocstrings knows no Korean
    output = SECTION.sub(lambda match: match[1] + _section(match[2], language) + match[3], output)
    return _with_language(output, language)


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


def _section(title: str, language: str) -> str:
    key = f"section: {title}"
    return word(key, language) if key in WORDS else title


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
