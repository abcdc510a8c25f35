"""SinfitRegressor: a fitter of sinfit that scikit-learn can clone, search and put in a pipeline."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.polynomial import Legendre
from numpy.typing import ArrayLike
from sinfit import FitResult, fit, fitters
from sinfit.ground.arrays import Array
from sinfit.theory import best_fit
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from sinfit_sklearn.i18n import _

FLAT = 1e-10  # of the spread of y: a linear fit that varies less has no direction, but rounding
DIGITS = 9  # of z in units of its spread: what differs less is one value, computed in two ways


class SinfitRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # has no types
    """A curve over one number, y = a + b z + c z² + d z³, fitted by a fitter of sinfit.

    With one feature, z is that feature as it is, and the fit is the very one of `sinfit.fit`. With
    several, z is their index: the direction in which linear least squares finds that y changes,
    centred and scaled to variance 1: the linear fit, bent by a cubic (a single-index model). For a
    polynomial in several features use scikit-learn's `PolynomialFeatures`.

    Examples:
        >>> X = np.linspace(-1, 1, 20).reshape(-1, 1)
        >>> model = SinfitRegressor(fitter="numpy", learning_rate=0.02).fit(X, X[:, 0] ** 2)
        >>> model.result_.fitter, model.predict([[0.5]]).shape
        ('numpy', (1,))

    Args:
        fitter: The fitter's name, as `sinfit.fitters()` lists them.
        steps: How many updates to make; the fitter's own default if None.
        learning_rate: The size of an update; the fitter's own default if None. The gradient is
            that of a sum over the points, so what works depends on their number and on the scale
            of z.
        initial: The start, instead of one that is drawn.
        tolerance: Stop when the loss changes by less than this part of itself.
        patience: Stop after so many steps without a better loss.
        time_limit: Stop after so many seconds.
        options: The fitter's own options, such as `{"dtype": "float64"}`.
        random_state: What the start is drawn from; a whole number is sinfit's `seed`.

    Attributes:
        result_: What `sinfit.fit` returned; None where the curve was computed here instead: by
            `lstsq` with weights, and where z has too few different values.
        curve_: The fitted curve, a function of z.
        centre_: What is subtracted from the features, of shape (n_features,).
        direction_: What they are then multiplied by to give z, of shape (n_features,).
        n_features_in_: The number of features.
        feature_names_in_: Their names, where X has some.
    """

    def __init__(  # parameters and attributes have the same names, by scikit-learn's rules
        self,
        fitter: str = "lstsq",
        *,
        steps: int | None = None,
        learning_rate: float | None = None,
        initial: Sequence[float] | Mapping[str, float] | None = None,
        tolerance: float | None = None,
        patience: int | None = None,
        time_limit: float | None = None,
        options: Mapping[str, Any] | None = None,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.fitter = fitter
        self.steps = steps
        self.learning_rate = learning_rate
        self.initial = initial
        self.tolerance = tolerance
        self.patience = patience
        self.time_limit = time_limit
        self.options = options
        self.random_state = random_state

    def fit(
        self,
        X: ArrayLike,  # noqa: N803 (scikit-learn's name)
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> SinfitRegressor:
        """Fit the curve.

        Args:
            X: The features, of shape (n, n_features).
            y: What to fit, of shape (n,).
            sample_weight: How much each point counts, of shape (n,). A weight of 2 is the point
                twice and one of 0 no point. `lstsq` takes any, the others whole numbers.

        Raises:
            ValueError: X, y or the weights cannot be used.
            sinfit.SinfitError: What `sinfit.fit` raises.

        Warns:
            ConvergenceWarning: The fit diverged or was stopped; the best until then is kept.
            UserWarning: z has fewer different values than the fitter has parameters, so the
                polynomial of highest degree that they determine stands in, by least squares.
        """
        points, target = validate_data(
            self, X, y, y_numeric=True, ensure_min_samples=2, dtype=np.float64
        )
        weights = _check_sample_weight(
            sample_weight, points, dtype=np.float64, ensure_non_negative=True
        )
        counts = weights > 0  # a point that does not count must change nothing
        if not counts.any():  # scikit-learn 1.9 has refused it already, 1.6 has not
            raise ValueError(_("all sample weights are zero: no point is left to fit."))
        points, weights = points[counts], weights[counts]
        target = np.asarray(target, dtype=np.float64)[counts]
        self.centre_, self.direction_ = _index(points, target, weights)
        self.result_: FitResult | None = None
        self.curve_: Callable[[Array], Array] = self._curve(self._z(points), target, weights)
        return self

    def _curve(self, z: Array, y: Array, weights: Array) -> Callable[[Array], Array]:
        offered = fitters()[self.fitter]
        parameters, values = len(offered.spec.model.parameters), _different(z)
        if values >= parameters:
            return self._fitted(z, y, weights)
        degree = values - 1
        if offered.id != "sinfit-exact/lstsq":
            says = _(
                "the points have {values} different values, too few for the {parameters} "
                "parameters of fitter {name!r}: the polynomial of degree {degree} through them, "
                "by least squares, stands in."
            )
            named = {"parameters": parameters, "name": self.fitter, "degree": degree}
            warnings.warn(says.format(values=values, **named), UserWarning, stacklevel=3)
        curve: Callable[[Array], Array] = Legendre.fit(z, y, degree, w=np.sqrt(weights))
        return curve

    def _fitted(self, z: Array, y: Array, weights: Array) -> Callable[[Array], Array]:
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(2**31 - 1)
        self.result_ = result = fit(
            self.fitter,
            z,
            y,
            weights=None if (weights == 1).all() else weights,
            steps=self.steps,
            learning_rate=self.learning_rate,
            initial=self.initial,
            tolerance=self.tolerance,
            patience=self.patience,
            time_limit=self.time_limit,
            options=self.options,
            seed=int(seed),
        )
        if not result.success:
            warnings.warn(result.message, ConvergenceWarning, stacklevel=4)
        return result.predict

    def predict(self, X: ArrayLike) -> Array:  # noqa: N803
        """The curve at these points.

        Args:
            X: The features, of shape (m, n_features).

        Returns:
            Shape (m,).

        Raises:
            NotFittedError: There is no curve yet.
            ValueError: X cannot be used.
        """
        check_is_fitted(self)
        points = validate_data(self, X, reset=False, dtype=np.float64)
        return np.asarray(self.curve_(self._z(points)))

    def _z(self, points: Array) -> Array:
        return np.asarray((points - self.centre_) @ self.direction_)


def _index(points: Array, y: Array, weights: Array) -> tuple[Array, Array]:
    """What to subtract from the features, and what to multiply them by, to have z."""
    features = points.shape[1]
    if features == 1:
        return np.zeros(1), np.ones(1)
    centre = np.average(points, axis=0, weights=weights)
    root = np.sqrt(weights)
    rest = (y - np.average(y, weights=weights)) * root  # (n,)
    columns = (points - centre) * root[:, None]  # (n, n_features)
    direction = np.array(best_fit([*columns.T], rest).parameters)
    length = float(np.linalg.norm(columns @ direction))
    if length <= FLAT * np.linalg.norm(rest):
        return centre, np.zeros(features)
    return centre, direction * np.sqrt(weights.sum()) / length


def _different(z: Array) -> int:
    """How many different values there are, not counting rounding."""
    spread = float(np.std(z))
    return len(np.unique(np.round((z - z.mean()) / spread, DIGITS))) if spread else 1
