"""The page of a fitter: its tutorial, and the catalogs that translate it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from sinfit.i18n import N_, _
from sinfit.testing.check import CheckFailure, check, require
from sinfit.testing.subject import Subject

LANGUAGES = ("ko", "zh")


def _has_tutorial(subject: Subject) -> bool:
    return subject.fitter.spec.tutorial is not None


def _folder(subject: Subject) -> Path:
    spec = find_spec(subject.fitter.package)
    if spec is None or spec.origin is None:
        raise CheckFailure(
            _("package {package} cannot be found").format(package=subject.fitter.package)
        )
    return Path(spec.origin).parent


@check(
    N_("The tutorial is in the package, and its source is as it should be."), needed=_has_tutorial
)
def tutorial(subject: Subject) -> None:
    """It is there; where the docs extra is installed, it is composed and checked, not run."""
    file = subject.fitter.spec.tutorial or ""
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


@check(
    N_("Its catalogs for Korean and Chinese are there, and what is translated is right."),
    _has_tutorial,
)
def translations(subject: Subject) -> None:
    """A missing translation is no failure: the page shows English, marked. A wrong one is."""
    from babel.messages.pofile import PoFileError, read_po

    folder = _folder(subject) / "locale"
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        require(
            path.is_file(), _("{file} is not in the package").format(file=f"locale/{path.name}")
        )
        try:
            with path.open("rb") as source:
                read_po(source, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError, ValueError) as error:
            raise CheckFailure(
                _("{file} is no PO file: {error}").format(file=f"locale/{path.name}", error=error)
            ) from error
    wrong = _problems(subject, ".po")
    require(not wrong, "; ".join(wrong))


def _problems(subject: Subject, suffix: str) -> list[str]:
    """What `sinfit tutorials check` finds in files of this suffix; nothing without docs extra."""
    try:
        from sinfit.tutorials.compose import stages
        from sinfit.tutorials.source import TutorialError
        from sinfit.tutorials.verify import problems
    except ImportError:
        return []
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
    return [line for line in found if line.startswith(of_this)]


CHECKS = (tutorial, translations)
