"""pandas, which only those need who want a DataFrame."""

from __future__ import annotations

from typing import Any

from sinfit.errors import UnavailableError
from sinfit.i18n import _


def pandas() -> Any:
    """The package pandas, or `UnavailableError` that says how to install it."""
    try:
        import pandas as module
    except ImportError as error:
        raise UnavailableError(
            _("this needs pandas. Install it with: pip install {package}").format(
                package='"sinfit[frame]"'
            )
        ) from error
    return module
