"""Style sheets and scripts as small as they can be: no rule that no page needs, no comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

from sinfit_site import packages

SHEET = "assets/stylesheets/*.css"
GROUPS = ("@media", "@supports")
COLOUR = re.compile(r"data-md-color-(?:primary|accent)=\"?([\w-]+)")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
VARIABLE = re.compile(r"--md-[\w-]+")
USED = re.compile(r"var\(\s*(--md-[\w-]+)")
ALTERNATIVES = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")


def prune(out: Path) -> None:
    """Write one language's sheets anew, from the theme's own.

    A rule stays if the site's pages have its classes and colours, or a script speaks of them; a
    variable of the theme's, if anything uses it.

    Args:
        out: The language's folder, with all its pages.
    """
    words: set[str] = set()
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        words.update(" ".join(re.findall(r'class="([^"]*)"', text)).split())
        words.update(COLOUR.findall(text) + VARIABLE.findall(text))
    for script in (out / "assets").rglob("*.js"):
        words.update(re.findall(r"[\w-]+", script.read_text(encoding="utf-8")))
    theme = (packages.folder("material") or out) / "templates"
    sheets = {
        out / sheet.relative_to(theme): "".join(_pruned(sheet.read_text(encoding="utf-8"), words))
        for sheet in theme.glob(SHEET)
    }
    ours = [each for each in (out / "assets").rglob("*.css") if each not in sheets]
    for text in (*sheets.values(), *(each.read_text(encoding="utf-8") for each in ours)):
        words.update(USED.findall(text))
    for place, text in sheets.items():
        place.unlink(missing_ok=True)  # it may be a link to the cache
        place.write_text("".join(_pruned(text, words, variables=True)), encoding="utf-8")


def minify(out: Path) -> None:
    """Write one language's own sheets and scripts, those of plugins too, without their comments."""
    theme = (packages.folder("material") or out) / "templates"
    for path in sorted((out / "assets").rglob("*.[cj]s*")):
        smaller = {".css": cssmin, ".js": jsmin}.get(path.suffix)
        if smaller and not (theme / path.relative_to(out)).exists():
            text = path.read_text(encoding="utf-8")
            path.unlink()  # it may be a link to the cache
            path.write_text(smaller(text), encoding="utf-8")


def _pruned(css: str, words: set[str], *, variables: bool = False) -> Iterator[str]:
    """The rules that stay; with `variables`, without those of the theme's that nothing uses."""
    for head, body in _rules(css):
        if head.startswith(GROUPS):
            inner = "".join(_pruned(body, words, variables=variables))
            yield f"{head}{{{inner}}}" if inner else ""
        elif head.startswith("@"):
            yield f"{head}{{{body}}}" if body else head
        else:
            kept = [each for each in _parts(head, ",") if _is_used(each, words)]
            needed = (each for each in _parts(body, ";") if _is_needed(each, words))
            rest = ";".join(needed) if variables else body
            yield f"{','.join(kept)}{{{rest}}}" if kept and rest else ""


def _is_used(selector: str, words: set[str]) -> bool:
    plain = ALTERNATIVES.sub("", selector)
    named = CLASS.findall(plain) + COLOUR.findall(plain)
    return words.issuperset(named)


def _is_needed(declaration: str, words: set[str]) -> bool:
    name = VARIABLE.match(declaration)
    return name is None or name[0] in words


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """The rules of a sheet without comments, each as what stands before its braces and in them."""
    for part in _parts(css, "}"):
        head, _brace, body = part.partition("{")
        while head.startswith("@") and ";" in head:  # one that has no braces
            statement, head = head.split(";", 1)
            yield f"{statement};", ""
        if head:
            yield head, body


def _parts(text: str, mark: str) -> Iterator[str]:
    """A text cut at a mark that stands in no brackets, braces or quotes."""
    depth, start, quote, before = 0, 0, "", ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote and before != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        if sign == mark and not depth and not quote:
            yield text[start:at]
            start = at + 1
        before = sign
    if text[start:].strip():
        yield text[start:]
