"""Packages and wings that only those need who want frames, pictures or statistics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sinfit.errors import UnavailableError, one_line
from sinfit.i18n import _


@contextmanager
def needing(package: str, extra: str = "") -> Iterator[None]:
    """Say what to install, or what is wrong, where the block cannot import a package.

    Raises:
        UnavailableError: The package is not installed, or it fails.
    """
    try:
        yield
    except ImportError as missing:
        says = _("this needs {package}. Install it with: pip install {extra}")
        name = package.replace("_", "-")  # a wing is a distribution of its own
        what = f'"sinfit[{extra}]"' if extra else name
        raise UnavailableError(says.format(package=name, extra=what)) from missing
    except Exception as broken:  # such as a back end in MPLBACKEND that there is not
        says = _("{package} cannot be used: {error}.")
        raise UnavailableError(says.format(package=package, error=one_line(broken))) from broken
