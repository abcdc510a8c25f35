"""What goes to another process arrives as it was: errors, results, specs."""

import copy
import dataclasses
import importlib
import multiprocessing
import pickle
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import joblib
import numpy as np
import pytest
import sinfit_author
import sinfit_replay
import sinfit_site
import sinfit_sweep
from sinfit_author import CheckFailure

import sinfit
from sinfit.errors import FitterError, UnknownNameError
from sinfit.ground.ctrl_c import LoadingInterrupted
from sinfit.i18n import unknown
from sinfit.registry.fitters import NotInUseError
from sinfit.registry.plugins import quietly

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
FITTERS = list(quietly(sinfit.fitters).values())


def unpickled(data):
    return pickle.loads(data)  # noqa: S301 (our own data, of a moment ago)


def kinds_below(kind):
    for below in kind.__subclasses__():
        yield below
        yield from kinds_below(below)


def all_kinds():
    """Every class of errors, wherever in sinfit or its wings it is defined."""
    for package in (sinfit, sinfit_author, sinfit_replay, sinfit_site, sinfit_sweep):
        root, name = Path(package.__file__).parent, package.__name__
        for file in root.rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if re.search(r"^class \w+\(.*(Error|Exception|Interrupt|Failure)", text, re.M):
                importlib.import_module(".".join((name, *file.relative_to(root).parts))[:-3])
    found = {sinfit.SinfitError, *kinds_below(sinfit.SinfitError), LoadingInterrupted, CheckFailure}
    return sorted(
        (kind for kind in found if kind.__module__.startswith("sinfit")),
        key=lambda kind: kind.__name__,
    )


OWN = {  # those that are not made of a message alone
    FitterError: lambda: FitterError("it broke", sinfit.fit("numpy", steps=3, points=9)),
    UnknownNameError: lambda: unknown("fitter", "numpi", ["numpy", "nn"], "Look again."),
    NotInUseError: lambda: NotInUseError("numpi", ["sinfit-numpi is broken"]),
}


def made(kind):
    return OWN[kind]() if kind in OWN else kind("what, and what to do")


KINDS = all_kinds()


def the_same(one, other):
    assert type(one) is type(other)
    assert (one.args, str(one), one.__dict__) == (other.args, str(other), other.__dict__)


def throw(name):
    """In another process: raise the error of this name, with a note."""
    error = made({kind.__name__: kind for kind in KINDS}[name])
    error.add_note("from elsewhere")
    raise error


def test_the_errors_are_found():
    assert {"SinfitError", "UnknownNameError", "NotInUseError", "TutorialError"} <= {
        kind.__name__ for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_comes_back_from_every_copy(kind):
    error = made(kind)
    error.add_note("a note")
    for protocol in PROTOCOLS:
        the_same(unpickled(pickle.dumps(error, protocol)), error)
    the_same(copy.deepcopy(error), error)
    the_same(copy.copy(error), error)


@pytest.fixture(scope="module")
def executor():
    context = multiprocessing.get_context("spawn")  # threads of other tests forbid a fork
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        yield pool


NAMES = [kind.__name__ for kind in KINDS if issubclass(kind, Exception)]


def test_errors_come_back_from_an_executor(executor):
    for name in NAMES:
        error = executor.submit(throw, name).exception(60)
        assert type(error).__name__ == name
        assert "from elsewhere" in error.__notes__
        assert str(error)


def test_errors_come_back_from_a_pool_which_does_not_hang():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        for name in NAMES:
            came = []
            pool.apply_async(throw, (name,), error_callback=came.append).wait(60)
            assert [type(error).__name__ for error in came] == [name]


def test_the_error_of_a_wrong_name_comes_back_from_joblib():
    many = joblib.Parallel(n_jobs=2)
    with pytest.raises(UnknownNameError, match="'numpy'") as caught:
        many(joblib.delayed(throw)(name) for name in ["UnknownNameError"] * 2)
    assert caught.value.nearest == "numpy"


@pytest.mark.parametrize("fitter", FITTERS, ids=lambda fitter: fitter.id)
def test_a_fitter_and_its_result_come_back_equal(fitter, executor):
    result = fitter.fit(points=50, steps=3)
    again = executor.submit(fitter.fit, points=50, steps=3).result(60)
    assert dataclasses.replace(again, elapsed=result.elapsed) == result
    for value in (fitter, fitter.spec, result, result.problem):
        for protocol in PROTOCOLS:
            back = unpickled(pickle.dumps(value, protocol))
            assert back == value
            assert hash(back) == hash(value)
        assert copy.deepcopy(value) == value
    assert not back.x.flags.writeable


def test_results_that_differ_are_not_equal():
    one = sinfit.fit("numpy", points=50, steps=3)
    for change in (
        {"losses": one.losses * 2},
        {"parameters": one.parameters | {"a": 0.0}},
        {"problem": sinfit.Problem(one.problem.x, 2 * one.problem.y, "sin")},
        {"seed": 4},
    ):
        assert dataclasses.replace(one, **change) != one
    assert one != "a result"
    assert dataclasses.replace(one, losses=[np.nan] * 3) == dataclasses.replace(
        one, losses=[np.nan] * 3
    )


def test_a_comparison_comes_back_equal():
    comparison = sinfit.compare(["numpy", "exact"], points=50, steps=3)
    assert unpickled(pickle.dumps(comparison)) == comparison


def test_a_result_becomes_a_dictionary_that_can_be_changed():
    result = sinfit.fit("numpy", points=50, steps=3)
    plain = dataclasses.asdict(result)
    assert plain["parameters"] == result.parameters
    assert np.array_equal(plain["problem"]["x"], result.problem.x)


@pytest.mark.parametrize(
    "change",
    [
        lambda names: names.update(a=1),
        lambda names: names.pop("a"),
        lambda names: names.setdefault("z", 1),
        lambda names: names.__setitem__("a", 1),
        lambda names: names.__ior__({"a": 1}),
        lambda names: names.clear(),
        lambda names: names.popitem(),
        lambda names: names.__delitem__("a"),
    ],
)
def test_nothing_in_a_results_mappings_can_be_changed(change):
    result = sinfit.fit("numpy", points=50, steps=3)
    with pytest.raises(TypeError, match="make a copy with dict"):
        change(result.parameters)
    assert dict(result.parameters) == result.parameters
