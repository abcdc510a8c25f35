"""What a run of the dynamic stage may print, though its draws are random.

Every step adds no term, e x⁴, or e x⁴ + e x⁵ to the cubic, each with probability 1/3, and momentum
keeps 0.9 of the last step: one of three linear maps of z = (parameters, velocity, 1), drawn
independently of z. The mean of z therefore follows the mean of the three maps exactly, which gives
the two slow modes of the start by least squares. The mean loss is of no use: the mean of the maps'
Kronecker squares has an eigenvalue of 1.01 at the published learning rate, so rare bursts dominate
it. What a run typically prints, and how far it strays, are therefore medians of simulated runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinfit.replay.together import Spread, spread_of

Array = NDArray[np.float64]

MOMENTUM = 0.9
RUNS = 192  # simulated; many more than lines and parameters, or their covariance is not known
LEAST_SPREAD = 2e-3  # of a loss; float32 and the fit of the sizes leave as much
LEAST_PARAMETER = 1e-5  # of a parameter; the real stage computes in float32
CORRECTIONS = 2  # rounds of fitting and simulating


@dataclass(frozen=True)
class Setting:
    """The problem of the dynamic stage.

    Attributes:
        grams: XᵀX of the three models, (3, 5, 5), parameters a, b, c, d, e.
        targets: Xᵀy of the three models, (3, 5).
        total: yᵀy.
        learning_rate: The learning rate.
    """

    grams: Array
    targets: Array
    total: float
    learning_rate: float


def setting_of(x: Array, y: Array, learning_rate: float) -> Setting:
    """The problem for points x and y, each of shape (n,)."""
    shared = (np.zeros_like(x), x**4, x**4 + x**5)
    designs = [np.stack([x**0, x, x**2, x**3, extra]) for extra in shared]
    grams = np.stack([design @ design.T for design in designs])
    return Setting(grams, np.stack([design @ y for design in designs]), float(y @ y), learning_rate)


def recover_start(
    setting: Setting, steps: Array, losses: Array, signs: Array, end: int
) -> tuple[Array, Spread]:
    """The start whose runs typically print these losses, and what they print.

    Only the two slow modes of the mean model are looked for; the others have died out long before
    the first line, and start at rest.

    Args:
        setting: The problem.
        steps: The step of each line, ascending, (k,).
        losses: The printed losses, (k,).
        signs: The signs of the two slow modes, (2,).
        end: How many updates the run makes.

    Returns:
        The start (a, b, c, d, e), and how its simulated runs spread: the logarithms of their
        losses, then their final parameters.
    """
    best, slow = slow_modes(setting)
    lift = np.zeros((11, 3))  # from the sizes of the slow modes and 1 to z
    lift[:5], lift[10, 2] = np.column_stack([slow, best]), 1
    forms = np.einsum("ia,tij,jb->tab", lift, losses_of_the_mean(setting, steps), lift)

    noise = np.ones(len(steps))  # what the draws add to the loss of the mean, as a factor
    weight = np.ones(len(steps))
    fast = np.linalg.eigh(setting.grams.mean(axis=0))[1][:, 2:]
    for _round in range(CORRECTIONS):
        sizes = _slow_sizes(forms, losses / noise, weight, signs)
        start = lift[:5] @ np.append(sizes, 1.0)
        logs, finals = simulate(setting, start, fast, steps, end)
        noise = np.exp(np.median(logs, axis=1)) / _values(forms, sizes)
        weight = 1 / np.maximum(robust_spread(logs), LEAST_SPREAD)
    moved = (np.linalg.matrix_power(mean_map(setting), end) @ lift)[:5, :2]
    jacobian = 2 * (forms[:, :2] @ np.append(sizes, 1.0)) / _values(forms, sizes)[:, None]
    least = np.concatenate([np.full(len(steps), LEAST_SPREAD), np.full(5, LEAST_PARAMETER)])
    spread = spread_of(np.concatenate([logs, finals]), np.concatenate([jacobian, moved]), least)
    return np.asarray(start), spread


def _values(forms: Array, sizes: Array) -> Array:
    z = np.append(sizes, 1.0)
    return np.asarray(np.einsum("a,tab,b->t", z, forms, z))


def _slow_sizes(forms: Array, losses: Array, weight: Array, signs: Array) -> Array:
    """Gauss-Newton for the two sizes, on the logarithms of the losses."""
    # a rough size first: the whole of the first line in either mode
    first = np.sqrt(losses[0] / np.diagonal(forms[0])[:2] / 2)
    sizes = signs * first
    for _round in range(50):
        value = _values(forms, sizes)
        jacobian = 2 * (forms[:, :2] @ np.append(sizes, 1.0)) / value[:, None]
        residuals = np.log(losses / value)
        # deviations far beyond the spread count less, so that a misprint cannot lead astray
        trust = weight / np.sqrt(1 + np.square(residuals * weight / 3))
        step = np.linalg.lstsq(jacobian * trust[:, None], residuals * trust, rcond=1e-9)[0]
        sizes = sizes + np.clip(step, -0.3 * first, 0.3 * first)
    return np.asarray(sizes)


def slow_modes(setting: Setting) -> tuple[Array, Array]:
    """The best parameters of the mean model, (5,), and its two slowest directions, (5, 2)."""
    hessian = setting.grams.mean(axis=0)
    best = np.linalg.solve(hessian, setting.targets.mean(axis=0))
    return np.asarray(best), np.asarray(np.linalg.eigh(hessian)[1][:, :2])


def least_loss(setting: Setting) -> float:
    """The loss of the best curve that any draw of the model has."""
    grams, targets = setting.grams, setting.targets
    explained = [
        target @ np.linalg.lstsq(gram, target, rcond=None)[0]
        for gram, target in zip(grams, targets, strict=True)
    ]
    return setting.total - float(max(explained))


def losses_of_the_mean(setting: Setting, steps: Array) -> Array:
    """The quadratic forms of the start z for the mean run's loss at each step, (k, 11, 11)."""
    form = np.zeros((11, 11))
    form[:5, :5] = setting.grams.mean(axis=0)
    form[:5, 10] = form[10, :5] = -setting.targets.mean(axis=0)
    form[10, 10] = setting.total
    after = [np.linalg.matrix_power(mean_map(setting), int(step)) for step in steps]
    return np.stack([map_.T @ form @ map_ for map_ in after])


