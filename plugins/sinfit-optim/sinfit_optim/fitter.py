"""Fit y = a + b x + c x² + d x³ with a linear layer and an optimizer from torch.optim.

Unlike sinfit_nn: the update is one call; RMSprop scales the step for each parameter.
"""

import torch


def fit(x, y, *, initial, steps, learning_rate, device="cpu", dtype=torch.float32):
    """Fit by RMSprop on the parameters of a linear layer.

    Yields (loss, (bias, weight)) before each update; returns the final (bias, weight).
    The bias is a, the weight is b, c, d.
    """
    x = torch.tensor(x, device=device, dtype=dtype)  # (n,)
    y = torch.tensor(y, device=device, dtype=dtype)  # (n,)
    powers = torch.tensor([1, 2, 3], device=device)  # (3,)
    xx = x.unsqueeze(-1).pow(powers)  # (n, 1) and (3,) broadcast to (n, 3)

    # skip_init leaves the layer's own random start out: ours comes from outside
    linear = torch.nn.utils.skip_init(torch.nn.Linear, 3, 1).to(device, dtype)
    start = torch.tensor(initial, device=device, dtype=dtype)  # (4,): a, b, c, d
    # The layer's shapes: bias (1,), weight (1, 3)
    linear.load_state_dict({"bias": start[:1], "weight": start[1:].unsqueeze(0)})

    # Flatten turns the layer's output (n, 1) into (n,)
    model = torch.nn.Sequential(linear, torch.nn.Flatten(0, 1))
    loss_fn = torch.nn.MSELoss(reduction="sum")
    # The optimizer is told which parameters to update, and how boldly
    optimizer = torch.optim.RMSprop(model.parameters(), lr=learning_rate)

    for _ in range(steps):
        # Forward pass: a model is called like a function
        y_pred = model(xx)  # (n,)

        # Loss: the sum of squared errors, a tensor of shape ()
        loss = loss_fn(y_pred, y)
        yield loss, (linear.bias, linear.weight)

        # Backward pass: clear the old gradients, then compute the new ones
        optimizer.zero_grad()
        loss.backward()

        # Update: the optimizer moves every parameter
        optimizer.step()

    return linear.bias, linear.weight
