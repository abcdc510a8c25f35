"""Fit y = a + b x + c x² + d x³ with PyTorch tensors and autograd.

Unlike sinfit_tensor: no derivative is written by hand; backward() computes them all.
"""

import torch


def fit(x, y, *, initial, steps, learning_rate, device="cpu", dtype=torch.float32):
    """Fit by gradient descent, with gradients from autograd.

    Yields (loss, (a, b, c, d)) before each update; returns the final (a, b, c, d).
    """
    x = torch.tensor(x, device=device, dtype=dtype)  # (n,)
    y = torch.tensor(y, device=device, dtype=dtype)  # (n,)
    # Four scalars, each a tensor of shape ()
    # requires_grad=True: autograd records every operation on them
    a, b, c, d = (
        torch.tensor(start, device=device, dtype=dtype, requires_grad=True)
        for start in initial
    )
    x2, x3 = x**2, x**3  # (n,): the powers never change

    for _ in range(steps):
        # Forward pass: predict y
        y_pred = a + b * x + c * x2 + d * x3  # (n,)

        # Loss: the sum of squared errors, a tensor of shape ()
        error = y_pred - y  # (n,)
        loss = error.pow(2).sum()
        yield loss, (a, b, c, d)

        # Backward pass: clear the old gradients, then compute the new ones
        a.grad = b.grad = c.grad = d.grad = None
        loss.backward()

        # Update: a small step against the gradient
        with torch.no_grad():  # not part of the computational graph
            a -= learning_rate * a.grad
            b -= learning_rate * b.grad
            c -= learning_rate * c.grad
            d -= learning_rate * d.grad

    return a, b, c, d
