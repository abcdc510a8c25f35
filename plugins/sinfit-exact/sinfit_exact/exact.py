"""Fit y = a + b x + c x² + d x³ as plain gradient descent does, without its loop.

The update is an affine map of the parameters, so each of its modes shrinks
by a constant factor; its state after any number of steps is a power of that factor.
"""

import numpy as np
from sinfit import CUBIC, Block
from sinfit.theory import trajectory

BLOCK = 4096  # steps computed at once: 128 kB of parameters


def fit(x, y, *, initial, steps, learning_rate, degree=3, basis=CUBIC.basis, weights=None):  # noqa: ARG001
    """Plain gradient descent in closed form.

    Yields Blocks of (losses, parameters); returns the final (a, b, c, d, …).
    """
    # 1, x, x², x³, …, or those of a model of one's own
    columns = [np.broadcast_to(column, x.shape) for column in basis(x)]
    if weights is not None:  # a weighted square is the square of a scaled row
        root = np.sqrt(weights)
        columns, y = [column * root for column in columns], y * root
    run = trajectory(columns, y, initial, learning_rate, steps)

    for start in range(0, steps, BLOCK):
        block = np.arange(start, min(start + BLOCK, steps))
        yield Block(run.losses_at(block), run.parameters_at(block))  # (k,) and (k, 4)

    return run.parameters
