"""sinfit-sine-net: a model that is no polynomial is fitted, kept and compared like any other."""

import numpy as np
import pytest

pytestmark = pytest.mark.numbers

PROGRAM = """
import sinfit
import numpy as np, torch
fits = [sinfit.fit("sine-net", seed=seed) for seed in range(1, 4)]
fit = fits[0]
fit.save("net.json")
loaded = sinfit.FitResult.load("net.json")
again = sinfit.fit("sine-net", seed=1, steps=50)
comparison = sinfit.compare(["lstsq", "sine-net"], steps=20)
double = sinfit.fit("sine-net", seed=1, steps=5, dtype="float64")

x = np.linspace(-4, 4, 11)
w, b, v = torch.tensor(list(fit.parameters.values())[:12], dtype=torch.float64).reshape(3, 4)
hidden, out = torch.nn.Linear(1, 4).double(), torch.nn.Linear(4, 1).double()
with torch.no_grad():
    hidden.weight.copy_(w[:, None]), hidden.bias.copy_(b), out.weight.copy_(v[None])
    out.bias.fill_(fit.parameters["c"])
    net = out(torch.tanh(hidden(torch.tensor(x)[:, None]))).flatten()
show({
    "sse": [r.sse for r in fits],
    "success": [r.success for r in fits],
    "none": [fit.coef, fit.polynomial, fit.optimality_gap, fit.model.degree],
    "names": list(fit.parameters),
    "net": net.tolist(),
    "predict": fit.predict(x).tolist(),
    "shapes": [list(fit.predict(np.zeros(shape)).shape) for shape in [(), (3,), (2, 3)]],
    "loaded": loaded.predict(x).tolist(),
    "same": list(again.losses) == list(fit.losses[:50]),
    "equation": fit.equation(),
    "latex": fit._repr_latex_(),
    "compared": [[r.fitter, r.optimality_gap] for r in comparison],
    "first": [double.losses[0], float(np.square(
        double.model.predict(double.problem.x, tuple(double.initial.values())) - double.problem.y
    ).sum())],
})
"""


@pytest.fixture(scope="module")
def ran(run):
    return run(PROGRAM, OMP_NUM_THREADS="1")


def test_it_comes_closer_to_the_sine_than_any_cubic(ran):
    assert ran["success"] == [True] * 3
    assert max(ran["sse"]) < 8.817165410  # the best cubic's


def test_where_there_is_no_polynomial_it_says_none(ran):
    assert ran["none"] == [None] * 4
    assert [name for name, gap in ran["compared"] if gap is None] == ["sine-net"]


def test_its_prediction_is_that_of_the_net(ran):
    np.testing.assert_allclose(ran["predict"], ran["net"], rtol=1e-12)
    assert ran["shapes"] == [[], [3], [2, 3]]


def test_the_start_that_the_host_draws_is_where_the_net_starts(ran):
    assert ran["first"][0] == pytest.approx(ran["first"][1], rel=1e-12)


def test_it_is_saved_loaded_and_repeated(ran):
    assert ran["loaded"] == ran["predict"]
    assert ran["same"]


def test_it_is_written_with_all_its_parameters(ran):
    assert len(ran["names"]) == 13
    assert ran["equation"].count("tanh(") == 4
    assert ran["latex"] == r"$y = \sum_{i=1}^{4} v_i \tanh(w_i x + b_i) + c$"
