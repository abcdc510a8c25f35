"""Turn the options `device` and `dtype` into PyTorch's own, or say clearly why not.

Imported only when a fitter on PyTorch runs.
"""

from __future__ import annotations

import torch

from sinfit.errors import DeviceError
from sinfit.i18n import _


def device(name: str) -> torch.device:
    """The device of this name, checked to be there.

    Examples:
        >>> device("cpu")
        device(type='cpu')

    Raises:
        DeviceError: The name is none of PyTorch's, or this machine has no such device.
    """
    here = devices_here()
    try:
        wanted = torch.device(name)
        usable = wanted.type in {torch.device(known).type for known in here}
        if usable:
            torch.empty(0, device=wanted)  # a number too high, such as cuda:7, shows only here
    except (RuntimeError, AssertionError):
        usable = False
    if not usable:
        raise DeviceError(
            _("device {name!r} is not available; PyTorch sees here: {devices}.").format(
                name=name, devices=", ".join(here)
            )
        )
    return wanted


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
