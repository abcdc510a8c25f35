"""What stands in JSON for the numbers that it lacks: infinities and NaN."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def finite(value: Any, instead: Callable[[float], Any] = lambda _number: None) -> Any:
    """A copy of plain data in which every float is finite.

    Examples:
        >>> finite({"losses": [1.0, float("inf")]})
        {'losses': [1.0, None]}

    Args:
        value: A number, a text, or lists, tuples and dictionaries of them.
        instead: What to put in the place of a number that is not; `str` is read back by `float`.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else instead(value)
    if isinstance(value, dict):
        return {key: finite(item, instead) for key, item in value.items()}
    return [finite(item, instead) for item in value] if isinstance(value, (list, tuple)) else value
