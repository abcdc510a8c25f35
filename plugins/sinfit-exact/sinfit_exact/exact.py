"""Fit y = a + b x + c x² + d x³ as plain gradient descent does, without its loop.

The update is an affine map of the four parameters, so each of its four modes shrinks
by a constant factor; its state after any number of steps is a power of that factor.
"""

from sinfit.theory import trajectory

BLOCK = 4096  # steps computed at once: 128 kB of parameters


def fit(x, y, *, initial, steps, learning_rate):
    """Plain gradient descent in closed form.

    Yields (loss, (a, b, c, d)) before each update; returns the final (a, b, c, d).
    """
    run = trajectory((x**0, x, x**2, x**3), y, initial, learning_rate, steps)

    for start in range(0, steps, BLOCK):
        block = range(start, min(start + BLOCK, steps))
        losses = run.losses_at(block).tolist()
        parameters = run.parameters_at(block)  # (block, 4)
        yield from zip(losses, map(tuple, parameters.tolist()), strict=True)

    return run.parameters
