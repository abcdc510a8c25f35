"""Links between pages: written from the site's root, resolved for each page and each download."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from sinfit_site.errors import TutorialError
from sinfit_site.pages.maths import outside_code
from sinfit_site.sources.document import Document
from sinfit_site.sources.markdown import LINK


def file_of(document: Document) -> str:
    """The Markdown file of a document in a language's tree."""
    return f"{document.name}/index.md" if document.is_notebook else f"{document.name}.md"


def url_of(document: Document) -> str:
    """The address of a document from a language's root, such as `/stages/numpy/`."""
    path = document.name.removesuffix("index")
    return "/" + (path if path.endswith("/") or not path else path + "/")


def to_files(text: str, document: Document, documents: Iterable[Document]) -> str:
    """The text with its links as paths from its own file, which MkDocs checks.

    Tutorials without any other page, as `sinfit tutorials build` makes them of a plugin alone, keep
    the words of a link to what is not there.

    Raises:
        TutorialError: A link goes to a page that there is not.
    """
    pages = list(documents)
    files = {url_of(other): file_of(other) for other in pages}
    alone = all(other.spec for other in pages)
    folder = posixpath.dirname(file_of(document)) or "."

    def resolve(match: re.Match[str]) -> str:
        image, label, target = match[1], match[2], match[3]
        path = re.split("[?#]", target, maxsplit=1)[0]  # what follows is the page's own matter
        if not path.startswith("/"):
            return match[0]
        if path.startswith("/assets/") and not alone:
            file = path.lstrip("/")
        elif path in files:
            file = files[path]
        elif alone:
            return "" if image else label
        else:
            raise TutorialError(f"{document.place_of(target)}: the link {target!r} goes to no page")
        return f"{image}[{label}]({posixpath.relpath(file, folder)}{target[len(path) :]})"

    return outside_code(text, lambda part: LINK.sub(resolve, part))


def to_addresses(text: str, url: str, language: str) -> str:
    """The text with its links as whole addresses, or as plain words if the site has no address."""

    def resolve(match: re.Match[str]) -> str:
        image, label, target = match[1], match[2], match[3]
        if not target.startswith(("/", "#")):
            return match[0]
        if not url or target.startswith("#"):
            return "" if image else label
        return f"{image}[{label}]({url}{language}{target})"

    return outside_code(text, lambda part: LINK.sub(resolve, part))
