"""What a fit takes: the settings, for type checkers, and the checks before anything runs.

A slip costs no time then. Nothing here imports NumPy at once: help texts do without it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from sinfit.contract.models import Model
from sinfit.contract.records import EVERY_FIT
from sinfit.errors import UsageError, one_line, shown
from sinfit.ground.entry import load
from sinfit.i18n import _, unknown
from sinfit.registry.fitters import OfferedFitter

if TYPE_CHECKING:
    import torch

MOST_STEPS = 100_000_000
MOST_LEARNING_RATE = 1e3
MOST_SEED = 2**63 - 1
MOST_AT_ONCE = 1000  # numbers, names or callbacks that are read: an iterator may have no end


@dataclass(frozen=True)
class State:
    """What a callback sees, before the update of this step.

    Attributes:
        step: The step t, counted from 0.
        steps: The number of steps asked for.
        loss: The loss at this step.
        parameters: The parameters at this step, in the model's order.
    """

    step: int
    steps: int
    loss: float
    parameters: tuple[float, ...]


Callback = Callable[[State], object]


class Options(TypedDict, total=False):
    """The options of the stages, those on PyTorch.

    A type checker cannot know those of other people's fitters; `options={"momentum": 0.5}` gives
    them all the same.
    """

    device: str | torch.device  # where the tensors live
    dtype: str | torch.dtype


class Settings(Options, total=False):
    """What `fit`, `compare` and `Fitter.fit` take; `sinfit.fit` says what each means."""

    x: Any
    target: str | Callable[[Any], Any] | None
    interval: tuple[float, float] | None
    points: int
    steps: int | None
    learning_rate: float | Literal["auto"] | None
    seed: int
    initial: Sequence[float] | Mapping[str, float] | None
    callbacks: Iterable[Callback] | Callback | None
    tolerance: float | None
    patience: int | None
    time_limit: float | None
    record_every: int
    options: Mapping[str, Any] | None
    weights: Any
    sigma: Any
    absolute_sigma: bool
    model: Any


def whole(name: str, value: Any, least: int, most: int) -> int:
    """Return a whole number from least to most, or raise `UsageError` naming it."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        says, number = _("{name} must be a whole number, not {value}."), value
    elif least <= (number := int(value)) <= most:
        return number
    else:
        says = _("{name} must be from {least} to {most}, not {value}.")
    raise UsageError(says.format(name=name, value=shown(number), least=least, most=most))


def positive(name: str, value: Any, most: float = math.inf, zero: bool = False) -> float:
    """Return a finite number above 0 (or from 0), or raise `UsageError` naming it."""
    number = _finite(value)
    if number is None:
        says = _("{name} must be a finite number, not {value}.")
    elif number < 0 and zero:
        says = _("{name} must not be below 0, and {value} is.")
    elif number <= 0 and not zero:
        says = _("{name} must be above 0, not {value}.")
    elif number > most:
        says = _("{name} must be at most {most:g}, not {value}.")
    else:
        return number
    given = shown(value) if number is None else f"{number:g}"
    raise UsageError(says.format(name=name, value=given, most=most))


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:  # a whole number too large for a float
        return None


def listed(name: str, values: Iterable[Any]) -> list[Any]:
    """The values as a list; an iterator may have no end, or break."""
    try:
        found = list(islice(values, MOST_AT_ONCE + 1))
    except Exception as error:  # whatever a foreign iterator raises
        says = _("{name} cannot be read: {error}.")
        raise UsageError(says.format(name=name, error=one_line(error))) from error
    if len(found) > MOST_AT_ONCE:
        raise UsageError(_("{name} must be at most {most}.").format(name=name, most=MOST_AT_ONCE))
    return found


def functions(name: str, given: Any) -> list[Callable[..., Any]]:
    """What is to be called during a fit: none, one, or several functions."""
    several = [] if given is None else [given] if callable(given) else given
    found = listed(name, several if isinstance(several, Iterable) else [several])
    if not all(map(callable, found)):
        says = _("{name} must be functions, not {given}.")
        raise UsageError(says.format(name=name, given=shown(given)))
    for function in found:
        kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
        for called in (function, type(function).__call__):
            if any(is_kind(called) for is_kind in (*kinds, inspect.isgeneratorfunction)):
                raise asynchronous(name, function)
    return found


def asynchronous(name: str, function: Callable[..., Any]) -> UsageError:
    """What to say of an `async def` or a generator: calling it runs nothing of it."""
    says = _(
        "{name}: {given} cannot be called during a fit, which waits for nobody: it is an "
        "`async def` or a generator. Give it a function."
    )
    return UsageError(says.format(name=name, given=shown(function)))


