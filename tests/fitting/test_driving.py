"""drive(): whatever a generator does, what it gave until then is kept and its fault is named."""

import functools
import math
from array import array

import numpy as np
import pytest

from sinfit.fitting import driving
from sinfit.fitting.driving import Status, Watch, drive


def descending(steps, last=(9.0, 9.0)):
    """Losses 10, 9, 8, …, with the parameters (t, -t)."""
    for t in range(steps):
        yield 10.0 - t, (float(t), -float(t))
    return last


def run(generator, steps=5, size=2, **watch):
    seen = drive(generator, size, steps, Watch(**watch))
    seen.final = None if seen.final is None else list(seen.final)
    return seen


def test_a_good_generator_is_run_to_its_end():
    seen = run(descending(5))
    assert [*seen.steps] == [0, 1, 2, 3, 4]
    assert [*seen.losses] == [10, 9, 8, 7, 6]
    assert seen.rows[3].tolist() == [3, -3]
    assert (seen.final, seen.nit, seen.status) == ([9, 9], 5, Status.MAX_ITER)
    assert seen.message == "all 5 steps were made."
    assert (seen.error, seen.broken) == (None, "")


def test_one_that_ends_early_has_converged():
    seen = run(descending(3))
    assert (seen.nit, seen.status, seen.final) == (3, Status.CONVERGED, [9, 9])
    assert "ended by itself at step 3" in seen.message


def test_numbers_arrays_and_tensors_are_read_alike():
    import torch

    def mixed():
        yield torch.tensor(2.0), (torch.tensor([1.0]), np.array([[2.0]]))
        yield np.float32(1.0), torch.tensor([3.0, 4.0])
        yield 1, ([5], (6,))
        return 7, torch.nn.Parameter(torch.tensor(8.0))

    seen = run(mixed(), steps=3)
    assert [*seen.losses] == [2.0, 1.0, 1.0]
    assert seen.rows.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert seen.final == [7, 8]
    assert seen.rows.dtype == np.float64


def yields(*values):
    yield 5.0, (1.0, 2.0)
    yield from values
    return 0.0, 0.0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (3.0, "must yield (loss, parameters), a number and 2 numbers, or a Block of such"),
        (3.0, "; at step 1 it yielded 3.0"),
        (None, "at step 1 it yielded None"),
        ((1.0, 2.0, 3.0), "at step 1 it yielded (1.0, 2.0, 3.0)"),
        (("low", (1.0, 2.0)), "at step 1 it yielded ('low'"),
        ((1.0, 2.0), "at step 1 it yielded (1.0, 2.0)"),
        ((1.0, {"a": 1, "b": 2}), "at step 1 it yielded (1.0, {'a': 1, 'b': 2})"),
        ((np.ones(3), (1.0, 2.0)), "at step 1 it yielded (array"),
        ((10**400, (1.0, 2.0)), "at step 1 it yielded"),
        (
            (1.0, (1.0,)),
            "a number and 2 numbers, or a Block of such; at step 1 it yielded (1.0, (1.0,))",
        ),
        (
            (1.0, (1.0, 2.0, 3.0)),
            "at step 1 it yielded (1.0, (1.0, 2.0, 3.0)) (ValueError: 3 parameters)",
        ),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_wrong_yield_is_named_and_what_came_before_is_kept(wrong, says):
    seen = run(yields(wrong))
    assert says in seen.broken
    assert [*seen.losses] == [5.0]
    assert seen.final == [1.0, 2.0]


@pytest.mark.parametrize("middle", ["low", None, [2.0, 3.0], {}, 1j], ids=repr)
def test_a_wrong_number_between_two_right_ones_is_seen(middle):
    def wrong():
        yield 5.0, (1.0, 2.0, 3.0)
        yield 4.0, (1.0, middle, 3.0)

    seen = run(wrong(), size=3)
    assert "at step 1" in seen.broken
    assert seen.final == [1.0, 2.0, 3.0]


