"""Fit y = a + b x + c x² + d x³, with e x⁴ and e x⁵ that come and go.

Unlike sinfit_module: the forward pass is another program at every step, and the two
extra terms share one weight.
"""

import torch


class DynamicNet(torch.nn.Module):
    """A cubic, plus none, one or two terms that share the weight e."""

    def __init__(self, initial):
        """Register the five parameters, each a scalar of shape ()."""
        super().__init__()
        self.a, self.b, self.c, self.d, self.e = (
            torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
            for start in initial
        )

    def forward(self, x, highest):
        """Predict y with the powers up to highest, 3, 4 or 5; x, y of shape (n,)."""
        # a + b x + c x² + d x³ without powers: Horner's rule
        y = self.a + x * (self.b + x * (self.c + x * self.d))
        power = x**3
        for _ in range(4, highest + 1):
            power = power * x  # x⁴, then x⁵
            y = y + self.e * power
        return y


def fit(
    x, y, *, initial, steps, learning_rate, rng, device="cpu", dtype=torch.float32
):
    """Gradient descent with momentum on a model that changes at every step.

    Yields (loss, (a, b, c, d, e)) before each update; returns the final five.
    """
    x = torch.tensor(x, device=device, dtype=dtype)  # (n,)
    y = torch.tensor(y, device=device, dtype=dtype)  # (n,)

    model = DynamicNet(initial).to(device=device, dtype=dtype)
    parameters = tuple(model.parameters())  # a, b, c, d, e
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

        # Backward pass: through just the operations of this step
        optimizer.zero_grad()
        loss.backward()

        # Update: the optimizer moves every parameter
        optimizer.step()

    return parameters
