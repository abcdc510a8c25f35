"""The command line, `sinfit`: one file for each command, imported when it is used.

A plugin like any other, which comes with the host.

A plugin's command is any `click.Command`, named by a `CommandSpec`. It raises sinfit's errors, and
`main` says them and exits; the other statuses it sets itself, with `ctx.exit`. To look like ours
it may use, of `sinfit_cli`:

- `options.option`, `options.json_option`, `options.plot_option`, `options.fit_options`: options
  with the names that they have everywhere, and a variable of the environment each; --lang, --quiet
  and --debug are added to every command;
- `options.names_argument`, `options.fitter_names`, `options.files`: what shells complete;
- `output.print_json`, `output.print_table`, `output.save_picture`: the same output everywhere; JSON
  is an object, and its version is added;
- `output.note`: a word to people beside the output, unless --quiet is given;
- `output.spinner`: while something runs.
"""

from sinfit import CommandSpec, hookimpl
from sinfit.i18n import N_


@hookimpl
def sinfit_commands() -> list[CommandSpec]:
    """Offer what everybody needs."""
    summaries = {
        "list": N_("List the installed fitters."),
        "fit": N_("Fit with one fitter."),
        "compare": N_("Fit the same data with the fitters named, or with all, and compare them."),
        "show": N_("Show a result that `sinfit fit --save` has written."),
        "plugins": N_("List the installed plugins, the broken and the blocked ones included."),
        "schema": N_("Print the JSON schema of what --json prints."),
    }
    attribute = {"list": "list_fitters"}  # `list` is Python's own
    return [
        CommandSpec(
            name=name,
            summary=summary,
            command=f"sinfit_cli.{name}:{attribute.get(name, name)}",
            order=order,
        )
        for order, (name, summary) in enumerate(summaries.items(), 1)
    ]
