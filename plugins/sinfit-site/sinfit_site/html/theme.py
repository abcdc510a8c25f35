"""MkDocs' events of one language's build: the frame's words, navigation, notebook views."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import html as html_exporter
from nbconvert.exporters import templateexporter
from sinfit.i18n import N_, speaking

from sinfit_site.html import BUILDER
from sinfit_site.html.notebook_view import mended
from sinfit_site.i18n import _, html_code, languages, tagline


class _Compiled(BytecodeCache):
    """What templates were compiled to, by the keys of their texts."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template what was kept for it."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


class _Unparsed(str):
    """A notebook's view as it stands, where nbconvert would parse it and write it once more."""

    def __new__(cls, html: str, features: str) -> _Unparsed:  # noqa: ARG004 (as of BeautifulSoup)
        return super().__new__(cls, html)

    def select(self, selector: str) -> list[Any]:  # noqa: ARG002
        """Nothing: `mended` gives what is scrolled its place in the order of the keyboard."""
        return []


THEMES_SEARCH = ("assets/javascripts/lunr/", "assets/javascripts/workers/search.")
COMPILED = _Compiled()
converters: Any = templateexporter
converters.Environment = partial(Environment, bytecode_cache=COMPILED)  # there is no setting for it
exporter: Any = html_exporter
exporter.BeautifulSoup = _Unparsed  # nor for this, a quarter of the time of a language

KEPT = ("<pre", "<script", "<style", "<textarea")
AS_IT_IS = re.compile(
    r"(<(?:pre|script|style|textarea)\b.*?</(?:pre|script|style|textarea)>)", re.S
)
INDENTED = re.compile(r"[ \t]*\n\s*")
MKDOCSTRINGS = re.compile(r'<link rel="stylesheet" href="[^"]*_mkdocstrings\.css">')
SECTION = re.compile(r'(<span class="doc-section-title")>(\w+)(:</span>)')


WORDS = {
    "action.skip": N_("Skip to content"),
    "clipboard.copy": N_("Copy to clipboard"),
    "clipboard.copied": N_("Copied to clipboard"),
    "footer": N_("Footer"),
    "footer.next": N_("Next"),
    "footer.previous": N_("Previous"),
    "header": N_("Header"),
    "nav": N_("Navigation"),
    "search": N_("Search"),
    "search.placeholder": N_("Search"),
    "search.reset": N_("Clear"),
    "search.result.initializer": N_("Initializing search"),
    "search.result.placeholder": N_("Type to start searching"),
    "search.result.none": N_("No matching documents"),
    "search.result.one": N_("1 matching document"),
    "search.result.other": N_("# matching documents"),
    "search.result.more.one": N_("1 more on this page"),
    "search.result.more.other": N_("# more on this page"),
    "search.result.term.missing": N_("Missing"),
    "select.language": N_("Select language"),
    "select.version": N_("Select version"),
    "tabs": N_("Tabs"),
    "toc": N_("Table of contents"),
    "top": N_("Back to top"),
}
"""The words of the theme's frame by its names for them, as `partials/language.html` asks."""


def on_config(config: Any) -> Any:
    """Set the language: the frame's words, the switch, and the navigation with its stages."""
    docs, code = Path(config.docs_dir), config.extra["code"]
    logging.getLogger(f"{BUILDER}.commands.build").addFilter(_is_no_warning_of_dirt)
    themes = (Path(each, "partials", "languages", f"{code}.html") for each in config.theme.dirs)
    config.theme["language"] = code if any(path.is_file() for path in themes) else "en"
    with speaking(code):
        config.site_description = tagline()
        for palette, name in zip(
            config.theme["palette"], (_("Switch to dark"), _("Switch to light")), strict=True
        ):
            palette["toggle"]["name"] = name
        config.mdx_configs["toc"]["permalink_title"] = _("Permanent link")
        config.extra |= {
            "languages": switch(),
            "words": {"language": html_code(languages()[code]), **_words()},
            "not_found": not_found(),
            "card": bool(config.site_url) and any(_stages(docs).values()),
            "release": metadata.version("sinfit"),
            "search_failed": _(
                "The search could not be loaded. "
                "Pages that are opened as files need a server: make serve."
            ),
        }
        config.nav = _nav(config.nav, docs)
    return config


def switch() -> list[dict[str, str]]:
    """The languages as templates want them."""
    return [
        {"code": code, "lang": html_code(each), "name": each.name}
        for code, each in languages().items()
    ]


