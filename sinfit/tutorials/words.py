"""The engine's own words: labels, captions and banners, from `locale/<language>.po`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from sinfit.tutorials import po
from sinfit.tutorials.units import Unit

LOCALE = Path(__file__).parent / "locale"

WORDS = {
    # above and below a page
    "download notebook": "Download .ipynb",
    "download program": "Download .py",
    "notebook view": "View as notebook",
    "page view": "Back to the page",
    "source": "View source",
    "pip": "This needs Python 3.11 or newer and:",
    "pip in a checkout": "This needs Python 3.11 or newer and, in a checkout of sinfit:",
    "site": "The page of this notebook: {url}",
    "status banner": "{percent} % of this page is translated; the rest is shown in English.",
    "outdated banner": "{count} marked passages have changed in English since their translation.",
    "no language": "The plugin {distribution} has no translation yet, so its page is in English.",
    "state: outdated": "The English has changed since this was translated.",
    "state: missing": "Not yet translated.",
    "provenance": (
        "Run once for all languages with seed {seed}, in {seconds} s of training: {versions}."
    ),
    # notebooks
    "on the page": "Here the page shows more than a notebook can.",
    "solution": "Solution",
    "mistake": "A common mistake",
    "code of the plot": "The code of this plot",
    "output": "Output",
    # features
    "player": "Training player",
    "play": "Play",
    "pause": "Pause",
    "step": "step",
    "loss": "loss",
    "loss by step": "Loss by step, on a logarithmic scale",
    "player hint": "The early steps are spread out: half of the slider is a quarter of the steps.",
    "speak": "step {step}, loss {loss}",
    "start": "start",
    "fit": "fit",
    "truth": "true curve",
    "curves alt": "The start, the fit and the true curve of the stage {stage}",
    "losses alt": "The loss over the steps, on a logarithmic scale: {stages}",
    "losses caption": "Losses as the tutorial prints them",
    "diff caption": "From {before} to {after}",
    "diff legend": "Lines marked − are gone, lines marked + are new.",
    "unchanged": "{count} lines unchanged",
    "added": "new",
    "removed": "gone",
    "first stage": "The first stage: there is nothing before it to compare with.",
    "printed": "printed",
    "ours": "ours",
    "deviation": "deviation",
    "verdict": "verdict",
    "published table": "Published table",
    "source of the table": "Where it was printed",
    "no published": "No table of this stage has been published.",
    "largest deviation": "largest deviation",
    "verdict: reproduced": "reproduced",
    "verdict: consistent": "consistent",
    "verdict: contradicted": "contradicted",
    "stage": "Stage",
    "summary": "What is new",
    "final loss": "Final loss",
    "gap": "Above the best cubic",
    "steps": "Steps",
    "page": "Page",
    "translated": "translated",
    "outdated": "outdated",
    "missing": "missing",
    "term": "English",
    "definition": "Meaning",
    "Korean": "Korean",
    "Chinese": "Chinese",
    "percent": "{percent} %",
    # the sections of docstrings
    "section: Args": "Parameters",
    "section: Attributes": "Attributes",
    "section: Examples": "Examples",
    "section: Parameters": "Parameters",
    "section: Raises": "Raises",
    "section: Returns": "Returns",
    # navigation
    "nav: Home": "Home",
    "nav: Start": "Start",
    "nav: Stages": "Stages",
    "nav: Use": "Use",
    "nav: Extend": "Extend",
    "nav: About": "About",
    "nav: More plugins": "More plugins",
    "nav: Notebook": "Notebook",
}
"""The words by their key; the English is the msgid."""


SEPARATORS = {
    "list": {"en": ", ", "ko": ", ", "zh": "、"},
    "clause": {"en": ", ", "ko": ", ", "zh": "，"},
    "colon": {"en": ": ", "ko": ": ", "zh": "："},
}
"""What stands between words that are put together."""


def joined(parts: Iterable[str], kind: str, language: str) -> str:
    """Words with a language's separator between them: of a `list`, a `clause` or a `colon`."""
    return SEPARATORS[kind][language].join(parts)


def word(key: str, language: str, **values: object) -> str:
    """A word or sentence of the engine in a language; English where the catalog lacks it."""
    english = WORDS[key]
    text = english
    if language != "en":
        entry = _entries(language).get(english)
        if entry and entry.state == "translated":
            text = entry.text
    return text.format(**values) if values else text


def units() -> list[Unit]:
    """The words as units of their catalog."""
    return [Unit(text, "word of the site") for text in dict.fromkeys(WORDS.values())]


def forget() -> None:
    """Read the catalogs again when they are next needed."""
    _entries.cache_clear()


@lru_cache
def _entries(language: str) -> dict[str, po.Entry]:
    return po.entries(LOCALE / f"{language}.po", language, units())
