"""Where chance comes from: the start drawn from the seed, and global states left as they were."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

START, DRAWS = 0, 1  # independent streams of one seed


def draw_start(seed: int, size: int) -> tuple[float, ...]:
    """Draw the start of a fit: standard normal, the same for every fitter of this seed.

    A model with more parameters starts with the same first ones.

    Args:
        seed: The fit's seed.
        size: The number of parameters p.

    Returns:
        p numbers.
    """
    return tuple(map(float, _stream(seed, START).standard_normal(size)))


def draws(seed: int) -> np.random.Generator:
    """The generator for what a fitter draws while it runs; independent of the start."""
    return _stream(seed, DRAWS)


def _stream(seed: int, stream: int) -> np.random.Generator:
    return np.random.default_rng([stream, seed])


@contextmanager
def untouched_global_states(seed: int) -> Iterator[None]:
    """Seed the global states of random, NumPy and PyTorch, and put them back at the end.

    A fitter that draws from them all the same is then reproducible, and leaves no trace. Put back
    are also PyTorch's default data type and whether it records gradients, on which other fitters
    depend.
    """
    python, legacy = random.getstate(), np.random.get_state()
    torch: Any = sys.modules.get("torch")  # looked up, not imported: a NumPy fit needs no torch
    torch_states = _torch_states(torch) if torch else []
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if torch:
        # not torch.manual_seed, which also queues a seed for CUDA devices not yet initialised
        torch.default_generator.manual_seed(seed)
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            torch.cuda.manual_seed_all(seed)
        if torch.backends.mps.is_available():
            torch.mps.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)
        for restore, state in torch_states:
            restore(state)


def _torch_states(torch: Any) -> list[tuple[Any, Any]]:
    states = [
        (torch.set_rng_state, torch.get_rng_state()),
        (torch.set_default_dtype, torch.get_default_dtype()),
        (torch.set_grad_enabled, torch.is_grad_enabled()),
    ]
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        states.append((torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()))
    if torch.backends.mps.is_available():
        states.append((torch.mps.set_rng_state, torch.mps.get_rng_state()))
    return states
