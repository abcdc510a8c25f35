"""FitterSpec, TargetSpec and Option refuse at once what would break later, far from its cause."""

import dataclasses
import math

import pytest

from sinfit import (
    CUBIC,
    TORCH_OPTIONS,
    CheckSpec,
    CommandSpec,
    DirectiveSpec,
    FitterSpec,
    LanguageSpec,
    Option,
    SinfitError,
    TargetSpec,
)
from sinfit.errors import UsageError, shown


def spec(**changes):
    fields = {
        "name": "mine",
        "title": "Mine",
        "summary": "Mine.",
        "fitter": "mine.fitter:fit",
        "model": CUBIC,
        "steps": 10,
        "learning_rate": 1e-6,
    }
    return FitterSpec(**fields | changes)


def test_a_plain_spec_has_the_documented_defaults():
    mine = spec()
    assert (mine.order, mine.optimizer, mine.initial, mine.draws) == (math.inf, "gd", None, False)
    assert (mine.print_every, mine.options, mine.requires, mine.tutorial) == (100, (), (), None)
    assert mine.api_version == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Mine"},
        {"name": "my fitter"},
        {"name": ""},
        {"name": "a/b"},
        {"fitter": "mine.fitter"},
        {"fitter": "mine.fitter:"},
        {"model": "cubic"},
        {"initial": (1.0, 2.0)},
        {"title": None},
        {"summary": 5},
        {"steps": 0},
        {"steps": "many"},
        {"steps": True},
        {"learning_rate": -1e-6},
        {"learning_rate": math.nan},
        {"order": "first"},
        {"print_every": 0},
        {"options": list(TORCH_OPTIONS)},
        {"options": ("device",)},
        {"options": TORCH_OPTIONS * 2},
        {"requires": "torch"},
        {"requires": ("torch >> 2",)},
        {"requires": (2,)},
    ],
    ids=repr,
)
def test_a_spec_that_would_break_the_host_is_refused_and_named(changes):
    (field,) = changes
    with pytest.raises(UsageError) as caught:
        spec(**changes)
    words = str(caught.value)
    assert "mine" in words or "name" in words
    assert field in words
    assert isinstance(caught.value, SinfitError)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Sinc"},
        {"function": "numpy.sinc"},
        {"interval": (1.0, 1.0)},
        {"interval": (2.0, 1.0)},
        {"interval": (0.0, math.inf)},
        {"interval": (math.nan, 1.0)},
    ],
    ids=repr,
)
def test_a_target_that_cannot_be_evaluated_is_refused(changes):
    fields = {"name": "sinc", "title": "", "function": "numpy:sinc", "interval": (0.0, 1.0)}
    assert TargetSpec(**fields).name == "sinc"
    with pytest.raises(UsageError):
        TargetSpec(**fields | changes)


def option(**changes):
    return Option(**{"name": "momentum", "type": float, "default": 0.9, "help": "M."} | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "two words"},
        {"name": "steps"},
        {"name": "rng"},
        {"name": "save"},
        {"type": list},
        {"default": "fast"},
        {"default": 2.0, "bounds": (0.0, 1.0)},
        {"type": str, "default": "c", "choices": ("a", "b")},
    ],
    ids=repr,
)
def test_an_option_that_cannot_work_is_refused(changes):
    with pytest.raises(UsageError):
        option(**changes)


@pytest.mark.parametrize(
    ("changes", "value", "says"),
    [
        ({}, "0.5", "momentum must be float, not '0.5'"),
        ({}, True, "momentum must be float, not True"),
        ({"bounds": (0.0, 1.0)}, 1.5, "momentum must be from 0.0 to 1.0, not 1.5"),
        ({"bounds": (0.0, 1.0)}, math.nan, "momentum must be from 0.0 to 1.0, not nan"),
        ({"type": int, "default": 1}, 1.5, "momentum must be int, not 1.5"),
        ({"type": int, "default": 1}, True, "momentum must be int, not True"),
        ({"type": bool, "default": True}, 1, "momentum must be bool, not 1"),
        (
            {"type": str, "default": "a", "choices": ("a", "b")},
            "c",
            "momentum must be one of a, b, not 'c'",
        ),
    ],
)
def test_a_wrong_value_of_an_option_is_refused_with_what_is_allowed(changes, value, says):
    with pytest.raises(UsageError, match=says):
        option(**changes).check(value)


def test_a_right_value_comes_back_as_the_options_type():
    assert isinstance(option().check(1), float)
    assert option(bounds=(0.0, 1.0)).check(0.0) == 0.0
    assert option(type=int, default=1).check(3) == 3
    assert TORCH_OPTIONS[1].check("torch.float64") == "float64"


RECORDS = {
    FitterSpec: dataclasses.asdict(spec()) | {"model": CUBIC},
    TargetSpec: {"name": "mine", "title": "", "function": "numpy:sinc", "interval": (0.0, 1.0)},
    CommandSpec: {"name": "mine", "summary": "S.", "command": "mine:c"},
    DirectiveSpec: {"name": "mine", "render": "mine:r"},
    CheckSpec: {"name": "mine", "title": "T.", "check": "mine:c"},
    LanguageSpec: {"code": "es", "name": "Español"},
    Option: {"name": "mine", "type": float, "default": 0.9, "help": "M."},
}
ELSEWHERE = {"api_version", "default"}  # what reads them says what is wrong with them


class Odd:
    """No field can be this; not even its repr can be had."""

    def __repr__(self):
        raise ValueError


@pytest.mark.parametrize(
    "value", [Odd(), b"mine", math.nan, {}, ("a", 1), 1j], ids=lambda value: type(value).__name__
)
@pytest.mark.parametrize(
    ("record", "field"),
    [(r, f.name) for r in RECORDS for f in dataclasses.fields(r) if f.name not in ELSEWHERE],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_wrong_value_of_any_field_is_refused_with_kind_name_field_and_value(record, field, value):
    with pytest.raises(UsageError) as caught:
        record(**RECORDS[record] | {field: value})
    words = str(caught.value)
    assert words.startswith(record.kind)
    assert field in words
    if field != record.named:
        assert repr(RECORDS[record][record.named]) in words
    assert shown(value) in words
