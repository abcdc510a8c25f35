"""Contract 2: blocks, extras, solvers that call back, starts, targets, batches, register."""

import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import numpy as np
import pytest
from scipy.optimize import least_squares
from sinfit_author import check_fitter
from sinfit_author.conformance.contract import loss as loss_check
from sinfit_author.conformance.subject import Subject

import sinfit
from sinfit import CUBIC, Block, Final, FitterSpec
from sinfit.errors import FitterError, UnknownNameError, UsageError
from sinfit.fitting.callback import Stopped
from sinfit.fitting.driving import Watch, drive
from sinfit.registry.plugins import registered


def spec(name="mine", **changes):
    fields = {"title": "Mine", "summary": "Mine.", "model": CUBIC, "steps": 20}
    fields |= {"learning_rate": 1e-6, "optimizer": "mine", "api_version": 2}
    return FitterSpec(name=name, **fields | changes)


@pytest.fixture
def register():
    """Register a fitter for this test alone."""
    before = dict(registered)

    def add(function, name="mine", **changes):
        return sinfit.register(spec(name, **changes), function)

    registered.clear()
    yield add
    registered.clear()
    registered.update(before)


# Block

LOSSES = np.array([9.0, 7.0, 8.0, 5.0, 5.0, 4.0, 3.5, 3.5, 2.0, 1.0])
ROWS = np.stack([np.arange(10.0), -np.arange(10.0)], axis=1)


def pairs(losses=LOSSES, parts=()):  # noqa: ARG001 (the twin of `blocks`)
    yield from zip(losses.tolist(), map(tuple, ROWS.tolist()), strict=True)
    return 7.0, 7.0


def blocks(losses=LOSSES, parts=(3, 7)):
    for some, rows in zip(np.split(losses, parts), np.split(ROWS, parts), strict=True):
        yield Block(some, rows)
    return 7.0, 7.0


def outcome(generator, steps=10, **watch):
    told = []
    if watch.pop("told", False):
        watch["callbacks"] = [lambda state: told.append(state)]
    run = drive(generator, 2, steps, Watch(**watch))
    final = None if run.final is None else [*run.final]
    kept = [*run.steps], [*run.losses], run.rows.tolist(), final
    return *kept, run.nit, run.status, run.message, run.broken, told


def with_nan(at):
    losses = LOSSES.copy()
    losses[at] = np.nan
    return losses


@pytest.mark.parametrize(
    "case",
    [
        {},
        {"record_every": 3},
        {"record_every": 4, "told": True},
        {"told": True},
        {"tolerance": 0.0},
        {"patience": 2, "record_every": 2},
        {"patience": 1},
        {"callbacks": [lambda state: state.step == 5]},
        {"steps": 12},
        {"steps": 8},
        {"steps": 8, "told": True},
        {"steps": 3},
        {"time_limit": 1e-9},
        {"losses": with_nan(4)},
        {"losses": with_nan(4), "told": True},
        {"losses": with_nan(4), "record_every": 3},
        {"losses": with_nan(0)},
        {"losses": with_nan(5), "record_every": 3},
    ],
    ids=lambda given: "-".join(given) if isinstance(given, dict) else str(given),
)
@pytest.mark.parametrize("parts", [(), (3, 7), (1, 2, 3, 4, 5, 6, 7, 8, 9)], ids=len)
def test_a_block_means_what_its_pairs_mean(case, parts):
    case = dict(case)
    losses = case.pop("losses", LOSSES)
    expected = outcome(pairs(losses), **case)
    assert repr(outcome(blocks(losses, parts), **case)) == repr(expected)  # repr: NaN is NaN


def test_a_block_nobody_watches_costs_no_python_per_step():
    def fit(k):
        yield Block(np.ones(k), np.ones((k, 2)))
        return 1.0, 1.0

    def lines(k):
        count = 0

        def trace(*_event):
            nonlocal count
            count += 1
            return trace

        earlier = sys.gettrace()
        sys.settrace(trace)
        try:
            run = drive(fit(k), 2, k, Watch())
        finally:
            sys.settrace(earlier)
        assert len(run.losses) == k
        return count

    assert lines(5000) == lines(5)


