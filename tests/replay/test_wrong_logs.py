"""Logs of another scale, of zeros and of nonsense: what is wrong is named, and nothing breaks."""

import numpy as np
import pytest
from sinfit_replay import published, replay

import sinfit

pytestmark = pytest.mark.numbers

SAID = {"points": 2000, "learning_rate": 1e-6}
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
    for said in ({}, SAID):  # nobody says on what scale
        outcome = replay(log(LOSSES * factor, form), "numpy", **said)
        assert outcome.verdict == "undecided"
    assert f"Every line fits if {words}" in outcome.explanation


def test_a_mean_that_was_trained_on_is_explained():
    from sinfit.theory import spectrum
    from sinfit.theory.trajectory import Trajectory

    x = np.linspace(-np.pi, np.pi, 2000)
    whole = spectrum([x**0, x, x**2, x**3], np.sin(x))
    run = Trajectory(whole, (0.3, -0.2, 0.5, 0.1), 1e-6 / 2000, 2000)
    outcome = replay(log(run.losses_at(STEPS) / 2000), "numpy", **SAID)
    assert outcome.verdict == "undecided"
    assert "It was trained on, too" in outcome.explanation


def test_a_loss_below_the_floor_is_named():
    outcome = replay(log(LOSSES / 2000), "numpy")
    assert "No curve of this model has a loss below 8.81717" in outcome.explanation


def test_losses_below_the_floor_are_contradicted():
    text = log(np.where(STEPS > 1500, 0.9 * LOSSES.min(), LOSSES))
    outcome = replay(text, "numpy", **SAID)
    assert (outcome.verdict, outcome.first_departure) == ("contradicted", 1599)


@pytest.mark.parametrize("stage", ["optim", "dynamic", "legendre"])
def test_a_loss_below_the_floor_is_contradicted_where_no_formula_is_known(stage):
    losses = np.where(np.arange(20) == 12, 8.5 if stage != "dynamic" else 0.3, LOSSES)
    outcome = replay(log(losses), stage, points=2000, learning_rate=1e-3, steps=2000)
    assert (outcome.verdict, outcome.first_departure) == ("contradicted", STEPS[12])
    assert "No curve of this model has a loss below" in outcome.explanation
    assert replay(log(LOSSES), "optim", **SAID).verdict == "undecided"


def test_a_loss_below_the_floor_of_points_that_nobody_said_proves_nothing():
    losses = np.where(STEPS == 1299, 8.5, LOSSES)
    assert replay(log(losses), "optim").verdict == "undecided"


@pytest.mark.parametrize("form", ["{:.0f}", "{!r}"])
def test_trailing_zeros_are_contradicted_and_zeros_throughout_are_a_matter_of_scale(form):
    trailing = replay(log(np.where(STEPS > 1500, 0, LOSSES), form), "numpy")
    assert (trailing.verdict, trailing.first_departure) == ("contradicted", 1599)
    assert replay(log(0 * LOSSES, form), "numpy", **SAID).verdict == "undecided"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "losses",
    [
        np.full(20, 100.0),
        LOSSES * 1e300,
        LOSSES * 1e-300,
        LOSSES[::-1],
        np.random.default_rng(0).uniform(0, 1000, 20),
    ],
    ids=["constant", "huge", "tiny", "rising", "noise"],
)
def test_nonsense_is_contradicted_without_a_warning(losses):
    assert replay(log(losses), "numpy", **SAID).verdict == "contradicted"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("settings", [{"points": 4}, {"learning_rate": 1e-3}])
def test_settings_far_off_are_never_reproduced_and_give_no_warning(settings):
    assert replay(log(LOSSES), "numpy", **SAID | settings).verdict != "reproduced"


def test_settings_that_nobody_said_prove_nothing():
    run = sinfit.fit("numpy", points=1234, learning_rate=1.37e-6)
    text = "\n".join(run.printed())
    outcome = replay(text, "numpy")
    assert outcome.verdict == "undecided"
    assert "2000 and 1e-06 were assumed" in outcome.explanation
    assert replay(text, "numpy", **SAID).verdict == "contradicted"
    assert replay(text, "numpy", points=1234, learning_rate=1.37e-6).verdict == "reproduced"


def test_losses_whose_logarithm_bends_down_are_contradicted_whatever_the_settings():
    text = log(np.where(STEPS == 999, 0.5 * LOSSES, LOSSES * 1.7))
    assert replay(text, "numpy").verdict == "contradicted"
