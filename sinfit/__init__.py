"""sinfit: eight ways to fit sin(x), each a plugin.

>>> import sinfit
>>> sinfit.fitters()["numpy"].title
'NumPy, by hand'

The names below are imported when they are first used, so that `import sinfit` takes milliseconds
and loads neither NumPy nor PyTorch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sinfit.comparison import Comparison
    from sinfit.errors import SinfitError
    from sinfit.fitting import compare, fit
    from sinfit.hookspecs import hookimpl
    from sinfit.models import CUBIC, Model, polynomial
    from sinfit.plugins import fitters, targets
    from sinfit.problem import Problem
    from sinfit.result import FitResult, Status
    from sinfit.specs import API_VERSION, TORCH_OPTIONS, FitterSpec, Option, TargetSpec

__version__ = "0.1.0"

_HOMES = {
    "comparison": ("Comparison",),
    "errors": ("SinfitError",),
    "fitting": ("compare", "fit"),
    "hookspecs": ("hookimpl",),
    "models": ("CUBIC", "Model", "polynomial"),
    "plugins": ("fitters", "targets"),
    "problem": ("Problem",),
    "result": ("FitResult", "Status"),
    "specs": ("API_VERSION", "TORCH_OPTIONS", "FitterSpec", "Option", "TargetSpec"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "API_VERSION",
    "CUBIC",
    "TORCH_OPTIONS",
    "Comparison",
    "FitResult",
    "FitterSpec",
    "Model",
    "Option",
    "Problem",
    "SinfitError",
    "Status",
    "TargetSpec",
    "compare",
    "fit",
    "fitters",
    "hookimpl",
    "polynomial",
    "targets",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'sinfit' has no attribute {name!r}")
    value = getattr(import_module(f"sinfit.{_HOME[name]}"), name)
    globals()[name] = value  # the next look-up is an ordinary one
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
