"""Fit y = a + b x + c x² + d x³ with PyTorch tensors, every derivative by hand.

Unlike sinfit_numpy: arrays have become tensors, which have a device and a dtype; both
are PyTorch's own defaults unless others are asked for.
"""

import torch


def fit(x, y, *, initial, steps, learning_rate, device="cpu", dtype=torch.float32):
    """Fit by gradient descent on tensors.

    Yields (loss, (a, b, c, d)) before each update; returns the final (a, b, c, d).
    """
    x = torch.tensor(x, device=device, dtype=dtype)  # (n,)
    y = torch.tensor(y, device=device, dtype=dtype)  # (n,)
    # Four scalars, each a tensor of shape ()
    a, b, c, d = (torch.tensor(start, device=device, dtype=dtype) for start in initial)
    x2, x3 = x**2, x**3  # (n,): the powers never change

    for _ in range(steps):
        # Forward pass: predict y
        y_pred = a + b * x + c * x2 + d * x3  # (n,)

        # Loss: the sum of squared errors, a tensor of shape ()
        error = y_pred - y  # (n,)
        loss = error.pow(2).sum()
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
