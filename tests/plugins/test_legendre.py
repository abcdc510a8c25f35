"""The Legendre stage: its start is fixed, so every published number must come out again."""

import json
import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sinfit
from sinfit.fitting.fingerprint import fingerprint

pytestmark = pytest.mark.numbers


@pytest.fixture(scope="module")
def published():
    tables = json.loads((files("sinfit_replay") / "logs.json").read_text("utf-8"))
    (table,) = [table for table in tables if table["id"] == "tutkr-legendre"]
    return table


@pytest.fixture(scope="module")
def result():
    return sinfit.fit("legendre")


def test_all_20_published_losses_come_out_again(published, result):
    assert len(published["losses"]) == 20
    ours = dict(zip(result.steps_recorded.tolist(), result.losses.tolist(), strict=True))
    for step, loss in published["losses"]:
        assert ours[step] == pytest.approx(loss, rel=1e-6)  # the promise; float32 has 6e-8


def test_the_published_result_comes_out_again(published, result):
    line = re.fullmatch(
        r"Result: y = (?P<a>\S+) \+ (?P<b>\S+) \* P3\((?P<c>\S+) \+ (?P<d>\S+) x\)",
        published["result_line"],
    )
    assert set(line.groupdict()) == set(result.parameters)
    for name, value in line.groupdict().items():
        # a and c are zero up to float32's rounding (1e-9 and less): no digit of theirs means much
        assert result.parameters[name] == pytest.approx(float(value), rel=1e-6, abs=1e-8)


def test_from_the_published_points_each_digit_comes_out_again_even_the_noise(published):
    import torch

    # measured: with AVX2 and AVX-512 alike; without them PyTorch adds 2000 squares in another order
    if not fingerprint()["torch_cpu"].startswith("AVX"):
        pytest.skip("PyTorch adds in another order here than where the table was printed")
    x = torch.linspace(-torch.pi, torch.pi, 2000)
    ours = sinfit.fit("legendre", x, torch.sin(x))
    assert [[step, ours.losses[step]] for step, _ in published["losses"]] == published["losses"]
    # a and c are what rounding leaves of zero: another form of P₃ leaves something else
    printed = re.findall(r"-?\d\.\d+(?:e-\d+)?", published["result_line"])
    assert list(ours.parameters.values()) == [float(number) for number in printed]


def test_the_printed_lines_are_the_published_ones(published, result):
    lines = result.printed()
    assert [int(line.split()[0]) for line in lines[:-1]] == [t for t, _ in published["losses"]]
    assert lines[-1].startswith("Result: y = ")
    assert "* P3(" in lines[-1]
    assert result.provenance["torch"]


def test_the_start_is_fixed_whatever_the_seed(result):
    assert tuple(result.initial.values()) == (0.0, -1.0, 0.0, 0.3)
    assert sinfit.fit("legendre", seed=9, steps=50).losses.tolist() == result.losses[:50].tolist()


def test_with_more_steps_it_approaches_the_best_cubic():
    result = sinfit.fit("legendre", steps=4000, dtype="float64", record_every=100)
    # measured: 5.5e-5 above the best cubic after 4000 steps at the tutorial's rate
    assert 0 <= result.optimality_gap < 1e-4
    assert result.sse == pytest.approx(8.817165, abs=1e-4)


@given(z=st.lists(st.floats(-3, 3), min_size=1, max_size=5))
@settings(deadline=None, max_examples=30)
def test_its_own_backward_pass_is_the_derivative(z):
    import torch
    from sinfit_legendre.fitter import LegendrePolynomial3

    points = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    # gradcheck compares with finite differences in float64
    assert torch.autograd.gradcheck(LegendrePolynomial3.apply, (points,))


@given(start=st.tuples(*[st.floats(-1.5, 1.5)] * 4))
@settings(deadline=None, max_examples=15)
def test_from_any_start_one_update_is_that_of_autograd_without_the_function(start):
    import torch

    x = np.linspace(-np.pi, np.pi, 50)
    rate = 1e-6
    # the fitter itself: from far starts the host would hand back the start of a diverging run
    fit = sinfit.fitters()["legendre"].load()
    run = fit(x, np.sin(x), initial=start, steps=1, learning_rate=rate, dtype=torch.float64)
    next(run)
    with pytest.raises(StopIteration) as ended:
        next(run)
    a, b, c, d = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in start)
    z = c + d * torch.tensor(x)
    loss = (a + b * (5 * z**3 - 3 * z) / 2 - torch.tensor(np.sin(x))).square().sum()
    loss.backward()
    expected = [v.item() - rate * v.grad.item() for v in (a, b, c, d)]
    # the same formula in another order of float64 operations
    updated = [v.item() for v in ended.value.value]
    assert updated == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(parameters=st.tuples(*[st.floats(-2, 2)] * 4))
def test_its_coefficients_are_the_same_curve_in_powers_of_x(parameters):
    model = sinfit.fitters()["legendre"].spec.model
    x = np.linspace(-3, 3, 9)
    curve = np.polynomial.Polynomial(model.coefficients(parameters))(x)
    z = parameters[2] + parameters[3] * x
    legendre = parameters[0] + parameters[1] * np.polynomial.legendre.legval(z, [0, 0, 0, 1])
    np.testing.assert_allclose(curve, legendre, atol=1e-9)  # values of up to 1e3
    np.testing.assert_allclose(model.predict(x, parameters), legendre, atol=1e-9)