def not_found() -> dict[str, str]:
    """What the page 404 says, in the language that is spoken."""
    return {
        "title": _("There is no such page."),
        "text": _("The address may have a typo, or the page has moved."),
        "home": _("To the home page"),
    }


def _words() -> dict[str, str]:
    """The frame's words that are translated; the others are the theme's."""
    return {name: _(text) for name, text in WORDS.items() if _(text) != text}


def on_files(files: Any, config: Any) -> Any:  # noqa: ARG001 (MkDocs' signature)
    """Leave out what only the theme's search needs, which is not the site's."""
    for file in list(files):
        if file.src_uri.startswith(THEMES_SEARCH):
            files.remove(file)
    return files


def on_nav(nav: Any, config: Any, files: Any) -> Any:  # noqa: ARG001 (MkDocs' signature)
    """Read the titles of the pages that stay: MkDocs reads only what it builds again."""
    for page in nav.pages:
        if not page.file.is_modified():
            page.read_source(config)
    return nav


def on_env(env: Any, config: Any, files: Any) -> Any:  # noqa: ARG001 (MkDocs' signature)
    """Number the stages in the navigation; compile each template once in a process.

    All pages have been read, and none is written yet. mkdocs-jupyter's converters would compile the
    templates for each page.
    """
    for file in files.documentation_pages():
        if file.page and (number := file.page.meta.get("stage")):
            file.page.title = f"{number}. {file.page.title}"
    env.bytecode_cache = COMPILED
    return env


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001
    """Mend what mkdocs-jupyter writes."""
    if not page.file.src_uri.endswith("notebook.ipynb"):
        return html
    with speaking(config.extra["code"]):
        return mended(html, page)


def on_post_page(output: str, page: Any, config: Any) -> str:  # noqa: ARG001 (MkDocs' signature)
    """Leave out what weighs and is not seen; mark what stays English."""
    output = "".join(
        part if part.startswith(KEPT) else INDENTED.sub("\n", part)
        for part in AS_IT_IS.split(output)
    )
    output = re.sub(r'<span class="(?:n|o|p|w|nn|nb)?">([^<]*)</span>', r"\1", output)
    # each hover text is work at each load, and those of types, `typing.Any`, tell next to nothing
    output = re.sub(r'<span title="[^"]*">([^<]*)</span>', r"\1", output)
    output = output.replace(' class="doc-section-item field-body"', "")
    if 'class="doc ' not in output:  # no reference
        output = MKDOCSTRINGS.sub("", output)
    code = config.extra["code"]
    if code == "en":
        return output
    output = output.replace(
        '<div class="doc doc-contents', '<div lang="en" class="doc doc-contents'
    )
    lang = f' lang="{html_code(languages()[code])}">'
    with speaking(code):  # mkdocstrings knows few languages
        return SECTION.sub(lambda match: match[1] + lang + _(match[2]) + match[3], output)


def _is_no_warning_of_dirt(record: logging.LogRecord) -> bool:
    """Whether it speaks of nothing that a build of some pages lacks: `on_nav` reads all titles."""
    return not str(record.msg).startswith("A 'dirty' build")


def _nav(items: list[Any], docs: Path) -> list[Any]:
    """The navigation with what exists: a stage's page is a folder, `stages/*` all the others."""
    named = set(_paths(items))
    found: list[Any] = []
    for item in items:
        if isinstance(item, dict):
            for title, inner in item.items():
                entries = _nav(inner if isinstance(inner, list) else [inner], docs)
                if entries:
                    found.append({_(title): entries if isinstance(inner, list) else entries[0]})
        elif item in ("stages/*", "stages/**"):
            found += [f"{name}/index.md" for name in _stages(docs)[item] if name not in named]
        elif (docs / item).is_file():
            found.append(item)
        elif (docs / item / "index.md").is_file():
            found.append(f"{item}/index.md")
    return found


def _stages(docs: Path) -> dict[str, list[str]]:
    """The pages of stages by their place in the navigation."""
    found: dict[str, list[str]] = json.loads((docs / "stages.json").read_text(encoding="utf-8"))
    return found


def _paths(item: Any) -> Iterator[str]:
    """The paths in a part of the navigation."""
    if isinstance(item, str):
        yield item
    for inner in (
        item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    ):
        yield from _paths(inner)
