"""An example of sinfit: an observer. Every finished fit is logged for TensorBoard."""

import os

from sinfit import hookimpl

VARIABLE = "SINFIT_TENSORBOARD"
"""The environment variable that names the folder of the logs; without it nothing is written."""


@hookimpl
def sinfit_fit_finished(result):
    """Log a finished fit, if there is a folder to log to."""
    folder = os.environ.get(VARIABLE)
    if folder:
        from sinfit_tensorboard.log import log  # here, so that TensorBoard costs only its users

        log(result, folder)
