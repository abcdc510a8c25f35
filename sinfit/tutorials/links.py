"""Links between pages: written from the site's root, resolved for each page and each download."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from sinfit.tutorials.markdown import LINK
from sinfit.tutorials.maths import outside_code
from sinfit.tutorials.source import Document, TutorialError


def file_of(document: Document) -> str:
    """The Markdown file of a document in a language's tree."""
    return f"{document.name}/index.md" if document.is_notebook else f"{document.name}.md"


def url_of(document: Document) -> str:
    """The address of a document from a language's root, such as `/stages/numpy/`."""
    path = document.name.removesuffix("index")
    return "/" + (path if path.endswith("/") or not path else path + "/")


def to_files(text: str, document: Document, documents: Iterable[Document]) -> str:
    """The text with its links as paths from its own file, which MkDocs checks.

    Raises:
        TutorialError: A link goes to a page that there is not.
    """
    files = {url_of(other): file_of(other) for other in documents}
    folder = posixpath.dirname(file_of(document)) or "."

    def resolve(match: re.Match[str]) -> str:
        image, label, target = match[1], match[2], match[3]
        path, mark, anchor = target.partition("#")
        if not path.startswith("/"):
            return match[0]
        if path.startswith("/assets/"):
            file = path.lstrip("/")
        elif path in files:
            file = files[path]
        else:
            raise TutorialError(f"{document.name}: the link {target!r} goes to no page")
        return f"{image}[{label}]({posixpath.relpath(file, folder)}{mark}{anchor})"

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
