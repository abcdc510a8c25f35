"""Fit y = v₁ tanh(w₁ x + b₁) + … + v₄ tanh(w₄ x + b₄) + c with PyTorch.

Unlike sinfit_optim: the model is a net of two layers, and Adam takes the steps.
"""

import torch
from torch.nn.utils import skip_init, vector_to_parameters

from sinfit_sine_net.model import UNITS


def fit(x, y, *, initial, steps, learning_rate, device="cpu", dtype=torch.float32):
    """Fit by Adam on the weights of a net.

    Yields (loss, parameters) before each update: w (4, 1), b (4,), v (1, 4), c (1,), which the
    host reads one after the other, 13 numbers. Returns the final ones.
    """
    x = torch.tensor(x, device=device, dtype=dtype).unsqueeze(-1)  # (n, 1)
    y = torch.tensor(y, device=device, dtype=dtype).unsqueeze(-1)  # (n, 1)

    # skip_init leaves the layers' own random start out: ours comes from outside
    net = torch.nn.Sequential(
        skip_init(torch.nn.Linear, 1, UNITS, device=device, dtype=dtype),
        torch.nn.Tanh(),
        skip_init(torch.nn.Linear, UNITS, 1, device=device, dtype=dtype),
    )
    parameters = tuple(net.parameters())
    vector_to_parameters(torch.tensor(initial, device=device, dtype=dtype), parameters)

    loss_fn = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.Adam(parameters, lr=learning_rate)

    for _ in range(steps):
        # Forward pass: predict y
        y_pred = net(x)  # (n, 1)

        # Loss: the sum of squared errors, a tensor of shape ()
        loss = loss_fn(y_pred, y)
        yield loss, parameters

        # Backward pass: clear the old gradients, then compute the new ones
        optimizer.zero_grad()
        loss.backward()

        # Update: Adam moves every weight
        optimizer.step()

    return parameters
