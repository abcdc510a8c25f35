"""Pictures as small SVG whose ink is the text's colour, so that one serves light and dark."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from html import escape, unescape

NUMBER = re.compile(r"-?\d+\.\d{2,}")
TEXT = re.compile(r"(<text\b[^>]*>)([^<]*)(</text>)")
GROUP = re.compile(r"<(/?)g\b[^>]*>")
LEGEND = re.compile(r'<g id="[^"]*legend_\d+">')
PLACED = re.compile(r'font-size: ([\d.]+)px.*? x="([\d.]+)"')
BLACK = re.compile(r"(?<=[\"': ;])(?:#000000|#000|black|#262626)(?=[\"'; ])")


def ink(svg: str) -> str:
    """Matplotlib's SVG, cleaned: no preamble, few digits, black as `currentColor`.

    Args:
        svg: A picture made with `svg.fonttype: none` and a transparent background.

    Returns:
        The `<svg>` element alone.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = BLACK.sub("currentColor", svg)
    svg = re.sub(r"<(path|use|g|rect)\b(?![^>]*\b(?:fill|style)=)", r"<\1", svg)
    svg = NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), svg)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font: \1px sans-serif", svg)
    svg = re.sub(r">\s+<", "><", svg).strip()
    svg = re.sub(r"\s*\n\s*", " ", svg)
    # texts and shapes without a colour of their own are black in SVG
    return re.sub(
        r'<svg\b([^>]*?) width="[^"]*"([^>]*)>', r'<svg\1\2 fill="currentColor">', svg, count=1
    ).replace(' height="', ' data-height="', 1)


def unique_ids(svg: str, prefix: str) -> str:
    """The picture with ids of its own, as several share a page."""
    for name in dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)):
        svg = svg.replace(f'id="{name}"', f'id="{prefix}-{name}"')
        svg = svg.replace(f'"#{name}"', f'"#{prefix}-{name}"').replace(
            f"url(#{name})", f"url(#{prefix}-{name})"
        )
    return svg


def translate_texts(svg: str, translate: Callable[[str], str]) -> str:
    """The picture with its words translated, and legends moved so that their words have room."""

    def put(match: re.Match[str]) -> str:
        return match[1] + escape(translate(unescape(match[2])), quote=False) + match[3]

    for legend in [_group(svg, match.start()) for match in LEGEND.finditer(svg)]:
        translated = TEXT.sub(put, legend)
        longer = _right_end(translated) - _right_end(legend)
        at = min((float(match[2]) for match in PLACED.finditer(legend)), default=0.0)
        if longer > 0 and at > _width(svg) / 2:  # it stands at the right: it grows to the left
            moved = f' transform="translate(-{longer:.0f} 0)">'
            svg = svg.replace(legend, legend.replace(">", moved, 1), 1)
    return TEXT.sub(put, svg)


def _group(svg: str, start: int) -> str:
    """The `<g>` that begins there, up to its own end."""
    depth = 0
    for tag in GROUP.finditer(svg, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return svg[start : tag.end()]
    return ""


def _right_end(legend: str) -> float:
    """Where the longest text of a legend ends, about: letters are .6 em wide, ideographs 1 em."""
    ends = [0.0]
    for opening, text, _ in TEXT.findall(legend):
        if placed := PLACED.search(opening):
            wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
            ends.append(float(placed[2]) + float(placed[1]) * (0.6 * len(text) + 0.4 * wide))
    return max(ends)


def _width(svg: str) -> float:
    box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+)', svg)
    return float(box[1]) if box else math.inf


def picture(svg: str, alt: str) -> str:
    """The picture as it stands on a page."""
    label = escape(alt)
    body = svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
    return f'<div class="sf-plot">{body}</div>'
