"""scikit-learn's estimator, `SinfitRegressor`, which the wing sinfit-sklearn brings."""

from sinfit.ground.entry import load

try:
    SinfitRegressor = load("sinfit_sklearn:SinfitRegressor")
except ImportError as missing:
    raise ImportError('sinfit.sklearn needs: pip install "sinfit[sklearn]"') from missing
