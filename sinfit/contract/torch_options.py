"""Turn the options `device` and `dtype` into PyTorch's own, or say clearly why not.

Imported only when a fitter on PyTorch runs.
"""

from __future__ import annotations

from contextlib import suppress

import torch

from sinfit.errors import DeviceError
from sinfit.i18n import _


def device(name: str) -> torch.device:
    """The device of this name, checked to be there; `auto` is the first that is no CPU, if any.

    Examples:
        >>> device("cpu")
        device(type='cpu')

    Raises:
        DeviceError: The name is none of PyTorch's, or this machine has no such device.
    """
    here = devices_here()
    name = here[:2][-1] if name == "auto" else name
    with suppress(RuntimeError, AssertionError):  # no such name, or a number too high
        wanted = torch.device(name)
        if wanted.type in {known.partition(":")[0] for known in here}:
            torch.empty(0, device=wanted)  # cuda:7 shows only here that it is none
            return wanted
    says = _("device {name!r} is not available; PyTorch sees here: {devices}.")
    raise DeviceError(says.format(name=name, devices=", ".join(here)))


def dtype(name: str) -> torch.dtype:
    """The data type of this name.

    Examples:
        >>> dtype("float64")
        torch.float64
    """
    found: torch.dtype = getattr(torch, name)  # the option's choices were checked before
    return found


def devices_here() -> list[str]:
    """The names of the devices that PyTorch sees on this machine."""
    devices = ["cpu"]
    if torch.cuda.is_available():
        devices += [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        devices.append("mps")
    if hasattr(torch, "xpu") and torch.xpu.is_available():
        devices += [f"xpu:{index}" for index in range(torch.xpu.device_count())]
    return devices
