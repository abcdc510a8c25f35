"""Fit y = a + b x + c x² + d x³ with NumPy, every derivative by hand."""

import numpy as np


def fit(x, y, *, initial, steps, learning_rate):
    """Fit by gradient descent on NumPy arrays.

    Yields (loss, (a, b, c, d)) before each update; returns the final (a, b, c, d).
    """
    a, b, c, d = initial
    x2, x3 = x**2, x**3  # (n,): the powers never change

    for _ in range(steps):
        # Forward pass: predict y
        y_pred = a + b * x + c * x2 + d * x3  # (n,)

        # Loss: the sum of squared errors
        error = y_pred - y  # (n,)
        loss = np.square(error).sum()
        yield loss, (a, b, c, d)

        # Backward pass: the gradient of the loss for each parameter
        grad_y_pred = 2.0 * error  # (n,)
        grad_a = grad_y_pred.sum()
        grad_b = (grad_y_pred * x).sum()
        grad_c = (grad_y_pred * x2).sum()
        grad_d = (grad_y_pred * x3).sum()

        # Update: a small step against the gradient
        a -= learning_rate * grad_a
        b -= learning_rate * grad_b
        c -= learning_rate * grad_c
        d -= learning_rate * grad_d

    return a, b, c, d
