"""The messages of this package, in the language of the reader."""

from functools import partial

from sinfit.i18n import gettext_of

_ = partial(gettext_of, "sinfit_cli")


def labelled(label: str, text: str) -> str:
    """Put a label before a text with the colon of the language."""
    return _("{label}: {text}").format(label=label, text=text)
