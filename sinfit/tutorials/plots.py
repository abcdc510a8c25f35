"""Pictures as small SVG whose ink is the text's colour, so that one serves light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

NUMBER = re.compile(r"-?\d+\.\d{2,}")
TEXT = re.compile(r"(<text\b[^>]*>)([^<]*)(</text>)")
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
    """The picture with its words translated."""
    return TEXT.sub(
        lambda match: match[1] + escape(translate(unescape(match[2])), quote=False) + match[3], svg
    )


def picture(svg: str, alt: str) -> str:
    """The picture as it stands on a page."""
    label = escape(alt)
    body = svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
    return f'<div class="sf-plot">{body}</div>'
