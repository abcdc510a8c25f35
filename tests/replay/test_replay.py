"""Replaying: every published table is had again, and what was tampered with is found out."""

import math
from itertools import product

import numpy as np
import pytest

import sinfit
from sinfit.errors import DataError, StabilityWarning, UsageError
from sinfit.replay import published, replay

TABLES = published()
LINEAR = [
    name
    for name, table in TABLES.items()
    if table.stage not in ("legendre", "optim", "dynamic") and not table.bug
]
BUG = "seed-002-module"


def replay_text(text, table, **changes):
    settings = {
        "points": table.points,
        "steps": table.steps,
        "learning_rate": table.learning_rate,
    }
    return replay(text, table.stage, **settings | changes)


def tampered(table, lines=None, result=None):
    """The table's text, with some losses or the Result line replaced."""
    losses = {**dict(table.losses), **(lines or {})}
    text = "\n".join(f"{step} {loss!r}" for step, loss in losses.items())
    return text + "\n" + (table.result_line if result is None else result)


@pytest.mark.parametrize("name", LINEAR)
def test_a_linear_table_is_reproduced(name):
    outcome = TABLES[name].replay()
    assert outcome.verdict == "reproduced", outcome.explanation
    float64 = name == "tutkr-numpy"
    assert outcome.max_relative_deviation < (1e-9 if float64 else 1e-5)
    assert outcome.first_departure is None


def test_the_legendre_table_is_reproduced_from_its_published_start():
    outcome = TABLES["tutkr-legendre"].replay()
    assert outcome.verdict == "reproduced"
    assert outcome.initial == (0, -1, 0, 0.3)
    assert outcome.max_relative_deviation < 1e-5


@pytest.mark.parametrize("name", ["tutkr-optim", "seed-002-optim"])
def test_an_rmsprop_table_is_at_least_consistent(name):
    outcome = TABLES[name].replay()
    assert outcome.verdict in ("reproduced", "consistent"), outcome.explanation
    assert outcome.max_relative_deviation < 2e-2


@pytest.mark.parametrize("name", ["tutkr-dynamic", "seed-002-dynamic"])
def test_a_dynamic_table_is_consistent(name):
    outcome = TABLES[name].replay()
    assert outcome.verdict == "consistent", outcome.explanation


def test_the_bug_is_contradicted_and_its_explanation_names_floor_and_parameter():
    outcome = TABLES[BUG].replay()
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == 199
    assert "d is not trained" in outcome.explanation
    assert "best parabola" in outcome.explanation
    assert "392.8" in outcome.explanation


def test_every_published_table_is_tested_here():
    tested = {*LINEAR, "tutkr-legendre", "tutkr-optim", "seed-002-optim", BUG}
    assert tested | {"tutkr-dynamic", "seed-002-dynamic"} == set(TABLES)


