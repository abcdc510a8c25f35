"""Check what `fit` was asked for before anything runs, so that a slip costs no time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from sinfit.entry import load
from sinfit.errors import UnknownNameError, UsageError
from sinfit.fitter import Fitter
from sinfit.i18n import _
from sinfit.models import Model
from sinfit.specs import EVERY_FIT

MOST_STEPS = 100_000_000
MOST_LEARNING_RATE = 1e3
MOST_SEED = 2**63 - 1


def whole(name: str, value: Any, least: int, most: int) -> int:
    """Return a whole number from least to most, or raise `UsageError` naming it."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise UsageError(
            _("{name} must be a whole number, not {value!r}.").format(name=name, value=value)
        )
    number = int(value)
    if not least <= number <= most:
        raise UsageError(
            _("{name} must be from {least} to {most}, not {value}.").format(
                name=name, least=least, most=most, value=value
            )
        )
    return number


def positive(name: str, value: Any, most: float = math.inf, zero: bool = False) -> float:
    """Return a finite number above 0 (or from 0), or raise `UsageError` naming it."""
    if isinstance(value, bool) or not isinstance(value, Real) or not _is_finite(value):
        raise UsageError(
            _("{name} must be a finite number, not {value!r}.").format(name=name, value=value)
        )
    number = float(value)
    if number < 0 or (number == 0 and not zero):
        message = (
            _("{name} must not be below 0, and {value} is.")
            if zero
            else _("{name} must be above 0, not {value}.")
        )
        raise UsageError(message.format(name=name, value=value))
    if number > most:
        raise UsageError(
            _("{name} must be at most {most:g}, not {value:g}.").format(
                name=name, most=most, value=number
            )
        )
    return number


def _is_finite(value: Real) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number too large for a float
        return False


def start(initial: Sequence[float] | Mapping[str, float], model: Model) -> tuple[float, ...]:
    """Return the start in the model's order, given as numbers or by the parameters' names."""
    if not isinstance(initial, Mapping) and hasattr(initial, "items"):  # a pandas Series
        labels: Any = dict(initial.items())
        initial = labels if set(model.parameters) & set(labels) else list(labels.values())
    if isinstance(initial, Mapping):
        for name in initial:
            if name not in model.parameters:
                raise UnknownNameError(_("parameter"), str(name), model.parameters)
        missing = [name for name in model.parameters if name not in initial]
        if missing:
            raise UsageError(_("initial lacks {names}.").format(names=", ".join(missing)))
        initial = [initial[name] for name in model.parameters]
    try:
        if isinstance(initial, (str, bytes)):
            raise TypeError
        numbers = tuple(map(float, initial))
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError(
            _("initial must hold numbers, not {initial!r}.").format(initial=initial)
        ) from error
    if len(numbers) != len(model.parameters):
        raise UsageError(
            _("initial must hold {count} numbers ({names}), not {given}.").format(
                count=len(model.parameters), names=", ".join(model.parameters), given=len(numbers)
            )
        )
    if not all(map(math.isfinite, numbers)):
        raise UsageError(_("initial must be finite, not {initial}.").format(initial=numbers))
    return numbers


def check_options(fitter: Fitter, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every option of a fitter, given or default, as plain values."""
    options = {option.name: option for option in fitter.spec.options}
    for name in given:
        if name not in options:
            raise UnknownNameError(
                _("option of fitter {name!r}:").format(name=fitter.name),
                name,
                (*options, *EVERY_FIT),
            )
    return {name: option.check(given.get(name, option.default)) for name, option in options.items()}


def resolve_options(fitter: Fitter, values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn plain values into what the generator wants, such as a string into a torch.dtype."""
    return {
        option.name: (
            load(option.resolve)(values[option.name]) if option.resolve else values[option.name]
        )
        for option in fitter.spec.options
    }
