"""Devices and data types of fitters on PyTorch: there, obeyed, and refused clearly."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
from sinfit.errors import DeviceError, one_line, shown
from sinfit.fitting.driving import read_loss
from sinfit.i18n import N_

from sinfit_author.conformance.check import CheckFailure, check, require
from sinfit_author.conformance.subject import Subject, singly
from sinfit_author.i18n import _

FEW = 5  # steps


def _on_torch(subject: Subject) -> bool:
    return subject.on_torch


def _has_device(subject: Subject) -> bool:
    return "device" in subject.options


def _has_dtype(subject: Subject) -> bool:
    return "dtype" in subject.options


@check(N_("A fitter on PyTorch has the options device and dtype."), needed=_on_torch)
def torch_options(subject: Subject) -> None:
    """`options=TORCH_OPTIONS` in the spec."""
    missing = {"device", "dtype"} - subject.options
    require(
        not missing,
        _("it lacks {names}: add TORCH_OPTIONS to its options").format(
            names=", ".join(sorted(missing))
        ),
    )


@check(N_("A device that is not there is an error that names those that are."), needed=_has_device)
def missing_device(subject: Subject) -> None:
    """Neither a traceback of PyTorch's nor a silent run on another device."""
    for name in ("cuda:99", "banana"):
        try:
            subject.fit(steps=1, device=name)
        except DeviceError:
            continue
        except Exception as error:
            raise CheckFailure(
                _("device={name!r} raised {error}, no DeviceError: resolve the option").format(
                    name=name, error=one_line(error)
                )
            ) from error
        raise CheckFailure(_("device={name!r} ran all the same").format(name=name))


@check(N_("Its tensors live on the device that it is given."), needed=_has_device)
def device(subject: Subject) -> None:
    """PyTorch's `meta` device, which holds no numbers, shows where they would live."""
    import torch

    made = subject.generate(*subject.data(), FEW, device=torch.device("meta"))
    try:
        loss, _parameters = next(singly(made))
    except (RuntimeError, NotImplementedError) as error:
        require("meta" in str(error), one_line(error))  # it read a number: there was none to read
        return
    on: Any = getattr(getattr(loss, "device", None), "type", type(loss).__name__)
    require(
        on == "meta",
        _("told to run on device meta it yielded a loss on {device}").format(device=on),
    )


@check(N_("It runs on every device of this machine, with the same numbers."), needed=_has_device)
def every_device(subject: Subject) -> None:
    """The losses of the first steps agree up to rounding."""
    from sinfit.contract.torch_options import devices_here

    expected = subject.fit(steps=FEW).losses
    for name in devices_here():
        losses = subject.fit(steps=FEW, device=name).losses
        require(
            losses.shape == expected.shape and np.allclose(losses, expected, rtol=1e-3),
            _("on {device} its losses are {given} instead of {expected}").format(
                device=name, given=shown(losses.tolist()), expected=shown(expected.tolist())
            ),
        )


@check(N_("It computes in the data type that it is given."), needed=_has_dtype)
def dtype(subject: Subject) -> None:
    """Losses in float32 are float32 numbers, those in float64 are more exact."""
    import torch

    losses = {}
    for name in ("float32", "float64"):
        made = subject.generate(*subject.data(), FEW, dtype=getattr(torch, name))
        losses[name] = [read_loss(loss) for loss, _parameters in islice(made, FEW)]
    single = [value == float(np.float32(value)) for value in losses["float32"]]
    require(all(single), _("with dtype=float32 it computes in float64"))
    double = [value == float(np.float32(value)) for value in losses["float64"]]
    require(not all(double), _("with dtype=float64 it computes in float32"))
    first, second = losses["float32"][0], losses["float64"][0]
    require(
        bool(np.isclose(first, second, rtol=1e-4)),
        _("its first loss is {first:.8g} in float32 and {second:.8g} in float64").format(
            first=first, second=second
        ),
    )


CHECKS = (torch_options, missing_device, device, every_device, dtype)
