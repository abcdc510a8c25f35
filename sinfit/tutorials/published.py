"""The published loss tables beside our replay of them, replayed once and remembered."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from sinfit.i18n import LANGUAGES, use_language
from sinfit.tutorials import depends, made, run

SLOW = frozenset({"optim", "dynamic"})
"""Stages whose replay searches for seconds; they begin first."""


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


def replay_all(cache: Path, pool: Executor) -> Callable[[], None]:
    """Begin to replay the tables that ship with sinfit, but for those that the cache has.

    Args:
        cache: The folder that remembers them.
        pool: Threads; each waits for one replay in a process of its own.

    Returns:
        A function that waits for the replays and puts them into the cache.
    """
    from sinfit.replay.published import published

    done, keys = made.Made(cache / "replays.json"), _keys()
    lacking = [name for name, key in keys.items() if done.before.get(name, [""])[0] != key]
    if not lacking:
        return lambda: None
    lacking.sort(key=lambda name: published()[name].stage not in SLOW)
    # processes, for each replay computes for seconds
    workers = ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_one_thread)
    started = {name: pool.submit(_wait, workers, name) for name in lacking}

    def finish() -> None:
        with workers:
            for name, key in keys.items():
                done.again(name, key, partial(_result, started, name))
        done.save()

    return finish


@lru_cache(maxsize=4)
def tables(cache: Path) -> tuple[Table, ...]:
    """All tables that ship with sinfit, replayed or found in the cache."""
    with ThreadPoolExecutor(2) as pool:
        replay_all(cache, pool)()
    done = made.Made(cache / "replays.json").before
    return tuple(Table(**done[name][1]) for name in _keys())


def forget() -> None:
    """Look at the cache again when the tables are next needed."""
    tables.cache_clear()


def of_stage(stage: str, cache: Path) -> list[Table]:
    """The tables of one stage."""
    return [table for table in tables(cache) if table.stage == stage]


def _result(started: Mapping[str, Future[Table]], name: str) -> dict[str, object]:
    return asdict(started[name].result())


def _wait(workers: Executor, name: str) -> Table:
    return workers.submit(_replay, name).result()


def _one_thread() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"  # before NumPy and PyTorch are imported


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


def _keys() -> dict[str, str]:
    """What each table's replay depends on: the host, the stage that it runs, and the versions."""
    from sinfit.plugins import fitters
    from sinfit.replay.published import published

    packages = {each.name: each.package.partition(".")[0] for each in fitters().values()}
    sources = {name: run.sources(package) for name, package in packages.items()}
    roots = {"sinfit", "sinfit.builtin_targets", "sinfit.published", "sinfit.replay.published"}
    for source in {source for found in sources.values() for source in found}:
        roots |= depends.imports(source.decode())
    # explanations are kept in every language
    words = [(depends.HOST / "locale" / f"{code}.po").read_bytes() for code in ("ko", "zh")]
    versions = [run.version(package) for package in run.PACKAGES]
    shared = (Path(__file__).read_bytes(), depends.host_digest(roots), words, versions)
    return {
        name: made.digest(shared, repr(table), sources.get(table.stage))
        for name, table in published().items()
    }
