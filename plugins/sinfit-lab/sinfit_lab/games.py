"""Break this training, the mystery, and the box for a log, as HTML; they use the lab above them."""

from __future__ import annotations

from sinfit_lab.i18n import _
from sinfit_lab.page import Html, filled

GAMES = """
<div class="sf-games">{loader}
<section class="sf-game" data-game="break"><h3 id="predict">{predict}</h3><p>{choose}</p>
<div class="sf-choices" role="group" aria-label="{mistake}" data-list="bugs"></div>
<div class="sf-choices" role="group" aria-label="{expect}" data-list="fates"></div>
<button type="button" class="md-button md-button--primary" data-do="watch">{watch}</button>
<svg class="sf-svg" role="img" aria-label="{drawn}" data-chart="break" style="display:none"></svg>
<div class="sf-legend" hidden><span class="sf-key sf-fit">{with_it}</span>
<span class="sf-key sf-start">{without}</span></div>
<div class="sf-verdict" role="status"></div></section>
<section class="sf-game" data-game="mystery"><h3 id="mystery">{mystery}</h3><p>{unknown}</p>
<svg class="sf-svg" role="img" aria-label="{drawn}" data-chart="mystery"></svg>
<pre class="sf-log" tabindex="0"></pre>
<div class="sf-choices" role="group" aria-label="{mistake}" data-list="suspects"></div>
<button type="button" class="md-button md-button--primary" data-do="check">{check}</button>
<button type="button" class="md-button" data-do="another">{another}</button>
<div class="sf-verdict" role="status"></div></section>
<section class="sf-game" data-game="log"><h3 id="log">{own}</h3><p>{paste}</p>
<label>{lines}<textarea rows="7" spellcheck="false"></textarea></label>
<button type="button" class="md-button md-button--primary" data-do="judge">{judge}</button>
<svg class="sf-svg" role="img" aria-label="{drawn}" data-chart="log" style="display:none"></svg>
<div class="sf-verdict" role="status"></div></section></div>
"""


def games(loader: Html) -> Html:
    """The three games, and what loads their programs."""
    return filled(
        GAMES,
        loader=loader,
        predict=_("Predict, then watch"),
        choose=_("Choose a mistake, say what the loss will do, and watch it."),
        mistake=_("Mistake"),
        expect=_("The loss …"),
        watch=_("Watch"),
        with_it=_("with the mistake"),
        without=_("without it"),
        drawn=_("The loss over the steps, on a logarithmic scale"),
        mystery=_("The mystery"),
        unknown=_(
            "The cubic is trained on 2000 points of the sine, with one mistake at most. All you "
            "have is its loss. What is wrong?"
        ),
        check=_("Check"),
        another=_("Another one"),
        own=_("Your own log"),
        paste=_(
            "Paste a log of losses that plain gradient descent has printed. It is judged as a run "
            "of the setting in the lab above: its points, degree, loss and learning rate."
        ),
        lines=_("Lines with a step and a loss"),
        judge=_("Judge"),
    )
