"""scikit-learn's estimator: `SinfitRegressor`, also to be had as `sinfit.sklearn`.

>>> import numpy as np
>>> from sinfit_sklearn import SinfitRegressor
>>> X = np.linspace(-np.pi, np.pi, 100).reshape(-1, 1)
>>> model = SinfitRegressor().fit(X, np.sin(X[:, 0]))
>>> round(model.score(X, np.sin(X[:, 0])), 3)
0.99
"""

from typing import TYPE_CHECKING, Any

from sinfit import CheckSpec, hookimpl
from sinfit.ground.entry import lazily
from sinfit.i18n import N_

if TYPE_CHECKING:
    from sinfit_sklearn.estimator import SinfitRegressor

__all__ = ["SinfitRegressor"]

if not TYPE_CHECKING:  # scikit-learn takes a second to import
    __getattr__ = lazily(__name__, {"SinfitRegressor": "estimator:SinfitRegressor"})


@hookimpl
def sinfit_checks() -> list[Any]:
    """Offer the check that a fitter works as an estimator."""
    return [
        CheckSpec(
            name="estimator",
            title=N_("As an estimator it predicts what its fit does, also after a pickle."),
            check="sinfit_sklearn.check:estimator",
        )
    ]
