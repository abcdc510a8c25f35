"""The HTML: MkDocs for each language, its theme, its search, and the wheels beside it."""

import mkdocs

BUILDER: str = mkdocs.__name__
"""The builder at work: MkDocs, or ProperDocs, which stands in for it where it is called."""
