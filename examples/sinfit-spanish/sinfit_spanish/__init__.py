"""Spanish for sinfit; the translations are in `locale`, the terms in `glossary.csv`."""

from sinfit import LanguageSpec, hookimpl


@hookimpl
def sinfit_languages():
    """Offer Spanish; its catalogs are in this package's `locale`, one for each package."""
    return [LanguageSpec(code="es", name="Español", catalogs="sinfit_spanish")]
