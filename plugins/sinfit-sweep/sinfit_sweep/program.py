"""What the numbers of a fitter depend on besides its settings: its program, and the versions."""

from __future__ import annotations

import ast
import hashlib
import inspect
import platform
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from types import CodeType
from typing import Any

import numpy as np
from sinfit import __version__
from sinfit.ground.requirements import read_requirement
from sinfit.registry.fitters import OfferedFitter

LETTERS = 16
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def program(fitter: OfferedFitter) -> str:
    """The hash of a fitter's program: an edited comment leaves it as it is.

    Of a plugin it is that of the syntax trees of its package, the tutorial left out; of a function
    of this process, that of its source.
    """
    if fitter.function is not None:
        return _hash([_of_a_function(fitter.function)])
    packages = {fitter.package.partition(".")[0], fitter.spec.fitter.partition(".")[0]}
    return _hash([_of_a_package(package.partition(":")[0]) for package in sorted(packages)])


def libraries(fitter: OfferedFitter) -> dict[str, str]:
    """The versions of Python, sinfit, NumPy and what the fitter requires; nothing is imported."""
    found = {"python": platform.python_version(), "sinfit": __version__, "numpy": np.__version__}
    for line in fitter.spec.requires:
        if name := read_requirement(line)[0]:  # empty where another system is meant
            found[name] = metadata.version(name)
    return found


@lru_cache
def _of_a_package(package: str) -> str:
    found = find_spec(package)
    if not found or not found.origin:
        return package
    origin = Path(found.origin)
    package_files = sorted(origin.parent.rglob("*.py")) if origin.stem == "__init__" else [origin]
    paths = [path for path in package_files if path.name != "tutorial.py"]
    return _hash([_tree(path.read_text("utf-8", errors="replace")) for path in paths])


def _of_a_function(function: Any) -> str:
    try:
        return _tree(dedent(inspect.getsource(function)))
    except (OSError, TypeError):  # typed at a prompt, or made by a program
        return _of_code(getattr(function, "__code__", type(function).__qualname__))


def _of_code(code: Any) -> str:
    """Compiled code, the functions inside it too; a constant is its repr."""
    if not isinstance(code, CodeType):
        return repr(code)
    inner = [_of_code(constant) for constant in code.co_consts]
    return repr((code.co_code, code.co_names, inner))


def _tree(code: str) -> str:
    """A program's syntax tree without comments and docstrings; what is no Python as it is."""
    try:
        parsed = ast.parse(code)
    except (SyntaxError, ValueError):
        return code
    for node in ast.walk(parsed):
        if isinstance(node, DOCUMENTED):
            match node.body:
                case [ast.Expr(ast.Constant(str())), *rest]:
                    node.body = rest
    return ast.dump(parsed)


def _hash(texts: list[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:LETTERS]
