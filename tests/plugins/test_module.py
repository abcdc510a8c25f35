"""What is special of the stages on torch.nn: layers and modules that begin where they are told."""

import numpy as np
import pytest

import sinfit

pytestmark = pytest.mark.numbers

X = np.linspace(-1, 1, 8)


@pytest.mark.parametrize("name", ["nn", "optim"])
def test_the_layers_bias_is_a_and_its_weight_is_b_c_d(name):
    import torch

    fitter = sinfit.fitters()[name].load()
    generator = fitter(X, np.sin(X), initial=(1, 2, 3, 4), steps=1, learning_rate=1e-6)
    _, (bias, weight) = next(generator)
    assert isinstance(bias, torch.nn.Parameter)
    assert bias.tolist() == [1]
    assert weight.tolist() == [[2, 3, 4]]


@pytest.mark.parametrize("name", ["nn", "optim", "module", "dynamic"])
def test_in_float64_the_start_keeps_all_its_digits(name):
    third = 1 / 3  # float32 would make it 0.3333333432674408
    size = len(sinfit.fitters()[name].spec.model.parameters)
    result = sinfit.fit(name, X, np.sin(X), initial=[third] * size, steps=1, dtype="float64")
    assert result.parameters_recorded[0].tolist() == [third] * size


@pytest.mark.parametrize(("name", "letters"), [("module", "abcd"), ("dynamic", "abcde")])
def test_the_module_registers_its_parameters_by_their_names(name, letters):
    import importlib

    import torch

    module = importlib.import_module(f"sinfit_{name}.fitter")
    (cls,) = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, torch.nn.Module)
    ]
    named = dict(cls(range(len(letters))).named_parameters())
    assert list(named) == list(letters)
    assert [value.item() for value in named.values()] == list(range(len(letters)))


def test_the_loss_is_a_tensor_without_a_dimension():
    for name in ("tensor", "autograd", "legendre", "nn", "optim", "module"):
        spec = sinfit.fitters()[name].spec
        generator = sinfit.fitters()[name].load()(
            X, np.sin(X), initial=(0.0, 0.5, 0.0, 0.1), steps=1, learning_rate=1e-6
        )
        loss, _ = next(generator)
        assert tuple(loss.shape) == (), spec.name
