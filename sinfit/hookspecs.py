"""The hooks that a plugin may implement.

A plugin is a module that a distribution names in the entry point group `sinfit`:

    [project.entry-points.sinfit]
    mine = "sinfit_mine"

The module decorates the hooks it implements with `sinfit.hookimpl`. Hooks return records, so that
the host can attribute, check and list each of them before any fitter is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from sinfit.result import FitResult
    from sinfit.specs import FitterSpec, TargetSpec

PROJECT = "sinfit"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def sinfit_fitters() -> Sequence[FitterSpec]:  # type: ignore[empty-body]  # a hookspec has no body
    """Return the fitters that this plugin offers.

    Called once, when the plugins are first needed. Keep the module light: name the generator by
    its entry point and import torch only there.

        from sinfit import CUBIC, FitterSpec, hookimpl

        @hookimpl
        def sinfit_fitters():
            return [
                FitterSpec(
                    name="momentum",
                    title="Gradient descent with momentum",
                    summary="Every update keeps nine tenths of the last one.",
                    fitter="sinfit_momentum.fitter:fit",
                    model=CUBIC,
                    optimizer="momentum",
                    steps=2000,
                    learning_rate=1e-6,
                )
            ]

    Returns:
        One `FitterSpec` for each fitter.
    """


@hookspec
def sinfit_targets() -> Sequence[TargetSpec]:  # type: ignore[empty-body]  # a hookspec has no body
    """Return functions that can be fitted by name.

        import numpy as np
        from sinfit import TargetSpec, hookimpl

        @hookimpl
        def sinfit_targets():
            return [TargetSpec(name="sinc", title="sinc(x)", function="numpy:sinc",
                               interval=(-3.0, 3.0))]

    Returns:
        One `TargetSpec` for each function.
    """


@hookspec
def sinfit_fit_finished(result: FitResult) -> None:
    """Observe a finished fit, whether it succeeded or not.

    The result cannot be changed. An exception here is reported, and the fit's caller still gets
    its result.

        from sinfit import hookimpl

        @hookimpl
        def sinfit_fit_finished(result):
            print(result.fitter, result.sse)

    Args:
        result: The finished fit.
    """
