"""Fit y = a + b x + c x² + d x³ with an nn.Module of one's own.

Unlike sinfit_optim: the model is our own class; its forward pass can be any program.
The optimizer is SGD, which does what the update by hand did.
"""

import torch


class Polynomial3(torch.nn.Module):
    """A cubic with four learnable parameters."""

    def __init__(self, initial):
        """Register the four parameters, each a scalar of shape ()."""
        super().__init__()
        # float64 keeps every digit of the start; to() converts it
        self.a, self.b, self.c, self.d = (
            torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
            for start in initial
        )

    def forward(self, x):
        """Predict y from x; both have shape (n,)."""
        return self.a + self.b * x + self.c * x**2 + self.d * x**3


def fit(x, y, *, initial, steps, learning_rate, device="cpu", dtype=torch.float32):
    """Fit by gradient descent (SGD) on the parameters of a module.

    Yields (loss, (a, b, c, d)) before each update; returns the final (a, b, c, d).
    """
    x = torch.tensor(x, device=device, dtype=dtype)  # (n,)
    y = torch.tensor(y, device=device, dtype=dtype)  # (n,)

    # to() moves and converts every parameter of the module
    model = Polynomial3(initial).to(device=device, dtype=dtype)
    parameters = tuple(model.parameters())  # a, b, c, d: found by themselves
    loss_fn = torch.nn.MSELoss(reduction="sum")
    # The optimizer is told which parameters to update, and how boldly
    optimizer = torch.optim.SGD(parameters, lr=learning_rate)

    for _ in range(steps):
        # Forward pass: calling the model calls its forward
        y_pred = model(x)  # (n,)

        # Loss: the sum of squared errors, a tensor of shape ()
        loss = loss_fn(y_pred, y)
        yield loss, parameters

        # Backward pass: clear the old gradients, then compute the new ones
        optimizer.zero_grad()
        loss.backward()

        # Update: the optimizer moves every parameter
        optimizer.step()

    return parameters
