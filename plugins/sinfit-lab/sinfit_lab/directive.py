"""`[[lab]]`, the whole lab, and `[[lab: small rate lr=1e-5]]`, a part of it in a stage."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from sinfit.errors import UsageError
from sinfit.fitting.plan import draw_start

from sinfit_lab.games import games
from sinfit_lab.i18n import _
from sinfit_lab.page import CONTROLS, Html, filled, small, whole
from sinfit_lab.words import words

PROGRAMS = ("engine", "charts", "program", "state", "lab")
GAMES = ("judge", "games")
OF_WHOLE = frozenset(
    {"because", "bugs", "choose", "fates", "found", "healthy", "judged", "missed", "open", "right"}
    | {"at_once", "copied", "grows", "mixed", "never", "not_copied", "path", "place", "steps"}
    | {"wrong"}
)
"""The words that a small lab has no use for: those of the games, the path, the modes, sharing."""

FOLDER = "assets/sinfit_lab"
LOADER = """
new IntersectionObserver(function load(seen, watch) {
  if (!seen.some(function (each) { return each.isIntersecting; })) return;
  if (!(READY)) { setTimeout(load, 60, seen, watch); return; }
  watch.disconnect();
  FILES.forEach(function (file) {
    var style = file.slice(-4) === ".css", one = document.createElement(style ? "link" : "script");
    if (style) { one.rel = "stylesheet"; one.href = file; }
    else { one.async = false; one.src = file; }
    document.head.append(one);
  });
}, { rootMargin: "900px" }).observe(document.currentScript.parentNode);
"""
"""Loads files in their order when what they are for is less than a screen away, and the time has
come."""

SEEDS = 10
DEGREES = 15
CUBIC = 3


def render(page: Any, argument: str) -> str:
    """The lab of a page, as HTML.

    Args:
        page: The page, a `sinfit_site.model.Page`.
        argument: Nothing for the whole lab; else `small`, the controls to show, and the state to
            begin with as the lab's address writes it, such as `lr=1e-5&optimizer=adam`; or `games`.

    Raises:
        UsageError: A control is named that there is not.
    """
    root = "../" * (0 if page.document.name == "index" else page.document.name.count("/") + 1)
    given = argument.split()
    if given == ["games"]:
        ready = "globalThis.sinfitLab && sinfitLab.labs"
        return games(Html(_loaded(root, [f"{name}.js" for name in GAMES], ready)))
    state = "&".join(word for word in given if "=" in word)
    shown = [word for word in given if "=" not in word and word != "small"]
    for name in shown:
        if name not in CONTROLS:
            text = _("the lab has no control {name!r}; there are: {known}.")
            raise UsageError(text.format(name=name, known=", ".join(CONTROLS)))
    number = page.number("lab")
    # a part of the lab has one degree and one start, unless these can be changed
    degree, last = DEGREES, SEEDS - 1
    if "small" in given and "degree" not in shown:
        degree = int((re.findall(r"\bdegree=(\d+)", state) or [CUBIC])[0])
    if "small" in given and "seed" not in shown:
        last = int((re.findall(r"\bseed=(\d+)", state) or [0])[0])
    data = {
        "words": {
            name: said
            for name, said in words().items()
            if "small" not in given or name not in OF_WHOLE
        },
        "seeds": [draw_start(seed, degree + 1) for seed in range(last + 1)],
        "state": state,
        "small": "small" in given,
        "lab": f"{root}lab/",
    }
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return filled(
        '<div class="sf-lab{style}" role="group" aria-label="{name}">{assets}{inner}'
        "<noscript><p>{without}</p></noscript>"
        '<script type="application/json">{data}</script></div>',
        style=" sf-lab-small" if data["small"] else "",
        name=_("Lab: a training to change"),
        assets=Html(_assets(root, small="small" in given) if number == 1 else ""),
        inner=small(number, shown) if data["small"] else whole(number),
        without=_("The lab needs JavaScript."),
        data=Html(packed),
    )


def _assets(root: str, *, small: bool) -> str:
    """The style, and the programs where a reader comes near: most read what is above first."""
    if small:
        return _loaded(root, ("lab.css", *(f"{name}.js" for name in PROGRAMS)))
    style = f'<link rel="stylesheet" href="{root}{FOLDER}/lab.css">'
    return style + _loaded(root, [f"{name}.js" for name in PROGRAMS])


def _loaded(root: str, names: Iterable[str], ready: str = "true") -> str:
    """What loads files for the element that it stands in."""
    files = json.dumps([f"{root}{FOLDER}/{name}" for name in names], separators=(",", ":"))
    packed = " ".join(LOADER.replace("FILES", files).replace("READY", ready).split())
    return f"<script>{packed}</script>"
