"""What is left to sinfit: a learning rate that does not diverge, and a device."""

import warnings

import numpy as np
import pytest

import sinfit
from sinfit.contract import torch_options
from sinfit.errors import StabilityWarning, UnsuitableError, UsageError
from sinfit.theory import stability_limit


def data(scale):
    x = np.random.default_rng(3).uniform(-scale, scale, 60)
    return x, np.sin(x)


@pytest.mark.parametrize("scale", [0.1, 3.0, 100.0])
@pytest.mark.parametrize("name", ["numpy", "exact", "nn"])
def test_an_automatic_rate_is_nine_tenths_of_the_limit_and_the_loss_falls(name, scale):
    x, y = data(scale)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = sinfit.fit(name, x, y, learning_rate="auto", steps=100)
    limit = stability_limit(sinfit.CUBIC.basis(x))
    assert result.learning_rate == pytest.approx(0.9 * limit, rel=1e-9)
    assert result.success
    assert result.losses[-1] < result.losses[0]


def test_weights_and_the_degree_have_their_own_limit():
    x, y = data(3.0)
    weights = np.linspace(0.5, 2, 60)
    result = sinfit.fit("exact", x, y, learning_rate="auto", weights=weights, degree=5, steps=50)
    columns = [np.sqrt(weights) * column for column in sinfit.polynomial(5).basis(x)]
    assert result.learning_rate == pytest.approx(0.9 * stability_limit(columns), rel=1e-9)
    assert result.losses[-1] < result.losses[0]


def test_a_divergence_names_a_rate_that_works():
    x, y = data(100.0)
    with pytest.warns(StabilityWarning):
        result = sinfit.fit("numpy", x, y, steps=500)
    assert not result.success
    rate = float(result.message.rpartition("learning_rate=")[2].partition(" ")[0])
    again = sinfit.fit("numpy", x, y, learning_rate=rate, steps=500)
    assert again.success
    assert again.losses[-1] < again.losses[0]


@pytest.mark.parametrize("name", ["optim", "legendre", "dynamic"])
def test_where_no_limit_is_known_auto_is_refused_by_name(name):
    with pytest.raises(UnsuitableError, match=f"sinfit-.*/{name}: give a number"):
        sinfit.fit(name, learning_rate="auto")
    assert sinfit.compare([name, "numpy"], learning_rate="auto", steps=2).names == ["numpy"]


def test_a_fitter_that_uses_no_rate_takes_auto_as_well():
    result = sinfit.fit("lstsq", learning_rate="auto")
    assert result.sse == sinfit.fit("lstsq").sse
    both = sinfit.compare(["lstsq", "numpy"], learning_rate="auto", steps=2)
    assert (both.names, dict(both.skipped)) == (["lstsq", "numpy"], {})


@pytest.mark.parametrize("rate", ["fast", "", True, [1e-6]])
def test_another_word_is_no_rate(rate):
    with pytest.raises(UsageError, match="learning_rate must be a finite number"):
        sinfit.fit("numpy", learning_rate=rate)


def test_a_result_says_what_was_used_and_what_was_asked(monkeypatch, tmp_path):
    monkeypatch.setattr(torch_options, "devices_here", lambda: ["cpu", "cpu:0"])
    asked = {"learning_rate": "auto", "device": "auto", "steps": 3}
    result = sinfit.fit("tensor", **asked)
    assert dict(result.options) == {"device": "cpu:0", "dtype": "float32"}
    assert dict(result.asked) == {"learning_rate": "auto", "device": "auto"}
    found = result.to_dict()
    assert (found["options"], found["asked"]) == (dict(result.options), dict(result.asked))
    assert "device='cpu:0' (auto), learning_rate=3.20215e-06 (auto)" in repr(result)
    result.save(tmp_path / "r.json")
    assert sinfit.FitResult.load(tmp_path / "r.json") == result
    again = sinfit.fit("tensor", **result.options, learning_rate=result.learning_rate, steps=3)
    assert again.losses.tolist() == result.losses.tolist()
    assert dict(again.asked) == {}


@pytest.mark.parametrize(("here", "chosen"), [(["cpu"], "cpu"), (["cpu", "meta"], "meta")])
def test_an_automatic_device_is_the_first_that_is_no_cpu(monkeypatch, here, chosen):
    monkeypatch.setattr(torch_options, "devices_here", lambda: here)
    assert torch_options.device("auto").type == chosen
    if chosen == "cpu":
        automatic = sinfit.fit("tensor", device="auto", steps=3)
        assert automatic.losses.tolist() == sinfit.fit("tensor", steps=3).losses.tolist()
