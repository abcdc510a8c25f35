"""Remember what each page was written from, so that an edit rewrites only what it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sinfit.tutorials import depends, run
from sinfit.tutorials.source import Document


@dataclass
class Made:
    """What was done before, by name: what it was done from, and what it gave.

    Attributes:
        place: The file that remembers it.
        before: What was done in builds before this one.
        now: The same of this build.
    """

    place: Path
    before: dict[str, Any] = field(default_factory=dict)
    now: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what was done before; a file that cannot be read is as good as none."""
        try:
            self.before = json.loads(self.place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.before = {}

    def again(self, name: str, key: str, make: Callable[[], Any]) -> tuple[Any, bool]:
        """What a name gives, made only if its key is another than before.

        Returns:
            What it gives, as JSON keeps it; and whether it was just made.
        """
        kept = self.before.get(name)
        fresh = kept is None or kept[0] != key
        self.now[name] = [key, make()] if fresh else kept
        return self.now[name][1], fresh

    def save(self) -> None:
        """Write down what this build did."""
        if self.now != self.before:
            self.place.parent.mkdir(parents=True, exist_ok=True)
            beside = self.place.with_suffix(".part")
            beside.write_text(json.dumps(self.now), encoding="utf-8")
            beside.replace(self.place)


def digest(*parts: object) -> str:
    """A short digest of things by their `repr`."""
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()[:20]


def programs(documents: Iterable[Document]) -> str:
    """A digest of all code that a page or a check can depend on: the host's and the plugins'."""
    found = hashlib.sha256()
    for path in sorted(depends.HOST.rglob("*")):
        if path.suffix in (".py", ".csv", ".json"):
            found.update(f"{path.relative_to(depends.HOST)}\0".encode() + path.read_bytes())
    for package in sorted({document.package for document in documents} - {""}):
        found.update(b"".join(run.sources(package)))
    return found.hexdigest()[:20]


def content(document: Document) -> tuple[object, ...]:
    """What a document says, in a form whose `repr` is the same in every process."""
    cells = [
        (cell.kind, cell.source, sorted(cell.tags), cell.raises, cell.alt, cell.foreign, cell.own)
        for cell in document.cells
    ]
    return (document.name, cells, document.meta)
