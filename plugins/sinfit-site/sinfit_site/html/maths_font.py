"""A part of a font for maths beside the pages, for computers that have none.

MathML needs a font that says how large signs and limits are set; Windows and macOS have one. The
package ziamath brings STIX Two Math (SIL Open Font License), of which the site takes what its own
formulas need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

from sinfit_site import cache, packages

FONT = Path("fonts", "STIXTwoMath-Regular.ttf")
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
ALWAYS = "√"  # a root is no character of its formula
ITALIC = {"a": 0x1D44E, "A": 0x1D434, "α": 0x1D6FC, "Α": 0x1D6E2}
"""Where the slanted letters of a variable begin, for the letters from this one on."""
NAMES = [0, 1, 2, 13, 14]  # the copyright and the licence stay in the font


def build_font(kept: Path, pages: Iterable[Path]) -> None:
    """Have `fonts` in the cache hold the part of the font that these pages need.

    Args:
        kept: The cache.
        pages: Markdown pages with their formulas as MathML.
    """
    home = packages.folder("ziamath")
    if home is None or not (home / FONT).is_file():
        return
    signs = set(ALWAYS)
    for page in pages:
        for formula in FORMULA.findall(page.read_text(encoding="utf-8")):
            signs.update(unescape(re.sub(r"<[^>]+>", "", formula)))
    codes = sorted({ord(sign) for sign in signs} | {_slanted(sign) for sign in signs} - {0})
    key = cache.key(codes, Path(__file__), cache.versions(("ziamath", "fonttools")))
    cache.folder(kept / "fonts", key, lambda out: _write(home / FONT, codes, out / "maths.woff2"))


def _slanted(sign: str) -> int:
    """The code of a letter as a variable; 0 if it is no letter."""
    if sign == "h":
        return 0x210E  # Planck's constant had it first
    for first, code in ITALIC.items():
        if ord(first) <= ord(sign) < ord(first) + 26:
            return code + ord(sign) - ord(first)
    return 0


def _write(font: Path, codes: list[int], path: Path) -> None:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=[], hinting=False, name_IDs=NAMES)
    whole = TTFont(font, recalcTimestamp=False)
    part = subset.Subsetter(options)
    part.populate(unicodes=codes)
    part.subset(whole)
    whole.flavor = "woff2"
    whole.save(path)
