"""Gradient descent on a sum of squares, solved: best fit, modes, trajectory, thousands at once.

For a model that is linear in its parameters, y = X w, the gradient of the sum of squared errors is
2 Xᵀ(X w - y), so one update is an affine map of w. With the singular value decomposition X = U S Vᵀ
every mode, a column of V, shrinks by its own factor 1 - 2·learning_rate·s² in every step, and the
whole history has a closed form (Strang, Linear Algebra and Learning from Data, chapter VI.4).
"""

from sinfit.theory.batch import losses_of_starts
from sinfit.theory.best import BestFit, best_fit, best_polynomial
from sinfit.theory.landscape import Landscape, landscape
from sinfit.theory.modes import Mode, modes, stability_limit
from sinfit.theory.spectrum import Spectrum, spectrum
from sinfit.theory.trajectory import Trajectory, trajectory

__all__ = [
    "BestFit",
    "Landscape",
    "Mode",
    "Spectrum",
    "Trajectory",
    "best_fit",
    "best_polynomial",
    "landscape",
    "losses_of_starts",
    "modes",
    "spectrum",
    "stability_limit",
    "trajectory",
]
