"""The published loss tables beside our replay of them, replayed once and remembered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

from sinfit.i18n import LANGUAGES, use_language


@dataclass(frozen=True)
class Table:
    """One published table.

    Attributes:
        id: Its id among the shipped tables.
        stage: The stage whose program printed it.
        source: Where it was printed: an address or a description.
        verdict: `reproduced`, `consistent` or `contradicted`.
        deviation: The largest relative deviation of our losses from the printed ones.
        lines: For each printed line t, the loss printed, and ours.
        explanation: By language, what explains the verdict; may be empty.
    """

    id: str
    stage: str
    source: str
    verdict: str
    deviation: float
    lines: Sequence[tuple[int, float, float]]
    explanation: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=4)
def tables(cache: Path) -> tuple[Table, ...]:
    """All tables that ship with sinfit, replayed, or found in the cache."""
    place = cache / f"replay-{_key()}.json"
    if place.is_file():
        return tuple(Table(**entry) for entry in json.loads(place.read_text(encoding="utf-8")))
    found = _replayed()
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.glob("replay-*.json"):
        old.unlink()
    place.write_text(json.dumps([asdict(table) for table in found]), encoding="utf-8")
    return found


def of_stage(stage: str, cache: Path) -> list[Table]:
    """The tables of one stage."""
    return [table for table in tables(cache) if table.stage == stage]


def _replayed() -> tuple[Table, ...]:
    from sinfit.replay.published import published

    # processes of their own, for each replay computes for seconds
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return tuple(pool.map(_replay, published()))


def _replay(name: str) -> Table:
    from sinfit.replay.published import published

    log = published()[name]
    use_language("en")
    replay = log.replay()
    words = {"en": replay.explanation}
    if replay.verdict == "contradicted":  # it is worth saying in every language
        for language in LANGUAGES:
            use_language(language)
            words[language] = log.replay().explanation
    lines = [(int(t), float(printed), float(ours)) for t, printed, ours in replay.lines]
    deviation = float(replay.max_relative_deviation)
    return Table(log.id, log.stage, log.source, replay.verdict, deviation, lines, words)


def _key() -> str:
    folder = Path(__file__).parents[1]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in ("*.py", "theory/*.py", "replay/*.py", "published/*.json"):
        for path in sorted(folder.glob(name)):
            digest.update(path.read_bytes())
    for language in ("ko", "zh"):
        digest.update((folder / "locale" / f"{language}.po").read_bytes())
    for package in ("numpy", "torch"):
        try:
            digest.update(metadata.version(package).encode())
        except metadata.PackageNotFoundError:
            digest.update(b"-")
    return digest.hexdigest()[:20]
