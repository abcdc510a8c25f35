"""The lab: a training that the reader changes, breaks and watches in the page.

- `directive`, `page`: what `[[lab]]` and `[[lab: small …]]` become, as HTML
- `words`, `i18n`: what the lab says, in the reader's language
- `assets/`: its style sheet and its programs, which the site copies; `engine.js` is the loop
"""

from sinfit import DirectiveSpec, hookimpl


@hookimpl
def sinfit_directives() -> list[DirectiveSpec]:
    """Offer `[[lab]]`."""
    return [DirectiveSpec(name="lab", render="sinfit_lab.directive:render")]
