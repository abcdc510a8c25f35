"""A check for `sinfit check`: the fitter in scikit-learn is the fitter elsewhere."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
from sinfit.errors import one_line
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from sinfit_sklearn.estimator import SinfitRegressor
from sinfit_sklearn.i18n import _


def estimator(subject: Any) -> None:
    """As an estimator it predicts what its fit does, also after a pickle."""
    x, y = subject.data()
    model = clone(SinfitRegressor(subject.fitter.id, steps=5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # five steps may well diverge
        points = x.reshape(-1, 1)
        model.fit(points, y)
    predicted = model.predict(points)
    expected = subject.fitter.fit(x, y, steps=5).predict(x)
    if not np.array_equal(predicted, expected, equal_nan=True):
        raise AssertionError(_("its predictions are not those of the fit"))
    try:
        again = pickle.loads(pickle.dumps(model))  # noqa: S301 (what has just been written)
    except Exception as error:  # whatever a foreign model raises
        raise AssertionError(
            _("it cannot be pickled: {error}").format(error=one_line(error))
        ) from error
    if not np.array_equal(again.predict(points), predicted, equal_nan=True):
        raise AssertionError(_("after a pickle it predicts something else"))
