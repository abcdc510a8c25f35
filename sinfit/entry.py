"""Load what an entry point `module:attribute` names."""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter
from typing import Any


def load(entry_point: str) -> Any:
    """Import the module and return its attribute.

    Examples:
        >>> load("math:pi")
        3.141592653589793

    Args:
        entry_point: `module:attribute`, the attribute possibly dotted.

    Raises:
        ImportError: The module cannot be imported.
        AttributeError: It has no such attribute.
    """
    module, _, attribute = entry_point.partition(":")
    return attrgetter(attribute)(import_module(module))
