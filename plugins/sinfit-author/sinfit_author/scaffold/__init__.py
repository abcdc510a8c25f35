"""Write a new plugin: a whole distribution with a fitter that works, for its author to replace.

The text of its files is the copier template beside this file, so nothing is fetched from anywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sinfit.contract.records import NAME
from sinfit.errors import UsageError
from sinfit.fitting.fit import fitters
from sinfit.i18n import LANGUAGES
from sinfit.registry.plugins import quietly, reports

from sinfit_author.i18n import _

TEMPLATE = Path(__file__).with_name("template")
LONGEST_NAME = 40  # a folder, a package, a page and a table's row are called so


def create(
    name: str,
    *,
    title: str | None = None,
    torch: bool = False,
    directory: Path | None = None,
    force: bool = False,
) -> Path:
    """Write the distribution `sinfit-NAME`.

    Args:
        name: The fitter's name, lower-case words joined by - or _; `sinfit-` before it is dropped.
        title: The fitter's title, one line; made of the name if None.
        torch: Whether the example fits with PyTorch tensors instead of NumPy arrays.
        directory: The folder to write; `sinfit-NAME` in the current one if None.
        force: Whether to overwrite files of an earlier one, and to take a name that is taken.

    Returns:
        The folder.

    Raises:
        UsageError: The name or the title cannot be one, the name is taken, or the folder holds
            something already.
        UnavailableError: copier is not installed.
    """
    name = check_name(name, taken=not force)
    own = [code for code, each in LANGUAGES.items() if code != "en" and not each.catalogs]
    data: dict[str, Any] = {"name": name, "torch": torch, "languages": own}
    if title is not None:
        data["title"] = check_title(title)
    folder = directory or Path(distribution(name))
    if folder.exists() and not folder.is_dir():
        raise UsageError(_("cannot write {path}: it is a file.").format(path=folder))
    try:
        if folder.is_dir() and any(folder.iterdir()) and not force:
            raise UsageError(
                _(
                    "{path} exists and is not empty. Choose another folder with --directory, or "
                    "overwrite its files with --force."
                ).format(path=folder)
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        _copy(folder, data)
    except OSError as error:
        raise UsageError(
            _("cannot write {path}: {error}.").format(path=folder, error=error)
        ) from error
    return folder


def distribution(name: str) -> str:
    """The distribution of a fitter's name.

    >>> distribution("my_fit")
    'sinfit-my-fit'
    """
    return f"sinfit-{name.replace('_', '-')}"


def package(name: str) -> str:
    """The package of a fitter's name.

    >>> package("my-fit")
    'sinfit_my_fit'
    """
    return f"sinfit_{name.replace('-', '_')}"


def check_name(name: str, *, taken: bool = True) -> str:
    """Return the name without `sinfit-`, or raise `UsageError` if no plugin can be called so.

    >>> check_name("sinfit-heavy-ball")
    'heavy-ball'

    Args:
        name: What the author wants to call it.
        taken: Whether to refuse a name that an installed plugin has.
    """
    short = name.removeprefix("sinfit-").removeprefix("sinfit_")
    if not NAME.fullmatch(short) or len(short) > LONGEST_NAME:
        raise UsageError(
            _(
                "a fitter's name is lower-case words joined by - or _, of at most {longest} "
                "letters, such as heavy-ball; not {name!r}."
            ).format(longest=LONGEST_NAME, name=name)
        )
    if taken:
        owners = {fitter.name: fitter.distribution for fitter in quietly(fitters).values()}
        owners |= {
            report.distribution.removeprefix("sinfit-").replace("-", "_"): report.distribution
            for report in quietly(reports)
        }
        owner = owners.get(short) or owners.get(short.replace("-", "_"))
        if owner:
            raise UsageError(
                _(
                    "{name!r} is installed already, by {distribution}. Choose another name, or "
                    "take it all the same with --force."
                ).format(name=short, distribution=owner)
            )
    return short


def check_title(title: str) -> str:
    """Return the title without spaces around it, or raise `UsageError` if it is no line."""
    line = title.strip()
    if not line or not line.isprintable():
        raise UsageError(
            _("a title is one line of printable letters, not {title!r}.").format(title=title)
        )
    return line


def _copy(folder: Path, data: dict[str, Any]) -> None:
    from copier import run_copy

    # an absolute destination: a relative one would be read from copier's own place
    run_copy(str(TEMPLATE), folder.absolute(), data=data, defaults=True, overwrite=True, quiet=True)
