"""sinfit: eight ways to fit sin(x), each a plugin.

>>> import sinfit
>>> sinfit.fitters()["numpy"].title
'NumPy, by hand'

The names below are imported when they are first used, so that `import sinfit` takes milliseconds
and loads neither NumPy nor PyTorch.
"""

from typing import TYPE_CHECKING

from sinfit.ground.entry import lazily

if TYPE_CHECKING:
    from sinfit import errors as errors
    from sinfit import i18n as i18n
    from sinfit import theory as theory
    from sinfit.contract.hookspecs import hookimpl
    from sinfit.contract.models import CUBIC, Model, polynomial
    from sinfit.contract.specs import (
        API_VERSION,
        TORCH_OPTIONS,
        CheckSpec,
        CommandSpec,
        DirectiveSpec,
        FitterSpec,
        LanguageSpec,
        Option,
        TargetSpec,
    )
    from sinfit.contract.yielded import Block, Final
    from sinfit.errors import SinfitError
    from sinfit.fitting.callback import from_callback
    from sinfit.fitting.comparison import Comparison, compare
    from sinfit.fitting.driving import Status
    from sinfit.fitting.fit import fit, fitters, register
    from sinfit.fitting.problem import Problem
    from sinfit.fitting.result import FitResult
    from sinfit.registry.plugins import targets

__version__ = "0.1.0"

_HOMES = {
    "contract.hookspecs": ("hookimpl",),
    "contract.models": ("CUBIC", "Model", "polynomial"),
    "contract.specs": (
        *("API_VERSION", "TORCH_OPTIONS", "CheckSpec", "CommandSpec", "DirectiveSpec"),
        *("FitterSpec", "LanguageSpec", "Option", "TargetSpec"),
    ),
    "contract.yielded": ("Block", "Final"),
    "errors": ("SinfitError",),
    "fitting.callback": ("from_callback",),
    "fitting.comparison": ("Comparison", "compare"),
    "fitting.fit": ("fit", "fitters", "register"),
    "fitting.problem": ("Problem",),
    "fitting.driving": ("Status",),
    "fitting.result": ("FitResult",),
    "registry.plugins": ("targets",),
}
_MODULES = ("errors", "i18n", "theory")
_NAMES = {name: f"{home}:{name}" for home, names in _HOMES.items() for name in names}
_NAMES |= {name: name for name in _MODULES}
_NAMES |= {"condense": "sinfit_data:condense", "sweep": "sinfit_sweep:sweep"}  # of wings

__all__ = ["API_VERSION", "CUBIC", "TORCH_OPTIONS", "Block", "CheckSpec", "CommandSpec"]
__all__ += ["Comparison", "DirectiveSpec", "Final", "FitResult", "FitterSpec", "LanguageSpec"]
__all__ += ["Model", "Option", "Problem", "SinfitError", "Status", "TargetSpec", "compare", "fit"]
__all__ += ["fitters", "from_callback", "hookimpl", "polynomial", "register", "targets"]


if not TYPE_CHECKING:  # a type checker would take any name for one of ours
    __getattr__ = lazily(__name__, _NAMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES})
