"""Fit y = a + b P₃(c + d x) with an autograd Function of one's own.

Unlike sinfit_autograd: P₃ is one operation, whose derivative is our own code.
"""

import torch


class LegendrePolynomial3(torch.autograd.Function):
    """The Legendre polynomial P₃(z) = (5 z³ - 3 z) / 2: one operation of autograd."""

    @staticmethod
    def forward(ctx, z):
        """Compute P₃(z) and keep z for the backward pass; both have shape (n,)."""
        ctx.save_for_backward(z)
        return 0.5 * (5 * z**3 - 3 * z)

    @staticmethod
    def backward(ctx, grad_output):
        """Turn the gradient for P₃(z) into the gradient for z: the chain rule."""
        (z,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * z**2 - 1)


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
    # A Function is used through apply, never by calling an instance
    P3 = LegendrePolynomial3.apply  # noqa: N806 (its name in mathematics)

    for _ in range(steps):
        # Forward pass: predict y
        y_pred = a + b * P3(c + d * x)  # (n,)

        # Loss: the sum of squared errors, a tensor of shape ()
        error = y_pred - y  # (n,)
        loss = error.pow(2).sum()
        yield loss, (a, b, c, d)

        # Backward pass: clear the old gradients, then compute the new ones
        a.grad = b.grad = c.grad = d.grad = None
        loss.backward()  # calls LegendrePolynomial3.backward on its way

        # Update: a small step against the gradient
        with torch.no_grad():  # not part of the computational graph
            a -= learning_rate * a.grad
            b -= learning_rate * b.grad
            c -= learning_rate * c.grad
            d -= learning_rate * d.grad

    return a, b, c, d
