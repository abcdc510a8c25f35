"""What the source of a fitter's module imports."""

from __future__ import annotations

import ast
import importlib
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path


def imported(module: str, *, everywhere: bool = False) -> set[str]:
    """The modules of other packages that a source imports, the standard library left out.

    Args:
        module: The module.
        everywhere: Look into functions too, where an import waits until it is called.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return set()
    tree = ast.parse(Path(spec.origin).read_bytes())
    found: set[str] = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    own = {*sys.stdlib_module_names, module.partition(".")[0]}
    return {name for name in found if name.partition(".")[0] not in own}


def import_libraries(module: str) -> None:
    """Import what a source imports, so that what a library sets up is not the fitter's doing."""
    names: set[str] = set()
    with suppress(Exception):  # a source that cannot be read: check `loads` says so
        names = imported(module, everywhere=True)
    for name in sorted(names):
        with suppress(Exception, SystemExit):  # it may do without; if not, `loads` says so
            importlib.import_module(name)
