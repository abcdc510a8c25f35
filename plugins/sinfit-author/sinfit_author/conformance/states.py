"""The global states that a fitter must leave as they are: read, made odd, and put back.

A fitter that always sets a state to one value changes nothing where it has that value already, be
it by chance or from the fitter's own earlier call. So each state is set to odd values first, two
different ones in turn: one of them at least is not the fitter's.
"""

from __future__ import annotations

import locale
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any

import numpy as np


@dataclass(frozen=True)
class State:
    """Something that belongs to everybody in this process.

    Attributes:
        name: What people call it.
        read: Its value, in a form that can be compared.
        write: Put such a value back.
        odd: Give it one of two values that nobody expects, by turn, 0 or 1. None where there is
            no value that a fitter could bear; a repeated change is seen there too, as it is put
            back after each check.
        random: Numbers are drawn from it.
    """

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], object]
    odd: Callable[[int], object] | None = None
    random: bool = False


def states() -> Iterator[State]:
    """All of them, those of PyTorch if it is loaded."""
    yield State(
        "random",
        random.getstate,
        random.setstate,
        lambda turn: random.seed(814_159 + turn),
        random=True,
    )
    yield State(
        "numpy.random",
        _numpy_random,
        np.random.set_state,
        lambda turn: np.random.seed(271_828 + turn),
        random=True,
    )
    yield State(
        "numpy.seterr",
        np.geterr,
        lambda value: np.seterr(**value),
        lambda turn: np.seterr(all=("ignore", "warn")[turn]),
    )
    yield State(
        "numpy.set_printoptions",
        np.get_printoptions,
        lambda value: np.set_printoptions(**value),
        lambda turn: np.set_printoptions(precision=11 + turn),
    )
    yield State("os.environ", lambda: dict(os.environ), _set_environment)
    yield State("os.getcwd()", _folder, os.chdir)  # odd_states() sets it
    yield State("sys.path", lambda: [*sys.path], _set_path)
    yield State(
        "sys.getrecursionlimit()",
        sys.getrecursionlimit,
        sys.setrecursionlimit,
        lambda turn: sys.setrecursionlimit(sys.getrecursionlimit() + 117 + turn),
    )
    yield State(
        "warnings.filters",
        lambda: [*warnings.filters],
        lambda _value: None,  # catch_warnings does, around each check
        # a filter that stands first already is not added again
        lambda turn: warnings.filterwarnings("ignore", message=f"odd filter {turn}"),
    )
    yield State("logging.root", _logging, _set_logging, _odd_logging)
    yield State(
        "locale.setlocale()",
        lambda: locale.setlocale(locale.LC_ALL),
        lambda value: locale.setlocale(locale.LC_ALL, value),
        _odd_locale,
    )
    yield State("SIGINT", lambda: signal.getsignal(signal.SIGINT), _set_sigint, _odd_sigint)
    if torch := sys.modules.get("torch"):
        yield from _states_of_torch(torch)


