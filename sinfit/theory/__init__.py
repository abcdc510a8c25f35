"""Gradient descent on a sum of squares, solved: best fit, modes, trajectory.

For a model that is linear in its parameters, y = X w, the gradient of the sum of squared errors is
2 Xᵀ(X w - y), so one update is an affine map of w. With the singular value decomposition X = U S Vᵀ
every mode, a column of V, shrinks by its own factor 1 - 2·learning_rate·s² in every step, and the
whole history has a closed form (Strang, Linear Algebra and Learning from Data, chapter VI.4).
"""

from sinfit.theory.best import BestFit, best_fit, best_polynomial
from sinfit.theory.spectrum import Mode, Spectrum, modes, spectrum, stability_limit
from sinfit.theory.trajectory import Trajectory, log_factors, trajectory

__all__ = [
    "BestFit",
    "Mode",
    "Spectrum",
    "Trajectory",
    "best_fit",
    "best_polynomial",
    "log_factors",
    "modes",
    "spectrum",
    "stability_limit",
    "trajectory",
]
