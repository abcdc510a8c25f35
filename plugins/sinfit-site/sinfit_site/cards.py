"""The picture that is shown where somebody shares a page: a real run, and the site's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sinfit.i18n import speaking

from sinfit_site import cache
from sinfit_site.i18n import languages, tagline
from sinfit_site.model import Site
from sinfit_site.running.run import LIBRARIES

SIZE = (1200, 630)  # pixels, what those who show such pictures ask for
PAPER, INK, SOFT = "#12151d", "#e6e9f2", "#a8b0c3"
TRUTH, FIT = "#8fa9ff", "#ff9d4d"


def build_cards(site: Site) -> None:
    """Have `cards` in the cache hold a picture for each language, drawn from the first stage.

    Args:
        site: The composed site, whose run is drawn; without a stage there is no card.
    """
    if not site.stages:
        return
    recording = site.runs[site.stages[0].name].recording
    words = {}
    for language in languages():
        with speaking(language):
            words[language] = tagline()

    def make(out: Path) -> None:
        for language, text in words.items():
            _draw(recording, text, words["en"], out / f"{language}.png")

    key = cache.key(recording, words, Path(__file__), cache.versions(LIBRARIES))
    cache.folder(site.cache / "cards", key, make)


def _draw(recording: dict[str, Any], words: str, english: str, path: Path) -> None:
    """Draw a card: the words above, the curve as it learns below."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    font = _font_for(words)
    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 0.72))
    axes.set_axis_off()
    x, frames = recording["x"], recording["frames"]
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(-2.1, 2.1)
    for number, (_step, _loss, y) in enumerate(frames[:-1:4]):
        axes.plot(x, y, color=FIT, linewidth=2, alpha=0.12 + 0.03 * number)
    axes.plot(x, recording["truth"], color=TRUTH, linewidth=9, alpha=0.75)
    axes.plot(x, frames[-1][2], color=FIT, linewidth=4.5)
    figure.text(0.055, 0.80, "sinfit", color=INK, fontsize=60, fontweight="bold")
    text = words if font else english
    shown = figure.text(0.058, 0.69, text, color=SOFT, fontsize=25, font=font or _font_for(english))
    canvas: Any = FigureCanvasAgg(figure)
    width = shown.get_window_extent(canvas.get_renderer()).width
    shown.set_fontsize(min(25, 25 * 0.89 * SIZE[0] / width))
    canvas.print_png(str(path), metadata={"Software": None})


def _font_for(text: str) -> Path | None:
    """A font of this computer with all the letters of a text; None if there is none."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    entries = font_manager.fontManager.ttflist
    # the default first, which is always there; then the ones without serifs, in a fixed order
    paths = [str(font_manager.findfont("DejaVu Sans"))]
    paths += sorted(
        {str(each.fname) for each in entries if "Sans" in each.name and each.weight == 400}
    )
    letters = {ord(letter) for letter in text if not letter.isspace()}
    for path in paths:
        if letters <= FT2Font(path).get_charmap().keys():
            return Path(path)
    return None
