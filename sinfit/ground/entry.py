"""Load what an entry point `module:attribute` names, one thread at a time; load names when used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from threading import RLock
from typing import Any

LOADING = RLock()
"""Held while plugins or what they name are imported: their modules may import each other, which
Python bears in one thread, but not where two of them begin at different ends."""


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
    with LOADING:
        return attrgetter(attribute)(import_module(module))


def lazily(package: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """A package's `__getattr__` that imports its names when they are first used.

    Args:
        package: The package's `__name__`.
        names: For each name what it is, `module` or `module:attribute`, below the package.
    """

    def look_up(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, attribute = names[name].partition(":")
        if not module.startswith(f"{package}_"):  # else a plugin's, by its whole name
            module = f"{package}.{module}"
        elif not find_spec(module):
            brings = module.replace("_", "-")
            raise AttributeError(f"{package}.{name} comes with {brings}: pip install {brings}")
        value = import_module(module)
        value = getattr(value, attribute) if attribute else value
        vars(sys.modules[package])[name] = value  # the next look-up is an ordinary one
        return value

    return look_up
