"""Sweeps: thousands of fits over fitters, seeds, learning rates and targets, and none twice.

>>> from sinfit_sweep import sweep
>>> table = sweep("exact", seeds=range(3), learning_rates=[1e-7, 1e-6], jobs=1)
>>> len(table), table.success
(6, True)

- `grid` says which fits there are, and what each depends on: its key.
- `rows` keeps them in a file that only grows.
- `one_fit` makes one, `solving` thousands at once where there is a formula.
- `pools` spreads them over processes or a cluster.
- `sweeping` leads through all of these, and `table` is what comes out.
"""

from typing import TYPE_CHECKING, Any

from sinfit import CommandSpec, hookimpl
from sinfit.ground.entry import lazily
from sinfit.i18n import N_

if TYPE_CHECKING:
    from sinfit_sweep.sweeping import sweep
    from sinfit_sweep.table import Sweep

__all__ = ["Sweep", "sweep"]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__, {"Sweep": "table:Sweep", "sweep": "sweeping:sweep"})


@hookimpl
def sinfit_commands() -> list[Any]:
    """Offer `sinfit sweep`."""
    return [
        CommandSpec(
            name="sweep",
            summary=N_("Fit over seeds, learning rates and targets, here or on a cluster."),
            command="sinfit_sweep.command:sweep",
            order=8,
        )
    ]
