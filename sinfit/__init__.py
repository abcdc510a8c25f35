"""sinfit: eight ways to fit sin(x), each a plugin.

>>> import sinfit
>>> sinfit.fitters()["numpy"].title
'NumPy, by hand'
"""

from sinfit.fitting import compare, fit
from sinfit.hookspecs import hookimpl
from sinfit.models import CUBIC, Model, polynomial
from sinfit.plugins import fitters, targets
from sinfit.problem import Problem
from sinfit.result import Comparison, FitResult, Status
from sinfit.specs import API_VERSION, TORCH_OPTIONS, FitterSpec, Option, TargetSpec

__version__ = "0.1.0"

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
    "Status",
    "TargetSpec",
    "compare",
    "fit",
    "fitters",
    "hookimpl",
    "polynomial",
    "targets",
]
