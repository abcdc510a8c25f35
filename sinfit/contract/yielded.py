"""What a fitter may yield and return besides pairs of loss and parameters: Block and Final."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sinfit.errors import shown
from sinfit.i18n import _

MOST_WHOLE = 2**63  # a whole number beyond it is no int64


@dataclass(frozen=True, eq=False)
class Block:
    """Several steps at once, yielded in the place of as many pairs (loss, parameters).

    It means exactly what these pairs would mean, one after another, and costs no Python per step.

    Attributes:
        losses: The losses before each update; an array or tensor of shape (k,), k at least 1.
        parameters: The parameters before each update, in the model's order; of shape (k, p).
    """

    losses: Any
    parameters: Any


@dataclass(frozen=True, eq=False)
class Final:
    """The final parameters with more that the fitter found out, returned in their place.

    Attributes:
        parameters: The final parameters, in the model's order.
        extras: Numbers, texts and arrays (or tensors) by name; `extras` of the result holds them.
    """

    parameters: Any
    extras: Mapping[str, Any] = field(default_factory=dict)


def read_extras(extras: Any) -> dict[str, Any]:
    """Read extras into plain numbers, texts and read-only arrays of our own.

    Raises:
        TypeError: A name is no identifier, or a value is no number, text or array of numbers.
    """
    if not isinstance(extras, Mapping):
        says = _("extras must be values by name, not {given}")
        raise TypeError(says.format(given=shown(extras)[:80]))
    for name in extras:
        if not isinstance(name, str) or not name.isidentifier():
            says = _("the name of an extra must be an identifier, such as nfev, not {name}")
            raise TypeError(says.format(name=shown(name)[:80]))
    return {name: _extra(name, value) for name, value in extras.items()}


def _extra(name: str, value: Any) -> Any:
    import numpy as np  # a plugin that registers should not pay for it

    plain = value.detach().cpu().numpy() if hasattr(value, "detach") else value
    if isinstance(plain, (np.ndarray, np.generic)) and plain.dtype.kind in "biuf":
        if plain.dtype.itemsize <= 8:  # a long double would lose digits when it is saved
            if plain.ndim == 0:
                return plain.item()
            array = np.array(plain, dtype=plain.dtype.newbyteorder("="))
            array.setflags(write=False)
            return array
    elif isinstance(plain, int) and abs(plain) < MOST_WHOLE:
        return plain if isinstance(plain, bool) else int(plain)
    elif isinstance(plain, float):  # np.float64 is one, and was plain before
        return float(plain)
    elif isinstance(plain, str):
        return plain.encode().decode()  # half a letter could not be saved
    says = _("extra {name!r} must be a number, a text or an array of numbers, not {given}")
    raise TypeError(says.format(name=name, given=shown(value)[:80]))
