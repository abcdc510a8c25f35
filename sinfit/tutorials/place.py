"""Where a feature stands: the site, the document and the language that it is drawn for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sinfit.tutorials.po import Entry
from sinfit.tutorials.run import Ran
from sinfit.tutorials.source import Document, TutorialError
from sinfit.tutorials.translate import Progress, Translator
from sinfit.tutorials.words import joined, word


@dataclass(frozen=True)
class Site:
    """Everything that pages are written from.

    Attributes:
        documents: All pages, the stages first.
        runs: The runs by the documents' names.
        progress: How much is translated, by document and language.
        catalogs: The entries of the stages' catalogs, by package and language.
        url: The site's address, with a slash at its end, or empty.
        cache: The folder of the caches.
        folders: Where a checkout of the project has its distributions, by name; relative paths.
    """

    documents: tuple[Document, ...]
    runs: dict[str, Ran]
    progress: dict[tuple[str, str], Progress]
    catalogs: dict[tuple[str, str], dict[str, Entry]]
    url: str
    cache: Path
    folders: Mapping[str, Path] = field(default_factory=dict)

    @property
    def stages(self) -> list[Document]:
        """The documents that are a fitter's tutorial."""
        return [document for document in self.documents if document.spec]

    def stage(self, name: str) -> Document:
        """The tutorial of a fitter.

        Raises:
            TutorialError: There is none.
        """
        for document in self.stages:
            if document.spec and document.spec.name == name:
                return document
        known = ", ".join(document.spec.name for document in self.stages if document.spec)
        raise TutorialError(f"there is no stage {name!r}; there are: {known}")


@dataclass(frozen=True)
class Place:
    """A page in a language.

    Attributes:
        site: The whole site.
        document: The page.
        translator: Its texts in the language.
    """

    site: Site
    document: Document
    translator: Translator
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language: en, ko or zh."""
        return self.translator.language

    def word(self, key: str, **values: object) -> str:
        """One of the engine's own words."""
        return word(key, self.language, **values)

    def joined(self, parts: Iterable[str], kind: str = "list") -> str:
        """Words with the language's separator between them."""
        return joined(parts, kind, self.language)

    def stage(self, name: str) -> Document:
        """The stage that a directive means: the one named, or else the page's own."""
        if name:
            return self.site.stage(name)
        if self.document.spec is None:
            raise TutorialError(f"{self.document.name}: the directive needs a stage's name")
        return self.document

    def stage_title(self, document: Document) -> str:
        """A stage's title in the page's language."""
        assert document.spec is not None  # noqa: S101 (a stage has one)
        entry = self.site.catalogs.get((document.package, self.language), {}).get(
            document.spec.title
        )
        translated = entry is not None and entry.state == "translated"
        return entry.text if entry and translated else document.spec.title

    def recording(self, document: Document) -> dict[str, Any]:
        """What was recorded of a stage's run."""
        return self.site.runs[document.name].recording

    def number(self, kind: str) -> int:
        """A number for ids, counted up for each kind on a page."""
        self.seen[kind] = self.seen.get(kind, 0) + 1
        return self.seen[kind]