def test_a_number_that_changes_later_is_read_at_its_step():
    moving = np.array(2.0)

    def moves():
        for _ in range(3):
            yield 5.0, (1.0, moving, 3.0)
            moving[...] += 1
        return 1.0, moving, 3.0

    seen = run(moves(), steps=3, size=3)
    assert [row[1] for row in seen.rows] == [2.0, 3.0, 4.0]
    assert seen.final == [1.0, 5.0, 3.0]


@pytest.mark.parametrize("last", [None, 5.0, (1.0,), "ab", (1.0, "b")], ids=repr)
def test_a_wrong_return_is_named(last):
    seen = run(descending(5, last))
    assert seen.broken == f"must return its 2 final parameters, not {last!r}"
    assert seen.final == [4, -4]  # the best recorded


def test_one_that_yields_too_often_or_never_is_named():
    seen = run(descending(6))
    assert seen.broken == "yields more than the 5 times it was asked for"
    assert [*seen.losses] == [10, 9, 8, 7, 6]
    assert run(descending(0)).broken == "yielded nothing"


@pytest.mark.parametrize(
    "error", [ValueError("oh"), SystemExit(3), AssertionError(), StopIteration]
)
def test_an_exception_in_the_middle_keeps_what_came_before(error):
    def breaks():
        yield 5.0, (1.0, 2.0)
        yield 4.0, (3.0, 4.0)
        raise error

    seen = run(breaks())
    expected = RuntimeError if error is StopIteration else type(error)  # PEP 479
    assert isinstance(seen.error, expected)
    assert (seen.final, seen.nit, [*seen.losses]) == ([3.0, 4.0], 2, [5.0, 4.0])


def test_one_that_raises_on_being_closed_spoils_nothing():
    def stubborn():
        try:
            yield 5.0, (1.0, 2.0)
        finally:
            raise RuntimeError("not now")

    seen = run(stubborn(), callbacks=[lambda _state: True])
    assert (seen.status, seen.final) == (Status.CALLBACK, [1.0, 2.0])


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_ends_the_run_with_the_best_until_then(loss):
    def diverges():
        yield 5.0, (1.0, 2.0)
        yield 6.0, (3.0, 4.0)
        yield loss, (5.0, 6.0)
        raise AssertionError("it must not be asked again")

    seen = run(diverges())
    assert (seen.status, seen.final, seen.nit) == (Status.DIVERGED, [1.0, 2.0], 2)
    assert len(seen.losses) == 3
    assert seen.error is None


def test_parameters_that_are_not_finite_are_never_the_best():
    def strange():
        yield 5.0, (1.0, 2.0)
        yield 4.0, (math.nan, 2.0)
        yield math.inf, (0.0, 0.0)

    assert run(strange()).final == [1.0, 2.0]


def test_an_interruption_keeps_the_best_and_closes_the_generator():
    closed = []

    def interrupted():
        try:
            yield 5.0, (1.0, 2.0)
            yield 3.0, (3.0, 4.0)
            yield 4.0, (5.0, 6.0)
            raise KeyboardInterrupt
        finally:
            closed.append(True)

    seen = run(interrupted())
    assert (seen.status, seen.final) == (Status.INTERRUPTED, [3.0, 4.0])
    assert not seen.status.success
    assert "interrupted at step 2" in seen.message
    assert closed == [True]
    assert seen.elapsed > 0


def test_an_interruption_before_the_first_loss_goes_on_to_the_caller():
    def early():
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        run(early())


@pytest.mark.parametrize("between", ["steps", "losses"])
def test_an_interruption_in_the_middle_of_a_record_leaves_no_half_of_one(monkeypatch, between):
    class Interrupting(array):
        def append(self, value):
            super().append(value)
            if len(self) == 3:
                raise KeyboardInterrupt

    torn = functools.partial(driving.Run, **{between: Interrupting("d")})
    monkeypatch.setattr(driving, "Run", torn)
    seen = run(descending(5))
    assert seen.status is Status.INTERRUPTED
    assert ([*seen.steps], [*seen.losses], len(seen.rows)) == ([0, 1], [10, 9], 2)
    assert seen.final == [1, -1]


