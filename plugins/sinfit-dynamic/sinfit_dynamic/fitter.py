"""Fit y = a + b x + c x² + d x³, with e x⁴ and e x⁵ that come and go.

Unlike sinfit_module: the forward pass is another program at every step, and the two
extra terms share one weight. The optimizer has momentum.
"""

import torch


class DynamicNet(torch.nn.Module):
    """A cubic, plus none, one or two terms that share the weight e."""

    def __init__(self, initial):
        """Register the five parameters, each a scalar of shape ()."""
        super().__init__()
        # float64 keeps every digit of the start; to() converts it
        self.a, self.b, self.c, self.d, self.e = (
            torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
            for start in initial
        )

    def forward(self, x, highest):
        """Predict y from x; both have shape (n,). The highest power is 3, 4 or 5."""
        y = self.a + self.b * x + self.c * x**2 + self.d * x**3
        for exponent in range(4, highest + 1):
            y = y + self.e * x**exponent
        return y


def fit(
    x, y, *, initial, steps, learning_rate, rng, device="cpu", dtype=torch.float32
):
    """Fit by gradient descent with momentum on the parameters of a changing module.

    Yields (loss, (a, b, c, d, e)) before each update; returns the final five.
    """
    x = torch.tensor(x, device=device, dtype=dtype)  # (n,)
    y = torch.tensor(y, device=device, dtype=dtype)  # (n,)

    # to() moves and converts every parameter of the module
    model = DynamicNet(initial).to(device=device, dtype=dtype)
    parameters = tuple(model.parameters())  # a, b, c, d, e: found by themselves
    loss_fn = torch.nn.MSELoss(reduction="sum")
    # So strange a model is hard to train with plain SGD; momentum helps
    optimizer = torch.optim.SGD(parameters, lr=learning_rate, momentum=0.9)

    for _ in range(steps):
        # Forward pass: 3, 4 or 5 is the highest power, each equally likely
        highest = int(rng.integers(3, 6))
        y_pred = model(x, highest)  # (n,)

        # Loss: the sum of squared errors, a tensor of shape ()
        loss = loss_fn(y_pred, y)
        yield loss, parameters

        # Backward pass: clear the old gradients, then compute the new ones
        optimizer.zero_grad()
        loss.backward()  # through just the operations of this step

        # Update: the optimizer moves every parameter
        optimizer.step()

    return parameters