@pytest.mark.parametrize(
    ("losses", "parameters", "says"),
    [
        (np.ones(5), np.ones((4, 4)), "(k, 4), k at least 1, not (5,) and (4, 4)"),
        (np.ones(5), np.ones((5, 3)), "not (5,) and (5, 3)"),
        (np.ones((5, 1)), np.ones((5, 4)), "not (5, 1) and (5, 4)"),
        (np.ones(0), np.ones((0, 4)), "not (0,) and (0, 4)"),
        (1.0, np.ones(4), "not () and (4,)"),
        (["low"], np.ones((1, 4)), "real numbers, not <U3 and float64"),
        (np.ones(1), 1j * np.ones((1, 4)), "real numbers, not float64 and complex128"),
        ([1.0, 2.0], [[1.0, 2.0, 3.0, 4.0], [1.0]], "inhomogeneous"),
        (None, None, "real numbers, not object and object"),
    ],
)
def test_a_wrong_block_is_named(register, losses, parameters, says):
    def fit(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
        yield 5.0, initial
        yield Block(losses, parameters)

    register(fit)
    with pytest.raises(FitterError) as caught:
        sinfit.fit("mine")
    assert "fitter here/mine must yield" in str(caught.value)
    assert "or a Block of such; at step 1 it yielded Block(losses=" in str(caught.value)
    assert says in str(caught.value)
    assert caught.value.result.losses.tolist() == [5.0]


def test_a_block_of_tensors_and_of_lists_is_read():
    torch = pytest.importorskip("torch")

    def fit():
        rows = torch.tensor(ROWS, dtype=torch.float32, requires_grad=True)
        yield Block(torch.tensor(LOSSES[:5]), rows[:5])
        yield Block(LOSSES[5:].tolist(), ROWS[5:].tolist())
        return 7.0, 7.0

    assert outcome(fit())[:3] == outcome(pairs())[:3]


def test_exact_yields_one_block_and_is_the_loop():
    result = sinfit.fit("exact", steps=50)
    np.testing.assert_allclose(result.losses, sinfit.fit("numpy", steps=50).losses, rtol=1e-12)
    watched = sinfit.fit("exact", steps=50, callbacks=lambda _state: None)
    assert np.array_equal(watched.losses, result.losses)


# Final

EXTRAS = {
    "nfev": 12,
    "cost": np.float32(0.1),
    "worst": float("inf"),
    "odd": float("nan"),
    "done": True,
    "why": "ftol 은 作",
    "jacobian": np.arange(6, dtype=np.float32).reshape(2, 3) / 3,
    "holes": np.array([1.0, np.nan, -np.inf]),
    "empty": np.zeros((0, 3)),
    "counts": np.array([2**62, -1]),
    "mask": np.array([True, False]),
}


def returning(extras):
    def fit(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
        yield float(y @ y), initial
        return Final(initial, extras=extras)

    return fit


def test_extras_are_kept_shown_and_saved_exactly(register, tmp_path):
    given = EXTRAS["jacobian"].copy()
    register(returning(EXTRAS | {"jacobian": given}))
    result = sinfit.fit("mine")
    given[:] = 0
    assert list(result.extras) == list(EXTRAS)
    for name, value in EXTRAS.items():
        assert np.array_equal(result.extras[name], value, equal_nan=name in ("odd", "holes"))
    assert result.extras["jacobian"].dtype == np.float32
    with pytest.raises(TypeError):
        result.extras["nfev"] = 3
    with pytest.raises(ValueError, match="read-only"):
        result.extras["jacobian"][0] = 1
    result.save(tmp_path / "saved.json")
    for again in (
        sinfit.FitResult.load(tmp_path / "saved.json"),
        pickle.loads(pickle.dumps(result)),  # noqa: S301 (our own)
    ):
        assert again == result
        assert {name: type(value) for name, value in again.extras.items()} == {
            name: type(value) for name, value in result.extras.items()
        }
        assert not again.extras["holes"].flags.writeable
    shown = result.to_dict()["extras"]
    assert (shown["nfev"], shown["worst"], shown["holes"]) == (12, None, [1.0, None, None])
    assert "nfev 12" in repr(result)
    assert "jacobian float32 (2, 3)" in repr(result)


def test_results_with_other_extras_are_not_equal(register):
    register(returning({"a": np.zeros(3)}))
    result = sinfit.fit("mine")
    assert result != result.__class__(
        **{name: getattr(result, name) for name in result.__dataclass_fields__}
        | {"extras": {"a": np.ones(3)}}
    )


@pytest.mark.parametrize(
    ("extras", "says"),
    [
        ({"n fev": 1}, "must be an identifier, such as nfev, not 'n fev'"),
        ({1: 1}, "must be an identifier, such as nfev, not 1"),
        ({"it": object}, "extra 'it' must be a number, a text or an array of numbers"),
        ({"it": [1.0]}, "extra 'it' must be"),
        ({"it": 1j}, "extra 'it' must be"),
        ({"it": np.array(["a"])}, "extra 'it' must be"),
        ({"it": np.array([None])}, "extra 'it' must be"),
        ({"it": 2**64}, "extra 'it' must be"),
        (None, "extras must be values by name, not None"),
        ([("a", 1)], "extras must be values by name"),
        ({"it": "\ud800"}, "surrogates not allowed"),
    ],
)
def test_extras_that_cannot_be_kept_are_named(register, extras, says):
    register(returning(extras))
    with pytest.raises(FitterError) as caught:
        sinfit.fit("mine")
    assert says in str(caught.value)
    assert "here/mine" in str(caught.value)


# target, start, batches


def stay(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
    yield float(np.square(CUBIC.predict(x, initial) - y).sum()), initial
    return initial


def test_a_fitter_says_what_it_fits_when_nothing_is_said(register):
    register(stay, target="exp")
    assert sinfit.fit("mine").problem.source == "exp"
    assert sinfit.fit("mine", target="cos").problem.source == "cos"
    assert sinfit.compare(["mine"], steps=3)["mine"].problem.source == "exp"
    sources = {r.problem.source for r in sinfit.compare(["mine", "numpy"], steps=3)}
    assert sources == {"sin"}  # they do not agree


def test_an_unknown_target_is_the_fitters_fault(register):
    register(stay, target="expo")
    with pytest.raises(UnknownNameError, match=r"here/mine.*'expo'.*'exp'"):
        sinfit.fit("mine")
    assert sinfit.fit("mine", target="cos").success


def first_values(x, y):
    return np.array([y[0], x[0], 0, 1])


def too_few(x, y):  # noqa: ARG001
    return 1.0, 2.0


def no_number(x, y):  # noqa: ARG001
    return [np.nan] * 4


def raising(x, y):  # noqa: ARG001
    raise RuntimeError("no idea")


def test_a_start_from_the_data(register):
    register(stay, start=f"{__name__}:first_values")
    x = np.linspace(2, 3, 9)
    assert tuple(sinfit.fit("mine", x, x**2).initial.values()) == (4, 2, 0, 1)
    assert tuple(sinfit.fit("mine", x, x, initial=(1, 2, 3, 4)).initial.values()) == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        ("too_few", "4 numbers (a, b, c, d), not 2"),
        ("no_number", "must be finite"),
        ("raising", "RuntimeError: no idea"),
        ("absent", "AttributeError"),
    ],
)
def test_a_start_that_is_none_names_its_entry_point(register, function, says):
    register(stay, start=f"{__name__}:{function}")
    with pytest.raises(FitterError) as caught:
        sinfit.fit("mine")
    for part in ("here/mine", f"{__name__}:{function}", says):
        assert part in str(caught.value)
    assert sinfit.fit("mine", initial=(1, 2, 3, 4)).success


def test_a_fixed_start_and_one_from_the_data_exclude_each_other():
    with pytest.raises(UsageError, match="both say where it starts"):
        spec(initial=(0, 0, 0, 0), start="m:f")


def halves(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
    for step in range(steps):
        part = slice(step % 2, None, 2)
        yield np.square(CUBIC.predict(x[part], initial) - y[part]).sum(), initial
    return initial


def test_batches_are_shown_as_such_and_the_final_loss_is_of_all(register, tmp_path):
    pytest.importorskip("matplotlib")
    fitter = register(halves, batches=True)
    result = sinfit.fit("mine", steps=4)
    assert result.sse == pytest.approx(result.losses[0] + result.losses[1])
    assert "those of a part of the points" in repr(result)
    assert result.to_dict()["batches"] is True
    result.save(tmp_path / "saved.json")
    assert sinfit.FitResult.load(tmp_path / "saved.json").batches is True
    assert "part of the points" in result.plot().axes[1].get_ylabel()
    assert "part of the points" not in sinfit.fit("numpy", steps=2).plot().axes[1].get_ylabel()
    assert loss_check.outcome(Subject(fitter), 60).status == "not needed"


def test_a_small_batch_at_the_start_is_no_sign_of_divergence(register):
    def sparse(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
        yield np.square(CUBIC.predict(x[::100], initial) - y[::100]).sum(), initial
        return initial

    register(sparse, batches=True)
    result = sinfit.fit("mine", initial=(100, 0, 0, 0))
    assert result.sse > 50 * result.losses[0]
    assert result.success


# from_callback


def residuals(parameters, x, y):
    return CUBIC.predict(x, parameters) - y


def by_scipy(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
    def solve(report):
        def callback(intermediate_result):
            report(2 * intermediate_result.cost, intermediate_result.x)

        found = least_squares(residuals, initial, args=(x, y), callback=callback, max_nfev=steps)
        return Final(found.x, extras={"nfev": found.nfev, "why": found.message})

    return sinfit.from_callback(solve)


def solvers():
    return [thread for thread in threading.enumerate() if thread.name == "sinfit solver"]


def counting(steps=10**9, seen=None):
    """A solver that counts, and notes where it is."""

    def solve(report):
        parameters = np.zeros(4)
        for step in range(steps):
            if seen is not None:
                seen.append(step)
            report(1.0 + 1 / (step + 1), parameters)
            parameters += 1e-3
        return parameters

    def fit(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
        return sinfit.from_callback(solve)

    return fit


def test_least_squares_of_scipy_is_a_fitter(register):
    register(by_scipy, steps=50)
    result = sinfit.fit("mine")
    assert result.success
    assert result.optimality_gap < 1e-9
    assert result.extras["nfev"] >= result.nit
    assert not solvers()


def test_a_solver_goes_one_step_at_a_time(register):
    seen, told = [], []

    def callback(state):
        time.sleep(0.01)  # a solver that ran on would be ahead by now
        told.append((state.step, seen[-1], state.parameters))
        return state.step == 3

    register(counting(seen=seen))
    result = sinfit.fit("mine", callbacks=callback)
    assert [(step, at) for step, at, _ in told] == [(step, step) for step in range(4)]
    assert told[2][2] == (0.002,) * 4
    assert (result.status, result.nit) == ("CALLBACK", 3)
    assert seen == [0, 1, 2, 3]
    assert not solvers()


def test_least_squares_tells_callbacks_and_obeys_a_time_limit(register):
    register(by_scipy, steps=50)
    told = []
    result = sinfit.fit("mine", callbacks=told.append)
    assert [state.step for state in told] == result.steps_recorded.tolist()
    assert len(told) > 1
    stopped = sinfit.fit("mine", callbacks=lambda _state: time.sleep(0.05), time_limit=0.01)
    assert stopped.status == "TIME_LIMIT"
    assert not solvers()


def test_what_is_reported_is_copied():
    pairs = list(counting(steps=3)(None, None, initial=None, steps=3, learning_rate=1.0))
    assert [row[0] for _, row in pairs] == [0, 1e-3, 2e-3]  # the solver reuses its array


def test_an_exception_of_the_solver_is_the_fitters(register):
    def fit(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
        def solve(report):
            report(3.0, initial)
            raise ArithmeticError("singular")

        return sinfit.from_callback(solve)

    register(fit)
    with pytest.raises(FitterError, match=r"here/mine raised ArithmeticError: singular") as caught:
        sinfit.fit("mine")
    assert caught.value.result.losses.tolist() == [3.0]
    assert not solvers()


def test_nonsense_that_a_solver_reports_is_named(register):
    def fit(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
        return sinfit.from_callback(lambda report: report("low", initial))

    register(fit)
    with pytest.raises(FitterError, match=r"must yield \(loss, parameters\).*'low'"):
        sinfit.fit("mine")


def test_stopping_goes_through_solvers_that_catch_exceptions(register):
    caught = []

    def fit(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
        def solve(report):
            while True:
                with suppress(Exception):
                    try:
                        report(1.0, initial)
                    except BaseException as error:
                        caught.append(type(error))
                        raise

        return sinfit.from_callback(solve)

    register(fit)
    assert sinfit.fit("mine", callbacks=lambda state: state.step == 2).nit == 2
    assert caught == [Stopped]
    assert not solvers()


def test_a_solver_that_swallows_the_end_is_told_again(register):
    def fit(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
        def solve(report):
            for _turn in range(100):
                with suppress(BaseException):
                    report(1.0, initial)
            return initial

        return sinfit.from_callback(solve)

    register(fit)
    assert sinfit.fit("mine", callbacks=lambda _state: True).nit == 0
    assert not solvers()


def test_a_generator_that_is_closed_leaves_no_thread():
    made = counting()(None, None, initial=None, steps=1, learning_rate=1.0)
    assert not solvers()
    next(made)
    assert len(solvers()) == 1
    made.close()
    assert not solvers()


def test_the_language_and_the_floating_point_state_go_with_the_solver():
    seen = []

    def solve(_report):
        seen.append((sinfit.i18n.current_language(), np.geterr()["over"]))
        return (0.0,)

    with sinfit.i18n.speaking("ko"), np.errstate(over="raise"), suppress(StopIteration):
        next(sinfit.from_callback(solve))
    assert seen == [("ko", "raise")]


INTERRUPTED = """
import sys, threading, time
sys.path.insert(0, {tests!r})
import numpy as np, sinfit
from scipy.optimize import least_squares
from test_contract import residuals, spec

def fit(x, y, *, initial, steps, learning_rate):
    def solve(report):
        def slow(parameters, x, y):
            time.sleep({pause})
            return residuals(parameters, x, y)
        def callback(intermediate_result):
            report(2 * intermediate_result.cost, intermediate_result.x)
        chance = np.random.default_rng(0)
        while True:  # from another start each time: at the minimum it would report nothing
            least_squares(slow, chance.standard_normal(4), args=(x, y), callback=callback)
    return sinfit.from_callback(solve)

sinfit.register(spec(), fit)
def ready(state):
    if state.step == 0:
        print("ready", flush=True)
result = sinfit.fit("mine", steps=10**8, callbacks=ready)
left = [t for t in threading.enumerate() if t.name == "sinfit solver"]
print(result.status, result.nit > 0 or len(result.losses), len(left))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("pause", [0.0, 0.02], ids=["between steps", "within a step"])
def test_ctrl_c_ends_a_solver_of_scipy(pause):
    program = INTERRUPTED.format(tests=os.path.dirname(__file__), pause=pause)
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout.readline() == "ready\n"
            time.sleep(0.3)
            sent = time.perf_counter()
            running.send_signal(signal.SIGINT)
            said, _ = running.communicate(timeout=60)
            took = time.perf_counter() - sent
        finally:
            running.kill()
    assert said.split()[0] == "INTERRUPTED"
    assert said.split()[2] == "0"
    assert took < 10  # a busy machine; a solver that is not stopped runs for hours


# register


def test_a_registered_fitter_is_as_good_as_any(register):
    fitter = register(counting(steps=3), title="Counts")
    assert (fitter.id, fitter.title, fitter.available) == ("here/mine", "Counts", True)
    assert sinfit.fitters()["mine"] is fitter is sinfit.fitters()["here/mine"]
    assert "mine" in [result.fitter for result in sinfit.compare(steps=3)]
    assert sinfit.fit("here/mine", steps=3).fitter_id == "here/mine"
    assert fitter.fit(steps=3).fitter == "mine"


def test_registering_again_replaces_what_was_registered(register):
    register(counting(steps=1))
    register(counting(steps=2))
    assert sinfit.fit("mine").nit == 2
    assert [*sinfit.fitters()].count("mine") == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "numpy"}, "already, sinfit-numpy/numpy"),
        ({"fitter": "a:b"}, "leave out fitter='a:b'"),
        ({"api_version": 3}, "has api_version 3, and this sinfit knows 1 to 2"),
    ],
)
def test_what_cannot_be_registered_is_refused(register, changes, says):
    with pytest.raises(UsageError, match=re.escape(says)):
        register(stay, **changes)


def test_only_a_spec_with_a_function_is_registered():
    with pytest.raises(UsageError, match="a FitterSpec and a generator function"):
        sinfit.register("mine", stay)
    with pytest.raises(UsageError, match="a FitterSpec and a generator function"):
        sinfit.register(spec(), "m:f")


def test_a_registered_fitter_can_be_checked(register):
    def fit(x, y, *, initial, steps, learning_rate):
        columns = np.stack([x**0, x, x**2, x**3])
        parameters = np.array(initial)
        losses, rows = [], []
        for _ in range(steps):
            error = parameters @ columns - y
            losses.append(np.square(error).sum())
            rows.append(parameters)
            parameters = parameters - learning_rate * 2 * columns @ error
        yield Block(np.array(losses), np.array(rows))
        return Final(parameters, extras={"norm": float(np.linalg.norm(parameters))})

    report = check_fitter(register(fit, optimizer="gd", steps=200))
    assert report.success, report


def a_block(x, y, *, initial, steps, learning_rate):  # noqa: ARG001
    yield Block([float(np.square(CUBIC.predict(x, initial) - y).sum())], [initial])
    return initial


@pytest.mark.parametrize(
    ("function", "changes", "says"),
    [
        (a_block, {}, "it uses Block"),
        (returning({}), {}, "it uses Final"),
        (stay, {"target": "cos"}, "it uses target"),
        (stay, {"batches": True}, "it uses batches"),
        (stay, {"start": f"{__name__}:first_values"}, "it uses start"),
    ],
)
def test_who_uses_contract_2_must_say_so(register, function, changes, says):
    def uses(number):
        report = check_fitter(register(function, api_version=number, **changes))
        return [outcome.message for outcome in report.failed if says in outcome.message]

    assert len(uses(1)) == 1
    assert not uses(2)


def test_a_saved_result_of_a_registered_fitter_is_read_elsewhere(register, tmp_path):
    register(stay)
    result = sinfit.fit("mine")
    result.save(tmp_path / "saved.json")
    registered.clear()
    again = sinfit.FitResult.load(tmp_path / "saved.json")
    assert (again.fitter_id, again.sse) == ("here/mine", pytest.approx(result.sse))


# a plugin of contract 1

CONTRACT_1 = """
import numpy as np
from sinfit import CUBIC, FitterSpec, Option, hookimpl


@hookimpl
def sinfit_fitters():
    return [
        FitterSpec(
            name="first", title="T", summary="S.", fitter="sinfit_first:fit", model=CUBIC,
            steps=9, learning_rate=1e-6, order=50.0, optimizer="own", initial=None, draws=True,
            print_every=3, options=(Option("much", float, 0.5, "Much."),), requires=("numpy",),
            tutorial=None{more}
        )
    ]


def fit(x, y, *, initial, steps, learning_rate, rng, much):
    p = np.array(initial)
    for _ in range(steps):
        yield np.square(CUBIC.predict(x, p) - y).sum(), p
        p = p * much
    return p
"""


@pytest.mark.parametrize("more", ["", ", api_version=1"])
def test_a_plugin_of_contract_1_runs_unchanged(install, more):
    install("sinfit-first", CONTRACT_1.replace("{more}", more), requires=("sinfit>=0.1,<0.2",))
    fitter = sinfit.fitters()["first"]
    assert fitter.spec.api_version == 1
    result = fitter.fit(much=0.25, initial=(4, 4, 4, 4))
    assert (result.nit, result.parameters["a"]) == (9, 4 * 0.25**9)
    assert (result.problem.source, dict(result.extras), result.batches) == ("sin", {}, False)
