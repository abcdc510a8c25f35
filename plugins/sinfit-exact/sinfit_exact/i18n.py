"""The messages of this package, in the language of the reader."""

from functools import partial

from sinfit.i18n import gettext_of

_ = partial(gettext_of, "sinfit_exact")