@pytest.mark.parametrize("name", ["tutkr-numpy", "seed-000-tensor", "tutkr-legendre"])
@pytest.mark.parametrize("line", [2, 9, 18])
@pytest.mark.parametrize("digit", [1, 5])
def test_one_changed_digit_is_contradicted_at_its_line(name, line, digit):
    table = TABLES[name]
    step, loss = table.losses[line]
    text = repr(loss)
    at = digit + (text[digit] == ".")
    changed = float(text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :])
    outcome = replay_text(tampered(table, {step: changed}), table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == step


def test_a_last_digit_that_float32_does_not_have_is_contradicted():
    table = TABLES["seed-000-tensor"]
    text = table.text().replace("1389.89599609375", "1389.89599609385")
    outcome = replay_text(text, table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == 499
    assert "float32" in outcome.explanation


@pytest.mark.parametrize("name", ["tutkr-numpy", "seed-002-nn", "seed-004-curves"])
@pytest.mark.parametrize("factor", [1.01, 0.99])
def test_a_learning_rate_one_percent_off_is_contradicted_and_the_true_one_named(name, factor):
    table = TABLES[name]
    outcome = replay_text(table.text(), table, learning_rate=factor * table.learning_rate)
    assert outcome.verdict == "contradicted"
    assert "learning rate of 1e-06" in outcome.explanation
    first = [line for line, _ in table.losses].index(outcome.first_departure)
    assert first >= 1  # one line is explained by any rate, and no long beginning is
    assert first <= 5
    for step, said, ours in outcome.lines[:first]:
        assert ours == pytest.approx(said, rel=2e-5), step


def test_another_learning_rate_of_the_legendre_stage_is_named():
    table = TABLES["tutkr-legendre"]
    outcome = replay_text(table.text(), table, learning_rate=5.05e-6)
    assert outcome.verdict == "contradicted"
    assert "learning rate of 5e-06" in outcome.explanation


@pytest.mark.parametrize(
    ("name", "minus"),
    [
        *product(["tutkr-numpy", "seed-000-tensor", "tutkr-legendre"], ["-", "\u2212"]),
        ("seed-002-optim", "-"),
        ("seed-002-dynamic", "\u2212"),
    ],
)
def test_a_loss_with_a_minus_is_contradicted_at_its_line(name, minus):
    table = TABLES[name]
    step, loss = table.losses[2]
    text = table.text().replace(f"{step} {loss!r}", f"{step} {minus}{loss!r}")
    outcome = replay_text(text, table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == step
    assert f"step {step} is -{loss!r}: a sum of squares cannot be negative" in outcome.explanation
    assert outcome.lines[2][:2] == (step, -loss)
    assert outcome.deviations[2] == pytest.approx(-2, abs=0.5)
    assert outcome.max_relative_deviation == max(map(abs, outcome.deviations))


@pytest.mark.parametrize(
    ("name", "zero"),
    [
        *product(["tutkr-numpy", "seed-000-tensor", "tutkr-legendre"], ["0", "0.0", "0e0"]),
        ("seed-002-optim", "0.0"),  # one way to print it: these two are searched for long
        ("seed-002-dynamic", "0"),
    ],
)
def test_a_loss_of_zero_is_contradicted_at_its_line(name, zero):
    table = TABLES[name]
    step, loss = table.losses[2]
    outcome = replay_text(table.text().replace(f"{step} {loss!r}", f"{step} {zero}"), table)
    assert (outcome.verdict, outcome.first_departure) == ("contradicted", step)
    assert outcome.lines[2][:2] == (step, 0)
    assert outcome.deviations[2] == outcome.max_relative_deviation == math.inf
    assert f"step {step}" in outcome.explanation


@pytest.mark.parametrize("form", ["{} -{}", "epoch : {}, loss : -{}", "{}, -{:.2f}"])
def test_a_log_of_only_negative_losses_is_contradicted_at_its_first_line(form):
    table = TABLES["seed-000-tensor"]
    outcome = replay_text("\n".join(form.format(*line) for line in table.losses), table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == table.losses[0][0]
    assert "cannot be negative" in outcome.explanation


def test_a_minus_is_named_where_no_start_explains_the_other_lines_either():
    table = TABLES["tutkr-numpy"]
    step, loss = table.losses[2]
    text = tampered(table, {step: -loss})
    outcome = replay_text(text, table, learning_rate=1.01 * table.learning_rate)
    assert outcome.verdict == "contradicted"
    assert "cannot be negative" in outcome.explanation
    assert "learning rate of 1e-06" in outcome.explanation


@pytest.mark.parametrize("name", ["tutkr-numpy", "seed-000-tensor", "tutkr-legendre"])
@pytest.mark.parametrize(("one", "other"), [(3, 4), (1, 12)])
def test_two_swapped_losses_are_contradicted_at_the_first(name, one, other):
    table = TABLES[name]
    (early, first), (late, second) = table.losses[one], table.losses[other]
    outcome = replay_text(tampered(table, {early: second, late: first}), table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == early


def test_two_lines_in_the_wrong_order_are_contradicted_where_the_order_breaks():
    table = TABLES["seed-000-tensor"]
    lines = table.text().splitlines()
    lines[3], lines[4] = lines[4], lines[3]
    outcome = replay_text("\n".join(lines), table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == 499  # printed where 399 belongs
    assert "out of order" in outcome.explanation


@pytest.mark.parametrize("name", ["tutkr-numpy", "seed-000-tensor", "tutkr-legendre"])
def test_a_result_line_of_another_log_is_contradicted_at_the_result(name):
    other = TABLES["tutkr-autograd"].result_line
    table = TABLES[name]
    outcome = replay_text(tampered(table, result=other), table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == "result"
    assert "another run" in outcome.explanation


def test_other_numbers_of_points_and_untrained_lines_are_explained():
    table = TABLES["seed-004-curves"]
    outcome = replay_text(table.text(), table, points=2000)
    assert outcome.verdict == "contradicted"
    assert "1000 points instead of 2000" in outcome.explanation


def test_an_untrained_slope_is_told_by_the_floor_it_settles_at():
    # a model y = a + b x whose c and d are never updated
    problem = sinfit.Problem.from_target(sinfit.targets()["sin"], 2000)
    x, y = problem.x, problem.y
    a, b, lines = 0.7, -0.4, []
    for step in range(2000):
        error = a + b * x - y
        if step % 100 == 99:
            lines.append(f"{step} {error @ error!r}".replace("np.float64(", "").rstrip(")"))
        a, b = a - 2e-6 * error.sum(), b - 2e-6 * (error @ x)
    outcome = replay("\n".join(lines), "numpy")
    assert outcome.verdict == "contradicted"
    assert "straight line" in outcome.explanation
    assert "c, d is not trained" in outcome.explanation


@pytest.mark.parametrize("stage", ["numpy", "exact", "tensor"])
def test_a_run_of_our_own_is_reproduced(stage):
    run = sinfit.fit(stage, seed=11)
    outcome = replay("\n".join(run.printed()), stage)
    assert outcome.verdict == "reproduced", outcome.explanation
    away = np.subtract(outcome.parameters, tuple(run.parameters.values()))
    assert np.abs(away).max() < 1e-5


def test_a_log_of_a_cell_that_was_run_again_is_reproduced_from_its_trained_start():
    first = sinfit.fit("numpy", seed=2)
    again = sinfit.fit("numpy", initial=tuple(first.parameters.values()))
    outcome = replay("\n".join(again.printed()), "numpy")
    assert outcome.verdict == "reproduced"
    assert "already trained" in outcome.explanation


def test_the_legendre_start_is_found_if_it_is_another():
    run = sinfit.fit("legendre", initial=(0.2, -1.2, 0.1, 0.25))
    outcome = replay("\n".join(run.printed()), "legendre")
    assert outcome.verdict == "reproduced", outcome.explanation
    assert "not the published one" in outcome.explanation
    assert outcome.max_relative_deviation < 1e-5


def test_a_misprinted_rmsprop_line_is_found():
    table = TABLES["seed-002-optim"]
    step, loss = table.losses[6]
    outcome = replay_text(tampered(table, {step: loss * 1.125}), table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == step


def test_a_misprinted_dynamic_line_is_found():
    table = TABLES["seed-002-dynamic"]
    step, loss = table.losses[4]
    outcome = replay_text(tampered(table, {step: loss * 1.25}), table)
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == step


@pytest.mark.parametrize(
    ("name", "other"), [("tutkr-optim", "tutkr-nn"), ("tutkr-dynamic", "seed-002-dynamic")]
)
def test_a_foreign_result_line_is_found_where_draws_or_chaos_blur_the_losses(name, other):
    outcome = replay_text(tampered(TABLES[name], result=TABLES[other].result_line), TABLES[name])
    assert outcome.verdict == "contradicted"
    assert outcome.first_departure == "result"


@pytest.mark.parametrize("form", [".2f", ".4f", ".6g", ".3e"])
def test_losses_that_were_printed_short_are_reproduced(form):
    table = TABLES["seed-000-tensor"]
    text = "\n".join(f"{step} {loss:{form}}" for step, loss in table.losses)
    assert replay_text(text + "\n" + table.result_line, table).verdict == "reproduced"
    step, loss = table.losses[5]
    text = text.replace(f"{loss:{form}}", f"{1.02 * loss:{form}}")
    assert replay_text(text, table).first_departure == step


def test_a_run_that_diverges_is_reproduced_too():
    with pytest.warns(StabilityWarning):
        run = sinfit.fit("numpy", seed=4, learning_rate=3.57e-6, steps=600)
    assert run.losses[-1] > run.losses[-100] > run.losses[-200]
    outcome = replay("\n".join(run.printed()[:6]), "numpy", learning_rate=3.57e-6)
    assert outcome.verdict == "reproduced"


def test_the_number_of_steps_follows_from_the_lines():
    run = sinfit.fit("numpy", seed=4, steps=600)
    outcome = replay("\n".join(run.printed()), "numpy")  # compares the Result line after 600
    assert outcome.verdict == "reproduced"


def test_the_optimizer_chooses_the_stage_of_the_same_model():
    table = TABLES["tutkr-nn"]
    outcome = replay(table.text(), "optim", optimizer="SGD", learning_rate=1e-6)
    assert outcome.verdict == "reproduced"
    assert outcome.stage != "optim"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"optimizer": "adam"}, "must be one of gd, rmsprop, sgd-momentum"),
        ({"optimizer": "sgd-momentum"}, "no installed fitter"),
        ({"steps": 500}, "must be more than that"),
        ({"points": 1}, "points must be"),
        ({"learning_rate": -1.0}, "learning_rate"),
    ],
)
def test_wrong_use_is_refused(settings, says):
    with pytest.raises(UsageError, match=says):
        replay(TABLES["tutkr-numpy"].text(), "numpy", **settings)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("stage", ["numpy", "legendre", "optim"])
def test_too_few_points_are_refused_without_a_warning(stage):
    with pytest.raises(DataError, match="too few points"):
        replay(TABLES["tutkr-numpy"].text(), stage, points=3)


def test_a_fitter_without_a_trajectory_cannot_be_replayed():
    with pytest.raises(UsageError, match="lstsq cannot be replayed"):
        replay(TABLES["tutkr-numpy"].text(), "lstsq")


def test_an_unknown_stage_is_offered_the_nearest():
    with pytest.raises(UsageError, match="numpy"):
        replay(TABLES["tutkr-numpy"].text(), "nunpy")


def test_the_json_form_holds_what_is_promised():
    data = TABLES["tutkr-numpy"].replay().to_dict()
    assert set(data) >= {
        "verdict",
        "max_relative_deviation",
        "first_departure",
        "initial",
        "explanation",
        "lines",
    }
    assert data["lines"][0][:2] == [99, 775.3612839295903]
