"""Charts as plain SVG: lines, two axes, a legend; colours and fonts come from the style sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

Numbers = Sequence[float]
CLOSE = 32
"""Rows of labels nearer than this would touch in the larger type of a phone."""


@dataclass
class Chart:
    """One chart, drawn into a box of `width` by `height` units.

    Attributes:
        x: The least and the greatest x.
        y: The least and the greatest y.
        log: Whether y is logarithmic.
        x_ticks: Labels of the x axis by their value; chosen if empty.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    log: bool = False
    width: int = 640
    height: int = 280
    x_ticks: dict[float, str] = field(default_factory=dict)
    left: int = 56
    bottom: int = 26
    parts: list[str] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)

    def px(self, x: float) -> float:
        """The place of x."""
        span = self.width - self.left - 18
        return self.left + span * (x - self.x[0]) / (self.x[1] - self.x[0])

    def py(self, y: float) -> float:
        """The place of y."""
        low, high = self.y
        if self.log:
            low, high, y = math.log10(low), math.log10(high), math.log10(max(y, 1e-300))
        return 8 + (self.height - self.bottom - 8) * (high - y) / (high - low)

    def path(self, xs: Numbers, ys: Numbers) -> str:
        """The `d` of a line through the points; points far outside are held at the edge.

        It goes from each point to the next by their difference, which is short and packs well.
        """
        far = self.height * 3
        tenths = [
            (round(10 * self.px(x)), round(10 * min(max(self.py(y), -far), far)))
            for x, y in zip(xs, ys, strict=True)
        ]
        steps = [(x - x0, y - y0) for (x0, y0), (x, y) in pairwise(tenths)]
        moves = (" ".join(f"{each / 10:g}" for each in move) for move in steps)
        return f"M{tenths[0][0] / 10:g} {tenths[0][1] / 10:g}l{' '.join(moves)}"

    def line(self, xs: Numbers, ys: Numbers, style: str, label: str = "") -> None:
        """Draw a line of a class such as `sf-fit`, named in the legend if it has a label."""
        self.parts.append(f'<path class="sf-line {style}" d="{self.path(xs, ys)}"/>')
        if label:
            self.legend.append((style, label))

    def svg(self, alt: str, more: str = "") -> str:
        """The whole picture."""
        clip = f"{self.left} 0 {self.width - self.left} {self.height - self.bottom}"
        x, y, w, h = clip.split()
        body = "".join(self.parts)
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escape(alt)}">'
            f"{self._axes()}"
            f'<svg x="{x}" y="{y}" width="{w}" height="{h}" viewBox="{clip}">{body}{more}</svg>'
            "</svg>"
        )

    def legend_html(self) -> str:
        """The legend, as HTML below the picture, so that it wraps on a narrow screen."""
        items = "".join(
            f'<span class="sf-key {style}">{escape(label)}</span>' for style, label in self.legend
        )
        return f'<div class="sf-legend">{items}</div>' if items else ""

    def _axes(self) -> str:
        floor = self.height - self.bottom
        grid, labels = [], []
        ticks = self._y_ticks()
        rows = [self.py(value) for value in ticks]
        close = any(abs(low - high) < CLOSE for low, high in pairwise(rows))
        for number, (value, row) in enumerate(zip(ticks, rows, strict=True)):
            at = f"{row:.1f}"
            grid.append(f"M{self.left} {at}H{self.width - 18}")
            place = f'x="{self.left - 6}" y="{row + 4:.1f}"'
            style = "sf-y sf-spare" if close and number % 2 else "sf-y"
            label = _power(value) if self.log else _label(value)
            labels.append(f'<text {place} class="{style}">{label}</text>')
        for value, label in (self.x_ticks or {v: f"{v:g}" for v in _nice(*self.x)}).items():
            at = f"{self.px(value):.1f}"
            labels.append(f'<text x="{at}" y="{floor + 18}" class="sf-x">{label}</text>')
        return (
            f'<path class="sf-grid" d="{"".join(grid)}"/>'
            f'<path class="sf-axis" d="M{self.left} {floor}H{self.width - 18}"/>{"".join(labels)}'
        )

    def _y_ticks(self) -> list[float]:
        if not self.log:
            return _nice(*self.y, most=5)
        low, high = math.ceil(math.log10(self.y[0])), math.floor(math.log10(self.y[1]))
        every = max(1, (high - low) // 5)
        return [10.0**power for power in range(low, high + 1, every)]


def _nice(low: float, high: float, most: int = 6) -> list[float]:
    raw = (high - low) / most
    base = 10 ** math.floor(math.log10(raw))
    step = next(base * factor for factor in (1, 2, 5, 10) if base * factor >= raw)
    first = math.ceil(low / step - 1e-9)
    return [round(step * k, 10) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _label(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _power(value: float) -> str:
    """A power of ten as one: an axis that has both 1000 and 10⁴ is hard to read."""
    power = str(round(math.log10(value)))
    return "10" + power.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
