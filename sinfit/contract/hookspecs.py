"""The hooks that a plugin may implement.

A plugin is a module that a distribution names in the entry point group `sinfit`:

    [project.entry-points.sinfit]
    mine = "sinfit_mine"

The module decorates the hooks it implements with `sinfit.hookimpl`. Hooks return records, so that
the host can attribute, check and list each of them before any fitter is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from sinfit.contract import specs

PROJECT = "sinfit"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def sinfit_fitters() -> Sequence[specs.FitterSpec]:  # type: ignore[empty-body]  # it has none
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
    """


@hookspec
def sinfit_targets() -> Sequence[specs.TargetSpec]:  # type: ignore[empty-body]  # as above
    """Return functions that can be fitted by name.

    import numpy as np
    from sinfit import TargetSpec, hookimpl

    @hookimpl
    def sinfit_targets():
        return [TargetSpec(name="sinc", title="sinc(x)", function="numpy:sinc",
                           interval=(-3.0, 3.0))]
    """


@hookspec
def sinfit_commands() -> Sequence[specs.CommandSpec]:  # type: ignore[empty-body]  # as above
    """Return commands of `sinfit`.

    from sinfit import CommandSpec, hookimpl

    @hookimpl
    def sinfit_commands():
        return [CommandSpec(name="hello", summary="Say hello.",
                            command="sinfit_hello.command:hello")]
    """


@hookspec
def sinfit_directives() -> Sequence[specs.DirectiveSpec]:  # type: ignore[empty-body]  # as above
    """Return components of the site's pages.

    from sinfit import DirectiveSpec, hookimpl

    @hookimpl
    def sinfit_directives():
        return [DirectiveSpec(name="hello", render="sinfit_hello.directive:render")]
    """


@hookspec
def sinfit_checks() -> Sequence[specs.CheckSpec]:  # type: ignore[empty-body]  # as above
    """Return what `sinfit check` is to try on every fitter besides its own checks.

    from sinfit import CheckSpec, hookimpl

    @hookimpl
    def sinfit_checks():
        return [CheckSpec(name="short-title", title="The title has at most 40 letters.",
                          check="sinfit_house.checks:short_title")]
    """


@hookspec
def sinfit_languages() -> Sequence[specs.LanguageSpec]:  # type: ignore[empty-body]  # as above
    """Return languages besides English, Korean and Chinese.

    from sinfit import LanguageSpec, hookimpl

    @hookimpl
    def sinfit_languages():
        return [LanguageSpec(code="es", name="Español", catalogs="sinfit_spanish")]
    """


@hookspec
def sinfit_fit_finished(result: Any) -> None:
    """Observe a finished fit, whether it succeeded or not.

    The result cannot be changed. An exception here is reported, and the fit's caller still gets
    its result.

        from sinfit import hookimpl

        @hookimpl
        def sinfit_fit_finished(result):
            print(result.fitter, result.sse)

    Args:
        result: The finished fit, a `FitResult`.
    """
