"""`[[published]]` and `[[published-all]]`: printed loss tables beside our replays of them.

Each table is replayed once, and again when the programs change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from html import escape
from pathlib import Path

from sinfit.i18n import N_, gettext_of, speaking
from sinfit_cli.i18n import labelled
from sinfit_replay.report import relative
from sinfit_replay.tables import published as shipped

from sinfit_site import cache, packages
from sinfit_site.directives.tables import table
from sinfit_site.i18n import _, languages
from sinfit_site.model import Page
from sinfit_site.running.run import computed_by
from sinfit_site.sources.document import Document

VERDICTS = {
    "reproduced": N_("reproduced"),
    "undecided": N_("undecided"),
    "contradicted": N_("contradicted"),
}
LINE_BY_LINE = "published/tables"
"""The page with all tables, where a site has it."""
REPLAY = shipped.__module__.partition(".")[0]
"""The package that replays, whose catalogs translate where a table was printed."""


@dataclass(frozen=True)
class Replayed:
    """A published table and our replay of it.

    Attributes:
        id: Its id among the shipped tables.
        stage: The stage whose program printed it.
        source: Where it was printed: an address or a description.
        verdict: `reproduced`, `undecided` or `contradicted`.
        deviation: The largest relative deviation of our losses from the printed ones; None
            without ours.
        lines: For each printed line t, the loss printed, and ours, or None.
        explanation: By language, what explains the verdict; of a reproduced one, English only.
    """

    id: str
    stage: str
    source: str
    verdict: str
    deviation: float | None
    lines: Sequence[tuple[int, float, float | None]]
    explanation: dict[str, str]


def of_a_stage(page: Page, argument: str) -> str:
    """`[[published]]`: the tables of a stage, each folded; the summary says the verdict."""
    stage = page.stage(argument)
    name = stage.spec.name if stage.spec else ""
    found = [_folded(page, each) for each in _tables(page.site.documents, page.site.cache, name)]
    return "\n\n".join(found) or _("No table of this stage has been published.")


def of_all(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """`[[published-all]]`: every table with its verdict, linked to where its lines are."""
    heads = [_("Published table"), _("Stage"), _("verdict"), _("largest deviation")]
    linked = {stage.name for stage in page.site.stages}
    shown = any(each.name == LINE_BY_LINE for each in page.site.documents)
    rows = []
    for each in _tables(page.site.documents, page.site.cache):
        place = f"stages/{each.stage}"
        stage = f"[{each.stage}](/{place}/)" if place in linked else each.stage
        if shown:
            stage = f"[{each.stage}](/{LINE_BY_LINE}/#{each.stage})"
        deviation = "" if each.deviation is None else f"{each.deviation:.1e}"
        rows.append([f"`{each.id}`", stage, _(VERDICTS[each.verdict]), deviation])
    return table(heads, ["---", "---", "---", "--:"], rows)


def replay_all(documents: Sequence[Document], kept: Path) -> None:
    """Replay the tables that pages will show, before they are written.

    Args:
        documents: All pages.
        kept: The folder of the cache.
    """
    for document in documents:
        for piece in (piece for cell in document.cells for piece in cell.pieces):
            if piece.kind == "directive" and piece.info in ("published", "published-all"):
                own = document.spec.name if document.spec else ""
                stage = piece.text or own if piece.info == "published" else ""
                with suppress(Exception):  # the page will say where and what
                    [*_tables(documents, kept, stage)]


def _tables(documents: Sequence[Document], kept: Path, stage: str = "") -> Iterator[Replayed]:
    """The tables of a stage; of all, if none is named."""
    stages = {each.spec.name: each.package for each in documents if each.spec}
    # explanations are kept in every language
    catalogs = [packages.sources(each, (".po",)) for each in (REPLAY, *_packs())]
    shared = cache.key(computed_by(), catalogs, [*languages()])
    for name, log in shipped().items():
        if stage and log.stage != stage:
            continue
        runs = [packages.CORE, REPLAY, *filter(None, [stages.get(log.stage)])]
        key = cache.key(shared, repr(log), [cache.programs(each) for each in runs])
        place = kept / "replays" / f"{name}.json"
        yield Replayed(**cache.value(place, key, partial(_replay, name))[0])


def _packs() -> list[str]:
    return [each.catalogs for each in languages().values() if each.catalogs]


def _replay(name: str) -> dict[str, object]:
    log, explanation = shipped()[name], {}
    for language in languages():
        with speaking(language), _one_thread():
            replay = log.replay()
        explanation[language] = replay.explanation
        if replay.verdict == "reproduced":
            break
    deviation = replay.max_relative_deviation
    return asdict(
        Replayed(
            log.id, log.stage, log.source, replay.verdict, deviation, replay.lines, explanation
        )
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let PyTorch compute in one thread: 2000 points are too few to share.

    More threads wait for each other by counting, which takes the kernels' processors.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _folded(page: Page, replayed: Replayed) -> str:
    verdict, heads = _(VERDICTS[replayed.verdict]), [_("step"), _("printed")]
    if replayed.deviation is not None:
        verdict = _("{verdict}, largest deviation {deviation}").format(
            verdict=verdict, deviation=f"{replayed.deviation:.1e}"
        )
        heads += [_("ours"), _("deviation")]
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = "".join(map(_row, replayed.lines))
    words = replayed.explanation.get(page.language, "")
    explanation = f"<p>{escape(words)}</p>" if words else ""
    place = escape(_("Where it was printed"))
    source = escape(gettext_of(REPLAY, replayed.source))
    if source.startswith("https://"):
        source = f'<a href="{source}">{source}</a>'
    return (
        f'<details class="sf-published sf-{replayed.verdict}">'
        f"<summary><code>{escape(replayed.id)}</code> {escape(verdict)}</summary>{explanation}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="sf-source">{labelled(place, source)}</p>'
        "</details>"
    )


def _row(line: tuple[int, float, float | None]) -> str:
    step, printed, ours = line
    cells = [str(step), f"{printed:.9g}"]
    if ours is not None:
        cells += [f"{ours:.9g}", f"{abs(relative(ours, printed)):.0e}"]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
