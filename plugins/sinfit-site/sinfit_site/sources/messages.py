"""The words of a package that are on no page: titles of what it offers, and its messages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from sinfit.contract.records import Record
from sinfit.registry.plugins import registry

from sinfit_site import packages
from sinfit_site.sources.document import Document, Unit

KEYWORDS = {"_": None, "N_": None}


def without_a_page(paged: Collection[str] = ()) -> list[Document]:
    """The core's and each plugin's words, as documents; those of a page stand with it.

    Args:
        paged: The packages whose words are with their pages.
    """
    found = []
    for package in (packages.CORE, *packages.plugins()):
        path = packages.origin(package)
        if path and package not in paged and (units := words(package)):
            found.append(
                Document(
                    name=f"messages/{package}",
                    path=path,
                    locale=path.parent / "locale",
                    catalog="{language}.po",
                    cells=(),
                    package=package,
                    words=units,
                )
            )
    return found


def words(package: str) -> tuple[Unit, ...]:
    """What `gettext_of` is asked for a package: titles of its records, then its messages."""
    found = [*_of_records(package), *(Unit(text, "message") for text in _messages(package))]
    return tuple({unit.text: unit for unit in reversed(found)}.values())[::-1]


def _of_records(package: str) -> Iterator[Unit]:
    for offers in registry().offers.values():
        for offer in offers.values():
            if offer.package.partition(".")[0] == package:
                yield from _of_record(offer.spec)


def _of_record(record: Record) -> Iterator[Unit]:
    for field in ("title", "summary"):
        if text := getattr(record, field, ""):
            yield Unit(text, f"{field} of the {record.kind}")
    for option in getattr(record, "options", ()):
        if option.help and option.resolve is None:  # the shared torch options are the host's
            yield Unit(option.help, f"help of the option {option.name}")


def _messages(package: str) -> list[str]:
    """The messages that a package's programs mark with `_` and `N_`."""
    return [text for path in packages.sources(package) for text in _of_file(path, _stamp(path))]


def _stamp(path: Path) -> float:
    return path.stat().st_mtime


@lru_cache(maxsize=1024)
def _of_file(path: Path, stamp: float) -> tuple[str, ...]:  # noqa: ARG001 (read again if edited)
    from babel.messages.extract import extract

    with path.open("rb") as file:
        found = extract("python", file, keywords=KEYWORDS)
        return tuple(str(message) for _line, message, _comments, _context in found if message)
