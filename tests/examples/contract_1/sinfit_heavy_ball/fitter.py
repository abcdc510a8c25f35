"""Fit y = a + b x + c x² + d x³ by gradient descent with momentum, on NumPy arrays."""

import numpy as np


def fit(x, y, *, initial, steps, learning_rate, momentum):
    """Gradient descent with momentum.

    Yields (loss, parameters) before each update; returns the final parameters, shape (4,).
    """
    powers = np.stack([x**0, x, x**2, x**3])  # (4, n)
    parameters = np.array(initial)  # (4,)
    velocity = np.zeros(4)  # (4,)

    for _ in range(steps):
        # Forward pass: predict y
        y_pred = parameters @ powers  # (n,)

        # Loss: the sum of squared errors
        error = y_pred - y  # (n,)
        yield error @ error, parameters

        # Backward pass: the gradient of the loss for each parameter
        gradient = 2.0 * powers @ error  # (4,)

        # Update: keep a share of the last step, and add a step against the gradient
        velocity = momentum * velocity - learning_rate * gradient
        parameters = parameters + velocity

    return parameters