def by_name(options: Mapping[str, Any] | None) -> dict[str, Any]:
    """The options by name, or an error that says what was given instead."""
    names = options if isinstance(options, Mapping) else () if options is None else (None,)
    if not all(isinstance(name, str) for name in names):
        says = _("options must be options by name, such as {example}, not {given}.")
        raise UsageError(says.format(example='{"device": "cpu"}', given=shown(options)[:80]))
    return dict(options or {})


def check_options(fitter: OfferedFitter, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every option of a fitter, given or default, as plain values."""
    options = {option.name: option for option in fitter.spec.options}
    for name in given:
        if name not in options:
            whose = _("option of fitter {name!r}:").format(name=fitter.name)
            raise unknown(whose, name, (*options, *EVERY_FIT))
    return {name: option.check(given.get(name, option.default)) for name, option in options.items()}


def resolve_options(fitter: OfferedFitter, values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn plain values into what the generator wants, such as a string into a torch.dtype."""
    resolve = {option.name: option.resolve for option in fitter.spec.options}
    return {
        name: load(entry)(values[name]) if entry else values[name]
        for name, entry in resolve.items()
    }


def settled(fitter: OfferedFitter, values: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are used: for `auto` what it stands for here, such as a device."""
    resolved = resolve_options(fitter, values)
    return {name: str(resolved[name]) if v == "auto" else v for name, v in values.items()}


def read_start(initial: Any, model: Model) -> tuple[float, ...]:
    """Return the start in the model's order.

    Args:
        initial: Numbers, a mapping from the parameters' names, a pandas Series, or one of NumPy's
            polynomials where the parameters are coefficients in ascending powers.
        model: What the parameters mean.
    """
    from sinfit.ground.arrays import plain  # it imports NumPy, which help texts do without

    names = ", ".join(model.parameters)
    try:
        if isinstance(initial, (str, bytes)):
            raise TypeError
        if not isinstance(initial, Mapping) and hasattr(initial, "items"):  # a pandas Series
            labels: Any = dict(initial.items())
            initial = labels if set(model.parameters) & set(labels) else list(labels.values())
        if isinstance(initial, Mapping):
            initial = _in_order(initial, model)
        elif hasattr(initial, "coeffs") or hasattr(initial, "basis_name"):  # NumPy's polynomials
            initial = _coefficients(initial, model)
        numbers = tuple(map(_real, islice(plain(initial), MOST_AT_ONCE)))
    except UsageError:
        raise
    except Exception as error:  # whatever a foreign class raises
        says = _("initial must hold numbers, not {initial}.")
        raise UsageError(says.format(initial=shown(initial))) from error
    if (given := len(numbers)) != len(model.parameters):
        says = _("initial must hold {count} numbers ({names}), not {given}.")
        least = f"{given} …" if given == MOST_AT_ONCE else given
        raise UsageError(says.format(count=len(model.parameters), names=names, given=least))
    if not all(map(math.isfinite, numbers)):
        raise UsageError(_("initial must be finite, not {initial}.").format(initial=shown(numbers)))
    return numbers


def _in_order(initial: Mapping[Any, Any], model: Model) -> list[Any]:
    for name in initial:
        if name not in model.parameters:
            raise unknown(_("parameter"), str(name), model.parameters)
    missing = [name for name in model.parameters if name not in initial]
    if missing:
        raise UsageError(_("initial lacks {names}.").format(names=", ".join(missing)))
    return [initial[name] for name in model.parameters]


def _real(value: Any) -> float:
    if hasattr(value, "imag") and value.imag:  # NumPy's complex numbers would drop it
        raise TypeError
    return float(value)


def _coefficients(initial: Any, model: Model) -> list[Any]:
    """The coefficients of a NumPy polynomial, as many as the model has parameters, or more."""
    from numpy.polynomial import Polynomial

    size = len(model.parameters)
    ascending = tuple(range(1, size + 1))
    if model.coefficients is None or model.coefficients(ascending) != ascending:
        says = _("initial is a polynomial, and the parameters {names} are no coefficients.")
        raise UsageError(says.format(names=", ".join(model.parameters)))
    if hasattr(initial, "coeffs"):  # poly1d has them in descending powers
        initial = Polynomial(initial.coeffs[::-1])
    # from whatever basis and interval, as Polynomial.fit and Chebyshev have them
    numbers = initial.convert(kind=Polynomial, domain=[-1, 1], window=[-1, 1]).coef
    return [*numbers, *[0.0] * (size - len(numbers))]
