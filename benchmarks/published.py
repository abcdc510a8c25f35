"""The eight programs as they are published: powers inside the loop, `.item()` where they have it.

Each takes the start instead of drawing it, keeps its printed losses instead of printing them, and
is otherwise what a reader of the tutorial would run.
"""

import math
import random

import numpy as np
import torch

POINTS, STEPS = 2000, 2000


def numpy(start, steps=STEPS, every=100):
    """Stage 1: NumPy."""
    x = np.linspace(-math.pi, math.pi, POINTS)
    y = np.sin(x)
    a, b, c, d = start
    printed = []
    for t in range(steps):
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = np.square(y_pred - y).sum()
        if t % every == every - 1:
            printed.append(loss)
        grad_y_pred = 2.0 * (y_pred - y)
        grad_a = grad_y_pred.sum()
        grad_b = (grad_y_pred * x).sum()
        grad_c = (grad_y_pred * x**2).sum()
        grad_d = (grad_y_pred * x**3).sum()
        a -= 1e-6 * grad_a
        b -= 1e-6 * grad_b
        c -= 1e-6 * grad_c
        d -= 1e-6 * grad_d
    return printed


def tensor(start, steps=STEPS):
    """Stage 2: tensors; the loss is read with `.item()` at every step."""
    x = torch.linspace(-math.pi, math.pi, POINTS)
    y = torch.sin(x)
    a, b, c, d = (torch.tensor(value) for value in start)
    printed = []
    for t in range(steps):
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = (y_pred - y).pow(2).sum().item()
        if t % 100 == 99:
            printed.append(loss)
        grad_y_pred = 2.0 * (y_pred - y)
        grad_a = grad_y_pred.sum()
        grad_b = (grad_y_pred * x).sum()
        grad_c = (grad_y_pred * x**2).sum()
        grad_d = (grad_y_pred * x**3).sum()
        a -= 1e-6 * grad_a
        b -= 1e-6 * grad_b
        c -= 1e-6 * grad_c
        d -= 1e-6 * grad_d
    return printed


def autograd(start, steps=STEPS):
    """Stage 3: autograd."""
    x = torch.linspace(-math.pi, math.pi, POINTS)
    y = torch.sin(x)
    a, b, c, d = (torch.tensor(value, requires_grad=True) for value in start)
    return _by_hand(lambda: a + b * x + c * x**2 + d * x**3, y, (a, b, c, d), 1e-6, steps)


class _Legendre(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return 0.5 * (5 * z**3 - 3 * z)

    @staticmethod
    def backward(ctx, grad_output):
        (z,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * z**2 - 1)


def legendre(_start, steps=STEPS):
    """Stage 4: an autograd Function; its start is fixed."""
    x = torch.linspace(-math.pi, math.pi, POINTS)
    y = torch.sin(x)
    a, b, c, d = (torch.tensor(value, requires_grad=True) for value in (0.0, -1.0, 0.0, 0.3))
    return _by_hand(lambda: a + b * _Legendre.apply(c + d * x), y, (a, b, c, d), 5e-6, steps)


def _by_hand(predict, y, parameters, learning_rate, steps):
    a, b, c, d = parameters
    printed = []
    for t in range(steps):
        loss = (predict() - y).pow(2).sum()
        if t % 100 == 99:
            printed.append(loss.item())
        loss.backward()
        with torch.no_grad():
            a -= learning_rate * a.grad
            b -= learning_rate * b.grad
            c -= learning_rate * c.grad
            d -= learning_rate * d.grad
            a.grad = None
            b.grad = None
            c.grad = None
            d.grad = None
    return printed


def _linear(start):
    x = torch.linspace(-math.pi, math.pi, POINTS)
    y = torch.sin(x)
    xx = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
    model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
    with torch.no_grad():
        model[0].bias.copy_(torch.tensor(start[:1]))
        model[0].weight.copy_(torch.tensor([start[1:]]))
    return xx, y, model, torch.nn.MSELoss(reduction="sum")


def nn(start, steps=STEPS):
    """Stage 5: nn."""
    xx, y, model, loss_fn = _linear(start)
    printed = []
    for t in range(steps):
        y_pred = model(xx)
        loss = loss_fn(y_pred, y)
        if t % 100 == 99:
            printed.append(loss.item())
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 1e-6 * parameter.grad
    return printed


def optim(start, steps=STEPS):
    """Stage 6: RMSprop."""
    xx, y, model, loss_fn = _linear(start)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    return _optimise(lambda: model(xx), y, loss_fn, optimizer, steps)


class _Cubic(torch.nn.Module):
    def __init__(self, start):
        super().__init__()
        self.a, self.b, self.c, self.d = (torch.nn.Parameter(torch.tensor(v)) for v in start)

    def forward(self, x):
        return self.a + self.b * x + self.c * x**2 + self.d * x**3


def module(start, steps=STEPS):
    """Stage 7: an nn.Module."""
    x = torch.linspace(-math.pi, math.pi, POINTS)
    y = torch.sin(x)
    model = _Cubic(start)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
    return _optimise(lambda: model(x), y, torch.nn.MSELoss(reduction="sum"), optimizer, steps)


class _Dynamic(torch.nn.Module):
    def __init__(self, start):
        super().__init__()
        self.a, self.b, self.c, self.d, self.e = (
            torch.nn.Parameter(torch.tensor(v)) for v in start
        )

    def forward(self, x):
        y = self.a + self.b * x + self.c * x**2 + self.d * x**3
        for exponent in range(4, random.randint(4, 6)):  # noqa: S311 (no secret)
            y = y + self.e * x**exponent
        return y


def dynamic(start, steps=STEPS):
    """Stage 8: control flow and weight sharing."""
    x = torch.linspace(-math.pi, math.pi, POINTS)
    y = torch.sin(x)
    model = _Dynamic((*start, 0.1))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-8, momentum=0.9)
    return _optimise(lambda: model(x), y, torch.nn.MSELoss(reduction="sum"), optimizer, steps)


def _optimise(predict, y, loss_fn, optimizer, steps):
    printed = []
    for t in range(steps):
        y_pred = predict()
        loss = loss_fn(y_pred, y)
        if t % 100 == 99:
            printed.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return printed


PROGRAMS = {
    "numpy": numpy,
    "tensor": tensor,
    "autograd": autograd,
    "legendre": legendre,
    "nn": nn,
    "optim": optim,
    "module": module,
    "dynamic": dynamic,
}
