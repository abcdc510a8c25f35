"""What goes wrong with the site: a sentence that names the place, and whose page it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sinfit.errors import SinfitError, one_line


class TutorialError(SinfitError):
    """A source, a translation or a run of the site is wrong; the message names the place.

    Attributes:
        distribution: Whose page is wrong; empty if it is none of a plugin.
    """

    def __init__(self, message: str, distribution: str = "") -> None:
        super().__init__(message)
        self.distribution = distribution


def shown_path(path: Path) -> str:
    """A path for messages: what is below the working folder, as from there."""
    path = Path(os.path.normpath(path))
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


@contextmanager
def page_of(distribution: str, where: str) -> Iterator[None]:
    """Give whatever goes wrong inside the block the name of the plugin whose page is at work."""
    try:
        yield
    except TutorialError as error:
        error.distribution = error.distribution or distribution
        raise
    except OSError:  # the disk's fault
        raise
    except Exception as error:  # what a stranger's source can bring: codecs, tokenizers, parsers
        raise TutorialError(f"{where}: {one_line(error)}", distribution) from error