def test_a_time_limit_ends_even_between_two_records():
    seen = run(descending(5), time_limit=1e-9, record_every=3)
    assert (seen.status, [*seen.steps]) == (Status.TIME_LIMIT, [0])

    def slow():
        import time

        for t in range(1000):
            time.sleep(0.001)
            yield 10.0 - t, (float(t), 0.0)

    seen = run(slow(), steps=1000, time_limit=0.05, record_every=900)
    assert seen.status is Status.TIME_LIMIT
    assert len(seen.steps) == 2
    assert 0 < seen.nit == seen.steps[-1] < 100
    assert seen.final == [seen.nit, 0]


def test_the_record_holds_the_first_step_and_the_last_of_every_so_many():
    assert [*run(descending(10), steps=10, record_every=4).steps] == [0, 3, 7]
    assert [*run(descending(10), steps=10, record_every=5).steps] == [0, 4, 9]
    assert [*run(descending(10), steps=10, record_every=100).steps] == [0]


def flat():
    for loss in (9.0, 5.0, 4.0, 4.0, 4.5, 4.0, 3.0):
        yield loss, (loss, 0.0)
    return 0.0, 0.0


def test_tolerance_compares_two_recorded_losses_in_relation():
    seen = run(flat(), steps=7, tolerance=0.0)
    assert (seen.status, seen.nit, seen.final) == (Status.CONVERGED, 3, [4.0, 0.0])
    # 5 to 4 is a change of 25 % of 4
    assert run(flat(), steps=7, tolerance=0.26).nit == 2
    assert run(flat(), steps=7, tolerance=0.24).nit == 3


def test_patience_counts_records_without_a_better_loss_and_returns_the_best():
    seen = run(flat(), steps=7, patience=3)
    assert (seen.status, seen.nit, seen.final) == (Status.PATIENCE, 5, [4.0, 0.0])
    assert run(flat(), steps=7, patience=4).status is Status.MAX_ITER


def test_callbacks_see_the_state_and_stop_by_a_true_answer_or_stopiteration():
    seen = []
    run(descending(5), callbacks=[seen.append])
    assert [(s.step, s.steps, s.loss, s.parameters) for s in seen][2] == (2, 5, 8.0, (2.0, -2.0))
    assert len(seen) == 5

    def stop(state):
        if state.step == 1:
            raise StopIteration

    assert run(descending(5), callbacks=[stop]).status is Status.CALLBACK
    assert run(descending(5), callbacks=[lambda s: s.step == 1]).final == [1, -1]
    assert run(descending(5), callbacks=[lambda _state: None]).status is Status.MAX_ITER


def test_what_a_callback_raises_is_kept_beside_the_best_until_then():
    def broken(state):
        return 1 / (2 - state.step)

    done = run(descending(5), callbacks=[lambda state: broken(state) < 0])
    assert isinstance(done.raised, ZeroDivisionError)
    assert (done.status, [*done.steps]) == (Status.INTERRUPTED, [0, 1, 2])
    assert done.message == (
        "a callback raised ZeroDivisionError: division by zero at step 2; "
        "this is the best until then."
    )


def test_progress_is_told_every_recorded_step():
    told = []
    run(descending(5), advance=lambda step, loss: told.append((step, loss)))
    assert told == [(0, 10), (1, 9), (2, 8), (3, 7), (4, 6)]


@pytest.mark.filterwarnings("error")
def test_an_overflow_in_numpy_is_no_warning_but_a_diverged_loss():
    def overflows():
        value = np.float64(1e200)
        for _ in range(5):
            value = value * value
            yield value, (0.0, 0.0)

    assert run(overflows()).status is Status.DIVERGED
