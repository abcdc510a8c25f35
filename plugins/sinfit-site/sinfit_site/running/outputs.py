"""What a page keeps of a cell's outputs: bounded, without control characters, drawings only."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from sinfit_site.errors import TutorialError
from sinfit_site.running.plots import ink
from sinfit_site.sources.document import Cell

TEXT = 100_000  # bytes that a cell may print: more than anybody reads on a page
PICTURE = 2_000_000  # bytes of a drawing; one with more points than pixels is thinned out instead

SVG = "image/svg+xml"
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}|<ipython-input|/ipykernel_")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
ELEMENTS = re.compile(
    "svg|g|defs|style|path|use|rect|circle|ellipse|line|polyline|polygon|text|tspan|clipPath|mask|"
    "linearGradient|radialGradient|stop|pattern|marker|symbol|title|image"
)
STYLE = (
    "*{stroke-linejoin: round; stroke-linecap: butt}"  # Matplotlib's; a style is the whole page's
)
REFERENCE = re.compile(r"#|data:image/(?:png|jpeg);base64,")


def visible(text: str) -> str:
    r"""A text whose control characters can be seen; colours are left out.

    Examples:
        >>> visible("a\x1b[1mb\x1b[0m\x00\x1b]8;;")
        'ab␀␛]8;;'
    """
    return CONTROL.sub(_picture_of, COLOUR.sub("", text).replace("\r\n", "\n"))


def kept(cell: Cell, outputs: list[Any], where: str, folder: str) -> tuple[dict[str, Any], ...]:
    """The outputs of a cell as a page shows them.

    Args:
        cell: The cell.
        outputs: Its outputs, in nbformat's form.
        where: The cell's place, for messages.
        folder: The folder that it ran in, which no output may name.

    Raises:
        TutorialError: A page cannot show one; the message says why and what to do.
    """
    found = tuple(_kept(output, where) for output in _joined(outputs))
    for output in found:
        if output["output_type"] == "stream" and output["name"] == "stderr":
            raise TutorialError(f"{where} writes to stderr: {output['text'].strip()[-300:]}")
    texts = [_text(output) for output in found]
    if (size := sum(len(text.encode()) for text in texts)) > TEXT:
        raise TutorialError(
            f"{where} prints {size:,} bytes; a page shows at most {TEXT:,} of a cell: print less"
        )
    own = (folder, sys.prefix, str(Path.home()) + "/")
    for output, text in zip(found, texts, strict=True):
        if output["output_type"] != "error" and (
            ADDRESS.search(text) or any(part in text for part in own if len(part) > 2)
        ):
            raise TutorialError(
                f"{where} prints an address or a path of this machine: {text[:200]}"
            )
    raised = next((each["ename"] for each in found if each["output_type"] == "error"), "")
    if cell.raises and raised != cell.raises:
        raise TutorialError(f"{where} must raise {cell.raises} and raises {raised or 'nothing'}")
    return found


def _kept(output: Any, where: str) -> dict[str, Any]:
    """An output without what differs from run to run, or has no place on a page."""
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": visible(output["text"])}
    if kind == "error":
        name, message = visible(output["ename"]), visible(output["evalue"])
        return {"output_type": kind, "ename": name, "evalue": message,
                "traceback": [f"{name}: {message}"]}  # fmt: skip
    data = output["data"]
    for mime in data:
        if mime.startswith(("image/", "audio/", "video/", "application/")) and mime != SVG:
            raise TutorialError(
                f"{where} shows {mime}, which no page holds: draw with Matplotlib, or print"
            )
    if SVG in data:
        shown = {SVG: _drawing(data[SVG], where)}
    else:
        shown = {"text/plain": visible(data.get("text/plain", ""))}
    return {"output_type": kind, "data": shown, "metadata": {}}


def _drawing(svg: str, where: str) -> str:
    """A drawing that can stand in a page: shapes and words, nothing that runs or loads."""
    if len(svg) > PICTURE:
        raise TutorialError(
            f"{where} draws {len(svg):,} bytes; a page shows at most {PICTURE:,}: "
            "draw fewer points, or rasterized=True"
        )
    try:
        drawn = ink(svg)
        root = ElementTree.fromstring(drawn)  # noqa: S314 (a document type has been cut off)
    except (ValueError, ElementTree.ParseError) as error:
        raise TutorialError(f"{where} shows what is no SVG: {error}") from error
    if "<!" in drawn or "<?" in drawn:  # HTML reads them in another way
        raise TutorialError(f"{where} draws an SVG with a declaration, which no page holds")
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        odd = not ELEMENTS.fullmatch(name) or (
            name == "style" and (element.text or "").strip() != STYLE
        )
        if odd:
            raise TutorialError(f"{where} draws an SVG with <{name}>, which no page holds")
        for key, value in element.attrib.items():
            key = key.rpartition("}")[2]
            loads = key == "href" and not REFERENCE.match(value)
            if key.lower().startswith("on") or loads or re.search(r"url\((?!['\"]?#)", value):
                raise TutorialError(
                    f"{where} draws an SVG with {key}={value[:40]!r}: it is refused"
                )
    return drawn


def _joined(outputs: list[Any]) -> list[Any]:
    """One block for what a cell prints, in however many pieces it has arrived."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        both = last is not None and last["output_type"] == output["output_type"] == "stream"
        if last is not None and both and last["name"] == output["name"]:
            joined[-1] = {**last, "text": last["text"] + output["text"]}
        else:
            joined.append(output)
    return joined


def _text(output: dict[str, Any]) -> str:
    """What an output prints; empty for a drawing."""
    if output["output_type"] == "error":
        return str(output["traceback"][0])
    return str(output.get("text", "") or output.get("data", {}).get("text/plain", ""))


def _picture_of(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