def mean_map(setting: Setting) -> Array:
    """The mean of the three maps of z that a step draws from, (11, 11)."""
    maps = np.stack([np.eye(11)] * 3)
    maps[:, 5:10, :5] = 2 * setting.grams
    maps[:, 5:10, 5:10] = MOMENTUM * np.eye(5)
    maps[:, 5:10, 10] = -2 * setting.targets
    maps[:, :5] -= setting.learning_rate * maps[:, 5:10]
    return np.asarray(maps.mean(axis=0))


def simulate(
    setting: Setting, start: Array, fast: Array, steps: Array, end: int, seed: int = 0
) -> tuple[Array, Array]:
    """Run the stage many times from one start, each with its own draws and its own fast modes.

    Args:
        setting: The problem.
        start: The start (a, b, c, d, e).
        fast: The modes of which no line tells the size, (5, 3); they are drawn as starts are.
        steps: The steps whose losses are wanted, ascending, (k,).
        end: How many updates to make.
        seed: Of the draws.

    Returns:
        The logarithms of the losses, (k, RUNS), and the final parameters, (5, RUNS).
    """
    rng = np.random.default_rng(seed)
    parameters = start[:, None] + fast @ rng.standard_normal((fast.shape[1], RUNS))
    velocity = np.zeros_like(parameters)
    hessians, slopes = 2 * setting.grams, 2 * setting.targets[:, :, None]
    cubic, shared = hessians[0][:4, :4], hessians[:, :, 4]  # what e adds differs between models
    losses = np.empty((len(steps), RUNS))
    wanted = {int(step): line for line, step in enumerate(steps)}
    for step in range(end):
        drawn = rng.integers(0, 3, RUNS)
        gradient = np.empty_like(parameters)
        column = shared[drawn].T  # (5, RUNS)
        gradient[:4] = cubic @ parameters[:4] + column[:4] * parameters[4] - slopes[0, :4]
        gradient[4] = (column * parameters).sum(axis=0) - slopes[drawn, 4, 0]
        if step in wanted:
            # w·(H w - 2s)/2 + yᵀy, with H w - s the gradient
            linear = slopes[drawn, :, 0].T
            losses[wanted[step]] = (parameters * (gradient - linear)).sum(
                axis=0
            ) / 2 + setting.total
        velocity *= MOMENTUM
        velocity += gradient
        parameters -= setting.learning_rate * velocity
    return np.log(losses), parameters


def robust_spread(values: Array) -> Array:
    """The standard deviation of each row, as half of the range that holds 68 % of it."""
    low, high = np.quantile(values, (0.1587, 0.8413), axis=1)
    return np.asarray((high - low) / 2)
