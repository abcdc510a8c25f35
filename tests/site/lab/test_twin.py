"""The lab's loop in Chromium is a twin of the fitters and of torch.optim."""

import numpy as np
import pytest

import sinfit
from sinfit.fitting.plan import draw_start
from sinfit.theory import best_polynomial, modes, stability_limit

SETTING = {
    "target": "sin", "n": 2000, "noise": 0, "seed": 0, "degree": 3, "scale": "powers",
    "loss": "sum", "optimizer": "gd", "lr": 1e-6, "held": 0, "bug": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(browser, assets):
    """Call a function of the engine in a page that has nothing else."""
    page = browser.new_page()
    page.add_script_tag(path=assets / "engine.js")
    yield lambda expression, *given: page.evaluate(f"given => {{ {expression} }}", list(given))
    page.close()


@pytest.fixture
def losses(engine):
    def call(start, steps, **changes):
        program = "return sinfitLab.losses(given[0], given[1], given[2])"
        return np.array(engine(program, SETTING | changes, list(start), steps), float)

    return call


@pytest.mark.filterwarnings(
    "ignore::sinfit.errors.StabilityWarning"
)  # one rate is meant to be too high
@pytest.mark.parametrize(
    ("seed", "changes"),
    [
        (0, {}),
        (1, {"n": 200, "lr": 1e-5}),
        (2, {"target": "cos"}),
        (3, {"target": "exp", "lr": 1e-4}),
        (4, {"lr": 3.5e-6}),  # just below the stability limit
        (5, {"lr": 4e-6}),  # above it
    ],
)
def test_gradient_descent_is_the_numpy_stage(losses, seed, changes):
    # 1e-12: the two round sines, powers and sums differently, by some 1e-16, and a stable gradient
    # descent forgets; an unstable one amplifies a start's rounding as it does the start
    setting = SETTING | changes
    steps = 200 if setting["lr"] == 4e-6 else 2000
    run = sinfit.fit(
        "numpy", target=setting["target"], points=setting["n"], steps=steps,
        learning_rate=setting["lr"], seed=seed,
    )  # fmt: skip
    ours = losses(draw_start(seed, 4), len(run.losses), **changes)
    np.testing.assert_allclose(ours, run.losses, rtol=1e-12)


def torch_losses(setting, start, steps):
    """The plain PyTorch program of a setting, its mistake included, in float64."""
    import torch

    low, high = (-1.0, 1.0) if setting["target"] == "exp" else (-np.pi, np.pi)
    x = np.linspace(low, high, setting["n"])
    y = torch.tensor(getattr(np, setting["target"])(x))
    z = x / np.abs(x).max() if setting["scale"] == "scaled" else x
    columns = np.stack([z**k for k in range(setting["degree"] + 1)], axis=1)
    if setting["bug"] == "cubed":
        columns[:, -1] = 0.1 ** setting["degree"]
    columns = torch.tensor(columns)
    keep = np.ones(len(x), bool)
    if setting["held"]:
        keep[setting["held"] - 1 :: setting["held"]] = False
    keep = torch.tensor(keep)
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    lr = setting["lr"] * (4 if setting["bug"] == "rate" else 1)
    optimizer = {
        "gd": lambda: torch.optim.SGD([w], lr=lr),
        "momentum": lambda: torch.optim.SGD([w], lr=lr, momentum=0.9),
        "rmsprop": lambda: torch.optim.RMSprop([w], lr=lr),
        "adam": lambda: torch.optim.Adam([w], lr=lr),
    }[setting["optimizer"]]()
    reduction = "mean" if "mean" in (setting["loss"], setting["bug"]) else "sum"
    found = []
    for _ in range(steps):
        predicted = columns[keep] @ w
        true = y[keep]
        if setting["bug"] == "flatten":
            loss = getattr((predicted[:, None] - true) ** 2, reduction)()
        else:
            loss = getattr((predicted - true) ** 2, reduction)()
        found.append(loss.item())
        if setting["bug"] != "zero_grad":
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return found


@pytest.mark.parametrize(
    ("changes", "steps", "tolerance"),
    [
        # linear methods forget rounding, or keep it as it is
        ({"optimizer": "momentum", "lr": 5e-7}, 2000, 1e-10),
        ({"loss": "mean", "lr": 2e-3}, 2000, 1e-10),
        ({"degree": 7, "scale": "scaled", "n": 100, "lr": 1e-3, "held": 4}, 2000, 1e-10),
        ({"bug": "zero_grad", "lr": 1e-8}, 500, 1e-9),
        ({"bug": "flatten", "n": 200, "lr": 1e-8}, 500, 1e-10),
        ({"bug": "mean"}, 500, 1e-10),
        ({"bug": "cubed", "optimizer": "momentum", "lr": 5e-7}, 500, 1e-10),
        ({"bug": "rate"}, 100, 1e-10),
        # these divide by a root that becomes as small as the gradient, which amplifies rounding:
        # from step 700 on RMSprop's parameters jump over their goal, and the two runs part by 5e-3
        ({"optimizer": "rmsprop", "lr": 1e-3}, 600, 1e-8),
        ({"optimizer": "adam", "lr": 1e-2}, 1000, 1e-8),
        ({"optimizer": "adam", "lr": 1e-2, "degree": 9, "scale": "scaled", "n": 30}, 1000, 1e-6),
    ],
)
def test_the_others_are_torch_optim_in_float64(losses, changes, steps, tolerance):
    setting = SETTING | changes
    start = draw_start(0, setting["degree"] + 1)
    np.testing.assert_allclose(
        losses(start, steps, **changes), torch_losses(setting, start, steps), rtol=tolerance
    )


def test_modes_limit_and_best_fit_are_those_of_the_theory(engine):
    x = np.linspace(-np.pi, np.pi, 2000)
    columns = [x**0, x, x**2, x**3]
    program = """const p = sinfitLab.problem(given[0]), all = sinfitLab.modes(p, given[0], p.best);
                 return [all.map(mode => [mode.eigenvalue, mode.halfLife]),
                         sinfitLab.stabilityLimit(p, given[0]), [...p.best], p.floor]"""
    found, limit, best, floor = engine(program, SETTING)
    expected = [(mode.eigenvalue, mode.half_life) for mode in modes(columns, 1e-6)]
    np.testing.assert_allclose(sorted(found), sorted(expected), rtol=1e-9)
    assert limit == pytest.approx(stability_limit(columns), rel=1e-12)
    truth = best_polynomial(x, np.sin(x))
    np.testing.assert_allclose(best, truth.parameters, atol=1e-12)
    assert floor == pytest.approx(truth.sse, rel=1e-10)


def test_above_the_limit_the_loss_grows_and_below_it_falls(engine, losses):
    limit = engine(
        "return sinfitLab.stabilityLimit(sinfitLab.problem(given[0]), given[0])", SETTING
    )
    # with momentum 2 (1 + 0.9) / λmax instead of 2 / λmax: the heavy ball, Polyak 1964
    for optimizer, factor in (("gd", 1), ("momentum", 1.9)):
        said = engine(
            "return sinfitLab.stabilityLimit(sinfitLab.problem(given[0]), given[0])",
            SETTING | {"optimizer": optimizer},
        )
        assert said == pytest.approx(factor * limit, rel=1e-12)
        below = losses(draw_start(0, 4), 3000, optimizer=optimizer, lr=0.99 * said)
        above = losses(draw_start(0, 4), 3000, optimizer=optimizer, lr=1.01 * said)
        assert below[-1] < below[0] / 10
        assert above[-1] > 1e6 * above[0]
