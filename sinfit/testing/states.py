"""The global states that a fitter must leave as they are, by name."""

from __future__ import annotations

import os
import random
import signal
import sys
import warnings
from typing import Any

import numpy as np


def global_states() -> dict[str, Any]:
    """What belongs to everybody in this process, in a form that can be compared."""
    states: dict[str, Any] = {
        "random": random.getstate(),
        "numpy.random": repr(np.random.get_state(legacy=False)),
        "numpy.seterr": np.geterr(),
        "numpy.set_printoptions": np.get_printoptions(),
        "os.environ": dict(os.environ),
        "os.getcwd()": os.getcwd(),
        "sys.path": [*sys.path],
        "sys.getrecursionlimit()": sys.getrecursionlimit(),
        "warnings.filters": [*warnings.filters],
        "SIGINT": signal.getsignal(signal.SIGINT),
    }
    torch: Any = sys.modules.get("torch")
    if torch:
        states |= {
            "torch.get_rng_state()": torch.get_rng_state().tolist(),
            "torch.get_default_dtype()": torch.get_default_dtype(),
            "torch.get_default_device()": torch.get_default_device(),
            "torch.is_grad_enabled()": torch.is_grad_enabled(),
            "torch.get_num_threads()": torch.get_num_threads(),
            "torch.are_deterministic_algorithms_enabled()": (
                torch.are_deterministic_algorithms_enabled()
            ),
        }
    return states


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of the states that differ, of those that were there before."""
    return [name for name, state in before.items() if after[name] != state]
