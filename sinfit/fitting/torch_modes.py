"""PyTorch's modes: what they are in a program, and what a fit's numbers should not depend on.

Whether gradients are recorded, inference mode, autocast and the default device belong to a thread,
so they can be set for a fit and its callbacks without a word to other threads.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Modes:
    """The modes of a thread."""

    grad: bool = True  # gradients are recorded
    inference: bool = False  # tensors are made without what autograd needs
    autocast: dict[str, Any] = field(default_factory=dict)  # to which dtype, by type of device
    device: str = "cpu"  # where tensors are made for which none is named


NEUTRAL = Modes()
"""PyTorch's own at the start of a program: a fit runs in these."""


def current_modes() -> Modes:
    """The modes of this thread; the neutral ones where PyTorch is not loaded."""
    torch: Any = sys.modules.get("torch")  # looked up, not imported: a NumPy fit needs no torch
    if torch is None:
        return NEUTRAL
    grad, inference = torch.is_grad_enabled(), torch.is_inference_mode_enabled()
    return Modes(grad, inference, _autocast(torch), str(torch.empty(0).device))


def _autocast(torch: Any) -> dict[str, Any]:
    if not hasattr(torch, "get_autocast_dtype"):  # before 2.4
        return {"cpu": torch.get_autocast_cpu_dtype()} if torch.is_autocast_cpu_enabled() else {}
    kinds = filter(torch.is_autocast_enabled, ("cpu", "cuda", "mps", "xpu"))
    return {kind: torch.get_autocast_dtype(kind) for kind in kinds}


@contextmanager
def torch_modes(modes: Modes) -> Iterator[None]:
    """Set the modes of this thread inside the block, and put back those of before at its end."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = current_modes()
    with ExitStack() as stack:
        # each only where it is another: a mode that is set costs time at every operation
        if modes.inference != before.inference:
            stack.enter_context(torch.inference_mode(modes.inference))
        stack.enter_context(torch.set_grad_enabled(modes.grad))  # inference_mode has set it
        for kind in modes.autocast.keys() | before.autocast.keys():
            if modes.autocast.get(kind) != before.autocast.get(kind):
                dtype = modes.autocast.get(kind)
                stack.enter_context(torch.autocast(kind, dtype=dtype, enabled=dtype is not None))
        if modes.device != before.device:
            stack.enter_context(torch.device(modes.device))
        yield
