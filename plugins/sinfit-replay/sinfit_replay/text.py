"""A log's text, however it was saved: colours, progress bars, markup, stamps, JSON, a result."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from sinfit.errors import DataError
from sinfit.fitting.saving import FORMAT

from sinfit_replay.i18n import _

FEWEST, MOST = 3, 200  # lines that are taken as a saved run printed them; else about MOST evenly

ANSI = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
TQDM = re.compile(
    r"(?:[^\n:|]{0,80}:\s*)?\d{1,3}%\|[^|\n]*\|\s*[\d.]+[kMG]?/[\d.]+[kMG]?\s*\[[^\]\n]*\]"
    r"|\d+it\s*\[[^\]\n]*\]"
)
# the minus signs of typesetting and of East Asian encodings, also as UTF-8, CP949 or GBK that was
# read as Latin-1 or Windows-1252
MINUS = re.compile("[\u2010\u2011\u2013\u2212\ufe63\uff0d]|\xe2\x88\x92|\xe2\u02c6\u2019|\xa3\xad")
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width to ASCII
UNSEEN = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))  # characters of no width
TAGS = re.compile(r"</?(?:pre|code|samp|p|br|div|span|td|tr|li|b)\b[^>\n]*>", re.I)
# "> 99 …" quoted, "... 99 …" behind a prompt, "| 99 | … |" in a table, "* 99 …" in a list
AROUND = re.compile(r"^(?:(?:>+|\.{3}|[*#|•]|-(?=\s)|(?:In|Out)\s*\[\d*\]:)\s*)+|\s*\|$")
STAMP = re.compile(
    r"^[\[(]?(?:\d{4}[-/.]\d\d?[-/.]\d\d?(?:[T ]\s*\d\d?:\d\d(?::\d\d)?)?|\d\d?:\d\d:\d\d)"
    r"(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?[\])]?(?:[\s:|,-]+|$)"
)
LEVEL = re.compile(
    r"^[\[(]?(?:debug|info|warning|error)[\])]?(?:\s*:\s*[A-Za-z_][\w.]*)?[\])]?[\s:|-]+", re.I
)
# pairs in brackets: [[99, 5545.57], [199, 3921.16]]
PAIR = re.compile(
    r"[\[(]\s*(\d+)\s*,\s*((?:np\.float\d\d\()?[-+]?[\d.]+(?:e[-+]?\d+)?\)?)\s*[\])],?", re.I
)


def clean(text: str) -> list[str]:
    r"""The lines, without colours, progress bars, JSON and carriage returns.

    Examples:
        >>> clean("\x1b[32m99 5545.57\x1b[0m\r\n 12%|██  | 24/200 [00:01<00:07, 9it/s]199 3921.16")
        ['99 5545.57', '199 3921.16']
    """
    text = unwrap(text)
    text = ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = MINUS.sub("-", text).translate(WIDE | UNSEEN)
    if any(len(PAIR.findall(line)) > 1 for line in text.splitlines()):
        text = PAIR.sub(r"\n\1 \2\n", text)
    lines = (bare(TAGS.sub(" ", TQDM.sub("", line))) for line in text.splitlines())
    return [line for line in lines if line]


def bare(line: str) -> str:
    """A line without quotation marks, prompts, table borders and time stamps.

    Examples:
        >>> bare("> [12:30:39] step 99 loss 5545.57"), bare("| 99 | 5545.57 |")
        ('step 99 loss 5545.57', '99 | 5545.57')
    """
    line = AROUND.sub("", line.strip()).strip()
    stamped = STAMP.sub("", line)
    return LEVEL.sub("", stamped).strip()


def unwrap(text: str) -> str:
    r"""The printed text inside JSON: a notebook, a cell, an output, a list of pairs, a fragment.

    Examples:
        >>> unwrap('{"output_type": "stream", "text": ["99 5545.57\\n", "199 3921.16\\n"]}')
        '99 5545.57\n199 3921.16\n'
        >>> unwrap('"99 5545.57\\n",\n"199 3921.16\\n"').split()
        ['99', '5545.57', '199', '3921.16']
    """
    stripped = text.strip().removeprefix("\ufeff")
    if stripped[:1] in ("{", "["):
        try:
            return printed(json.loads(stripped))
        except (ValueError, RecursionError):
            pass
    if re.search(r'^\s*".*\\n",?\s*$', text, re.MULTILINE):  # lines cut out of a notebook's JSON
        return re.sub(r'^\s*"(.*?)(?:\\n)?",?\s*$', r"\1", text, flags=re.MULTILINE)
    return text


def printed(value: Any) -> str:
    """The printed text in a parsed JSON value, as lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        if all(isinstance(pair, list) and len(pair) == 2 for pair in value):
            return "\n".join(f"{step} {loss!r}" for step, loss in value)
        parts = [printed(item) for item in value]
        # a notebook's lists of strings bring their own line ends
        return "".join(part if part.endswith("\n") else part + "\n" for part in parts)
    if isinstance(value, dict):
        keys = ("losses", "lines", "result_line", "cells", "outputs", "text", "data", "text/plain")
        return "\n".join(printed(value[key]) for key in keys if key in value)
    return ""


def unpacked(text: str) -> tuple[str, dict[str, Any]]:
    """What the run of a saved result printed, and its points, steps and learning rate.

    The checksum is not looked at: an edited result is a log, too.

    Returns:
        Any other text as it is, and no settings.

    Raises:
        DataError: It is no fit of sin at evenly spaced points.
    """
    if f'"{FORMAT}"' not in text[:200]:
        return text, {}
    try:
        run = json.loads(text)
        steps, losses, every = run["steps_recorded"], run["losses"], run["print_every"]
        chosen = [i for i, step in enumerate(steps) if step % every == every - 1]
        if not FEWEST <= len(chosen) <= MOST:
            chosen = list(range(0, len(steps), len(steps) // MOST + 1))
        lines = [f"{steps[i]} {float(losses[i])!r}" for i in chosen]
        names = ", ".join(f"{name} = {value!r}" for name, value in run["parameters"].items())
        x, y = np.array([run["x"], run["y"]], dtype=np.float64)
        settings = {"points": len(x), "steps": run["nit"], "learning_rate": run["learning_rate"]}
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return text, {}  # somebody wrote something else into it
    even = np.linspace(-np.pi, np.pi, len(x))
    if not (np.allclose(x, even, atol=1e-5) and np.allclose(y, np.sin(even), atol=1e-5)):
        # float32 holds x to 3e-7
        raise DataError(_("only fits of sin at evenly spaced points in [-pi, pi] are replayed."))
    return "\n".join([*lines, names, ""]), settings
