"""The page of a fitter: its tutorial, and the catalogs that translate it."""

from __future__ import annotations

from pathlib import Path

from sinfit_author import CheckFailure, NotNeeded, Subject
from sinfit_author.conformance.check import require

from sinfit_site import packages
from sinfit_site.errors import TutorialError
from sinfit_site.i18n import _
from sinfit_site.sources.compose import stages
from sinfit_site.translating.verify import problems


def _tutorial(subject: Subject) -> str:
    if subject.fitter.spec.tutorial is None:
        raise NotNeeded
    return subject.fitter.spec.tutorial


def _folder(subject: Subject) -> Path:
    folder = packages.folder(subject.fitter.package)
    if folder is None:
        raise CheckFailure(
            _("package {package} cannot be found").format(package=subject.fitter.package)
        )
    return folder


def tutorial(subject: Subject) -> None:
    """The tutorial is in the package, and its source is as it should be; it is not run."""
    file = _tutorial(subject)
    path = _folder(subject) / file
    require(path.is_file(), _("tutorial {file!r} is not in the package").format(file=file))
    text = path.read_text("utf-8")
    require(
        any(line.startswith("# # ") for line in text.splitlines()),
        _("tutorial {file!r} has no title: its first cell must begin with '# Title'").format(
            file=file
        ),
    )
    wrong = _problems(subject, ".py")
    require(not wrong, "; ".join(wrong))


def translations(subject: Subject) -> None:
    """Its catalogs are there, and what is translated is right.

    A missing translation or language is no failure: the page shows English, marked. A wrong one is.
    The house's rules of style bind nobody else.
    """
    _tutorial(subject)
    wrong = _problems(subject, ".po")
    require(not wrong, "; ".join(wrong))


def _problems(subject: Subject, suffix: str) -> list[str]:
    """What `sinfit tutorials check` finds in files of this suffix."""
    try:
        own = [
            document
            for document in stages()
            if document.spec is not None
            and (document.distribution, document.spec.name)
            == (subject.fitter.distribution, subject.fitter.name)
        ]
        found = problems(own)
    except TutorialError as error:
        return [str(error)] if suffix == ".py" else []
    package = _folder(subject).name
    of_this = f"{package}/locale/" if suffix == ".po" else f"{subject.fitter.spec.tutorial}:"
    return [line for line in found if line.startswith(of_this) and not line.style]