def _states_of_torch(torch: Any) -> Iterator[State]:
    yield State(
        "torch.get_rng_state()",
        lambda: torch.get_rng_state().numpy().tobytes(),
        lambda value: torch.set_rng_state(torch.frombuffer(bytearray(value), dtype=torch.uint8)),
        # not torch.manual_seed, which also queues a seed for CUDA devices not yet initialised
        lambda turn: torch.default_generator.manual_seed(161_803 + turn),
        random=True,
    )
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        yield State(
            "torch.cuda.get_rng_state_all()",
            lambda: [state.numpy().tobytes() for state in torch.cuda.get_rng_state_all()],
            lambda values: torch.cuda.set_rng_state_all(
                [torch.frombuffer(bytearray(value), dtype=torch.uint8) for value in values]
            ),
            lambda turn: torch.cuda.manual_seed_all(161_803 + turn),
            random=True,
        )
    if torch.backends.mps.is_available():
        yield State(
            "torch.mps.get_rng_state()",
            lambda: torch.mps.get_rng_state().numpy().tobytes(),
            lambda value: torch.mps.set_rng_state(
                torch.frombuffer(bytearray(value), dtype=torch.uint8)
            ),
            lambda turn: torch.mps.manual_seed(161_803 + turn),
            random=True,
        )
    # fitters may build on the default type, and must on gradients: no other value would do
    yield State("torch.get_default_dtype()", torch.get_default_dtype, torch.set_default_dtype)
    yield State("torch.is_grad_enabled()", torch.is_grad_enabled, torch.set_grad_enabled)
    if hasattr(torch, "get_default_device"):  # since 2.3
        yield State(
            "torch.get_default_device()",
            torch.get_default_device,
            lambda value: torch.set_default_device(None if value.type == "cpu" else value),
        )
    yield State(
        "torch.get_num_threads()",
        torch.get_num_threads,
        torch.set_num_threads,
        lambda turn: torch.set_num_threads(1 + turn),
    )
    yield State(
        "torch.are_deterministic_algorithms_enabled()",
        lambda: (
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
        ),
        lambda value: torch.use_deterministic_algorithms(value[0], warn_only=value[1]),
    )
    yield State(
        "torch.is_anomaly_enabled()", torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly
    )
    cudnn = torch.backends.cudnn
    for name in ("benchmark", "deterministic"):
        yield State(
            f"torch.backends.cudnn.{name}",
            partial(getattr, cudnn, name),
            partial(setattr, cudnn, name),
        )


def global_states() -> dict[str, Any]:
    """The values of all states, by name."""
    return {state.name: state.read() for state in states()}


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of the states that differ, of those that were there before."""
    return [name for name, value in before.items() if after[name] != value]


@contextmanager
def kept_states() -> Iterator[None]:
    """Put back at the end whatever was changed, so that the next one starts clean."""
    before = global_states()
    try:
        yield
    finally:
        different = changed(before, global_states())
        for state in states():
            if state.name in different:
                with suppress(Exception):  # a folder that is gone: the others are put back still
                    state.write(before[state.name])


@contextmanager
def seeded_states(turn: int) -> Iterator[None]:
    """Seed every random state with one of two seeds, and leave the other states alone."""
    with kept_states():
        for state in states():
            if state.random and state.odd:
                state.odd(turn)
        yield


@contextmanager
def odd_states(turn: int) -> Iterator[dict[str, Any]]:
    """Set each state to an odd value, in an empty folder; yields the values that it has then."""
    with tempfile.TemporaryDirectory() as folder, kept_states():
        for state in states():
            if state.odd:
                state.odd(turn)
        os.chdir(folder)
        yield global_states()


def _numpy_random() -> tuple[Any, ...]:
    name, keys, *rest = np.random.get_state()
    return name, np.asarray(keys).tolist(), *rest


def _set_environment(value: dict[str, str]) -> None:
    for name in os.environ.keys() - value.keys():
        del os.environ[name]
    os.environ.update(value)


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # it was removed
        return ""


def _set_path(value: list[str]) -> None:
    sys.path[:] = value


def _logging() -> tuple[Any, ...]:
    root = logging.getLogger()
    return root.level, [*root.handlers], root.manager.disable


def _set_logging(value: tuple[Any, ...]) -> None:
    root = logging.getLogger()
    level, handlers, disable = value
    root.setLevel(level)
    root.handlers[:] = handlers
    logging.disable(disable)


def _odd_logging(turn: int) -> None:
    logging.getLogger().setLevel(33 + turn)
    logging.getLogger().handlers.clear()  # with handlers there logging.basicConfig does nothing


def _odd_locale(_turn: int) -> None:
    with suppress(locale.Error):  # not every system has this one
        locale.setlocale(locale.LC_TIME, "C.UTF-8")  # the names of days: no fitter needs them


def _set_sigint(value: Any) -> None:
    # None: set by a program that is not Python, and gone
    if value is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, value)


def _odd_sigint(_turn: int) -> None:
    earlier = signal.getsignal(signal.SIGINT)

    def interrupt(number: int, frame: FrameType | None) -> None:
        if not callable(earlier):
            raise KeyboardInterrupt
        earlier(number, frame)

    _set_sigint(interrupt)  # another function each time, and Ctrl-C does what it did
