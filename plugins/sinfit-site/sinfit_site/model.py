"""What pages are written from: the site, and a page of it in a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sinfit.i18n import gettext_of

from sinfit_site import cache
from sinfit_site.errors import TutorialError
from sinfit_site.repository import Repository
from sinfit_site.running.run import Ran
from sinfit_site.sources.document import Document
from sinfit_site.translating.translator import Translator


@dataclass(frozen=True)
class Site:
    """Everything that pages are written from.

    Attributes:
        documents: All pages, the stages first.
        runs: The runs by the documents' names.
        translators: The translators by document and language.
        url: The site's address, with a slash at its end, or empty.
        cache: The folder of the cache.
        folders: Where a checkout of the project has its distributions, by name; relative paths.
        code: The key of all code that a page is made by; of the stages' programs, without comments.
        repository: Where the sources are.
    """

    documents: tuple[Document, ...]
    runs: dict[str, Ran]
    translators: dict[tuple[str, str], Translator]
    url: str
    cache: Path
    folders: Mapping[str, Path] = field(default_factory=dict)
    code: str = ""
    repository: Repository = field(default_factory=Repository)

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
class Page:
    """A page in a language: what a directive is given, with its argument.

    A directive `[[name: argument]]` is a function `render(page, argument)`; it returns Markdown, in
    which HTML may stand. Meanwhile `page.language` is spoken, so `sinfit.i18n.gettext_of` finds
    what the catalogs of the directive's own package say.

    Attributes:
        site: The whole site: its documents, stages and runs.
        document: The page's source.
        translator: Its texts in the language.
        counts: How many of each kind have been numbered.
    """

    site: Site
    document: Document
    translator: Translator
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language's code, such as `ko`."""
        return self.translator.language

    def stage(self, name: str = "") -> Document:
        """The stage that a directive means: the one named, or else the page's own.

        Raises:
            TutorialError: There is no such stage, or the page is none and no name is given.
        """
        if name:
            return self.site.stage(name)
        if self.document.spec is None:
            raise TutorialError(f"{self.document.name}: the directive needs a stage's name")
        return self.document

    def recording(self, stage: Document) -> dict[str, Any]:
        """What was recorded of a stage's run: what `running.recording.recording` gives."""
        return self.site.runs[stage.name].recording

    def number(self, kind: str) -> int:
        """A number for ids, counted up for each kind on a page."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.counts[kind]

    def kept(self, name: str, make: Callable[[], Any], *inputs: object) -> Any:
        """A value that takes long to make, kept from build to build for all pages.

        Args:
            name: What it is called in the cache: `published/korean-site`, say.
            make: Gives the value, which JSON can hold.
            inputs: What it is made from: values, paths and, with `sinfit_site.cache.programs`,
                packages. It is made again when one of them changes.
        """
        return cache.value(self.site.cache / f"{name}.json", cache.key(inputs), make)[0]


def title_of(stage: Document) -> str:
    """A stage's title in the language that is spoken."""
    return gettext_of(stage.package, stage.spec.title) if stage.spec else stage.name


def summary_of(stage: Document) -> str:
    """What is new in a stage, in the language that is spoken."""
    return gettext_of(stage.package, stage.spec.summary) if stage.spec else ""
