"""The site in every language, made by running the installed plugins.

A page goes through these rooms: `sources`, what authors write; `running`, each notebook once;
`translating`, by PO files; `pages`, in each language; `directives`, the components on them; `html`,
what MkDocs makes of it. `build` leads through them, `cache` keeps what has not changed.
"""

from sinfit import CheckSpec, CommandSpec, DirectiveSpec, hookimpl
from sinfit.i18n import N_

DIRECTIVES = {
    "answer": "answer:answer",
    "checks": "checks:render",
    "choices": "answer:choices",
    "commands": "commands:render",
    "curves": "run:curves",
    "diff": "diff:render",
    "glossary": "glossary:render",
    "graph": "graph:render",
    "hooks": "hooks:render",
    "lesson": "lesson:render",
    "losses": "run:losses",
    "losses-plot": "run:losses_plot",
    "numbers": "tables:numbers",
    "player": "player:render",
    "provenance": "run:provenance",
    "published": "published:of_a_stage",
    "published-all": "published:of_all",
    "stages": "tables:stages",
    "status": "tables:status",
}
"""The names, and the functions in the folder `directives` that render them."""


@hookimpl
def sinfit_directives() -> list[DirectiveSpec]:
    """Offer the components of our own pages."""
    return [
        DirectiveSpec(name=name, render=f"{__name__}.directives.{function}")
        for name, function in DIRECTIVES.items()
    ]


@hookimpl
def sinfit_commands() -> list[CommandSpec]:
    """Offer `sinfit tutorials`."""
    return [
        CommandSpec(
            name="tutorials",
            summary=N_("Build, check and translate the tutorials of the installed plugins."),
            command="sinfit_site.command:tutorials",
            order=10,
        )
    ]


@hookimpl
def sinfit_checks() -> list[CheckSpec]:
    """Offer the checks of a fitter's page."""
    return [
        CheckSpec(
            name="tutorial",
            title=N_("The tutorial is in the package, and its source is as it should be."),
            check="sinfit_site.checks:tutorial",
        ),
        CheckSpec(
            name="translations",
            title=N_("What is translated is right."),
            check="sinfit_site.checks:translations",
        ),
    ]
