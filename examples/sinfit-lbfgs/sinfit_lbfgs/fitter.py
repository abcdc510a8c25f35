"""Fit y = a + b x + c x² + d x³ with torch.optim.LBFGS.

Unlike sinfit_optim: the optimizer looks at the loss at several places before it takes one step, so
it is given a function that computes it, the closure.
"""

import torch


def fit(x, y, *, initial, steps, learning_rate, device="cpu", dtype=torch.float32):
    """Fit by L-BFGS with a line search.

    Yields (loss, parameters) before each update; returns the final parameters, shape (4,).
    Ends by itself when a step moves nothing any more.
    """
    x = torch.tensor(x, device=device, dtype=dtype)  # (n,)
    y = torch.tensor(y, device=device, dtype=dtype)  # (n,)
    powers = torch.stack([x**0, x, x**2, x**3])  # (4, n)
    parameters = torch.tensor(initial, device=device, dtype=dtype, requires_grad=True)  # (4,)

    # One iteration a step, so that the host sees each of them; max_eval would follow max_iter, and
    # leave the line search a single look
    optimizer = torch.optim.LBFGS(
        [parameters], lr=learning_rate, max_iter=1, max_eval=25, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        error = parameters @ powers - y  # (n,)
        loss = error.pow(2).sum()
        loss.backward()
        return loss

    for _ in range(steps):
        before = parameters.detach().clone()
        yield closure().detach(), before

        # The optimizer calls the closure as often as its line search needs
        optimizer.step(closure)
        if torch.equal(parameters, before):
            break

    return parameters.detach()
