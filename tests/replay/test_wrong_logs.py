"""Logs of another scale, of zeros and of nonsense: what is wrong is named, and nothing breaks."""

import numpy as np
import pytest

from sinfit.replay import published, replay

STEPS, LOSSES = map(np.array, zip(*published()["tutkr-numpy"].losses, strict=True))


def log(losses, form="{!r}"):
    pairs = zip(STEPS, losses, strict=True)
    return "\n".join(f"{int(t)} {form.format(float(loss))}" for t, loss in pairs) + "\n"


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1 / 2000, "the mean instead of the sum of squares (times 1/2000)"),
        (1 / 2, "half of the sum of squares"),
        (1 / 4000, "half of the mean of squares"),
    ],
)
@pytest.mark.parametrize("form", ["{!r}", "{:.6f}"])
def test_losses_on_another_scale_are_explained(factor, words, form):
    outcome = replay(log(LOSSES * factor, form), "numpy")
    assert outcome.verdict == "contradicted"
    assert f"Every line fits if {words}" in outcome.explanation


def test_a_mean_that_was_trained_on_is_explained():
    from sinfit.theory import spectrum
    from sinfit.theory.trajectory import Trajectory

    x = np.linspace(-np.pi, np.pi, 2000)
    whole = spectrum([x**0, x, x**2, x**3], np.sin(x))
    run = Trajectory(whole, (0.3, -0.2, 0.5, 0.1), 1e-6 / 2000, 2000)
    outcome = replay(log(run.losses_at(STEPS) / 2000), "numpy")
    assert outcome.verdict == "contradicted"
    assert "It was trained on, too" in outcome.explanation


def test_a_loss_below_the_floor_is_named():
    outcome = replay(log(LOSSES / 2000), "numpy")
    assert "No curve of this model has a loss below 8.81717" in outcome.explanation


@pytest.mark.parametrize("form", ["{:.0f}", "{!r}"])
def test_zeros_are_contradicted_and_explained_by_nothing_false(form):
    every = replay(log(0 * LOSSES, form), "numpy")
    assert (every.verdict, every.first_departure) == ("contradicted", 99)
    assert "Every line fits" not in every.explanation
    trailing = replay(log(np.where(STEPS > 1500, 0, LOSSES), form), "numpy")
    assert (trailing.verdict, trailing.first_departure) == ("contradicted", 1599)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "losses",
    [
        np.full(20, 100.0),
        LOSSES * 1e300,
        LOSSES * 1e-300,
        LOSSES[::-1],
        10.0 ** np.arange(20),
        np.random.default_rng(0).uniform(0, 1000, 20),
    ],
    ids=["constant", "huge", "tiny", "rising", "growing", "noise"],
)
def test_nonsense_is_contradicted_without_a_warning(losses):
    assert replay(log(losses), "numpy").verdict == "contradicted"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("settings", [{"points": 4}, {"learning_rate": 1e-3}])
def test_settings_far_off_are_contradicted_without_a_warning(settings):
    assert replay(log(LOSSES), "numpy", **settings).verdict == "contradicted"
