"""`[[graph]]`: a computational graph as it was, drawn from its nodes, to step through.

What is drawn, a `build-only` cell below prints: see `sinfit_site.running.graph`. Without a script
every value and every gradient is shown at once.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from sinfit_site.errors import TutorialError
from sinfit_site.i18n import _, listed
from sinfit_site.model import Page

WIDE, HIGH = 96, 52
"""The size of a node in the units of the picture; at 360 px three of them fill the screen."""
GAP_X, GAP_Y = 10, 20

Node = dict[str, Any]


def render(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """The graphs of the next `build-only` cell that prints some, one shown at a time.

    Raises:
        TutorialError: There is no such cell.
    """
    number = page.number("graph")
    found = [cell for cell in page.document.cells if "graph.show(" in cell.source]
    if number > len(found):
        raise TutorialError("no build-only cell below calls graph.show(…) of sinfit_site.running")
    printed = "".join(str(output.get("text", "")) for output in found[number - 1].outputs)
    graphs = json.loads(printed)
    name, back, forth = (escape(text) for text in (_("Computational graph"), _("Back"), _("Next")))
    begin = _("Step through the graph: first forward, then backward.")
    tabs, button = "", '<button type="button" class="md-button">{}</button>'
    if len(graphs) > 1:
        tabs = "".join(
            f'<button type="button" class="md-button" aria-pressed="{str(at == 0).lower()}">'
            f"{escape(graph['title'])}</button>"
            for at, graph in enumerate(graphs)
        )
        tabs = f'<div class="sf-graph-tabs" hidden>{tabs}</div>'
    pictures = "".join(
        f'<figure data-steps="{escape(json.dumps(_steps(graph["nodes"]), ensure_ascii=False))}">'
        f"{_caption(graph['title'])}{_drawn(graph['nodes'], graph['title'])}</figure>"
        for graph in graphs
    )
    return (
        f'<div class="sf-graph" role="group" aria-label="{name}">'
        f"{tabs}{pictures}"
        f'<div class="sf-graph-steps" hidden>{button.format(back)}{button.format(forth)}'
        f'<output aria-live="polite">{escape(begin)}</output></div></div>'
    )


def _caption(title: str) -> str:
    return f"<figcaption><code>{escape(title)}</code></figcaption>" if title else ""


def _steps(nodes: list[Node]) -> list[str]:
    """What happens at each step: forward through the nodes, then backward."""
    forward = [
        (_("forward: {name} is {value}") if node["leaf"] else _("forward: {name} gives {value}"))
        .format(name=_spoken(node), value=_of(node["value"]))
        for node in nodes
    ]  # fmt: skip
    return forward + [_backward(nodes, at) for at in reversed(range(len(nodes)))]


def _backward(nodes: list[Node], at: int) -> str:
    node = nodes[at]
    if not node["leaf"]:
        text = _("backward: {gradient} arrives at {name}")
        return text.format(name=node["name"], gradient=_of(node["gradient"]))
    parts = [
        sent
        for other in nodes
        for to, sent in zip(other["inputs"], other["sends"], strict=True)
        if to == at
    ]
    total = node["gradient"] + (f" = {' + '.join(parts)}" if len(parts) > 1 else "")
    return _("backward: {name}.grad becomes {gradient}").format(name=node["name"], gradient=total)


def _spoken(node: Node) -> str:
    """An operation by what it does: Mul × 2."""
    return f"{node['name'].removesuffix('Backward0')} {node['detail']}".strip()


def _of(value: str) -> str:
    return _("a tensor of shape {shape}").format(shape=value) if value.startswith("(") else value


def _drawn(nodes: list[Node], title: str) -> str:
    places = _places(nodes)
    columns = 1 + max(column for column, _row in places)
    rows = 1 + max(row for _column, row in places)
    width = columns * (WIDE + GAP_X) - GAP_X + 2
    height = rows * (HIGH + GAP_Y) - GAP_Y + 2
    parts = []
    for at, node in enumerate(nodes):
        parts += [_edge(places[before], places[at], before, at) for before in node["inputs"]]
    parts += [_box(node, places[at], at) for at, node in enumerate(nodes)]
    names = listed(_spoken(node) for node in nodes)
    alt = _("Computational graph: {nodes}").format(nodes=f"{title} {names}".strip())
    return (
        f'<svg viewBox="-1 -1 {width} {height}" style="max-width:{width * 1.25:g}px" role="img" '
        f'aria-label="{escape(alt)}">{"".join(parts)}</svg>'
    )


def _places(nodes: list[Node]) -> list[tuple[int, int]]:
    """A column and a row for each node: inputs above what is made of them, the loss below all."""
    depth = [0] * len(nodes)
    for at in reversed(range(len(nodes))):
        for before in nodes[at]["inputs"]:
            depth[before] = max(depth[before], depth[at] + 1)
    rows = [max(depth) - each for each in depth]
    columns, taken = [-1] * len(nodes), set()

    def place(at: int, column: int) -> None:
        if columns[at] >= 0:
            return
        while (column, rows[at]) in taken:
            column += 1
        columns[at] = column
        taken.add((column, rows[at]))
        for before in nodes[at]["inputs"]:
            place(before, column)

    place(len(nodes) - 1, 0)
    return list(zip(columns, rows, strict=True))


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return place[0] * (WIDE + GAP_X), place[1] * (HIGH + GAP_Y)


def _edge(before: tuple[int, int], after: tuple[int, int], one: int, other: int) -> str:
    x1, y1 = _corner(before)
    x2, y2 = _corner(after)
    x1, x2, y1 = x1 + WIDE // 2, x2 + WIDE // 2, y1 + HIGH
    if x1 > x2:  # a branch arrives beside the trunk
        x2 += WIDE // 4
    bend = (y1 + y2) / 2 if y2 - y1 <= GAP_Y else y2 - GAP_Y / 2
    return (
        f'<path class="sf-edge" data-from="{one}" data-to="{other}" '
        f'd="M{x1} {y1}V{bend:g}H{x2}V{y2}"/>'
    )


def _box(node: Node, place: tuple[int, int], at: int) -> str:
    x, y = _corner(place)
    kind = "sf-node sf-leaf" if node["leaf"] else "sf-node"
    return (
        f'<g class="{kind}" data-node="{at}"><rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" '
        f'rx="{HIGH // 2 if node["leaf"] else 6}"/>'
        f'<text x="{x + WIDE // 2}" y="{y + 15}">{escape(_spoken(node))}</text>'
        f'<text class="sf-value" x="{x + WIDE // 2}" y="{y + 31}">{escape(node["value"])}</text>'
        f'<text class="sf-grad" x="{x + WIDE // 2}" y="{y + 46}">'
        f"∂ {escape(node['gradient'])}</text></g>"
    )
