"""What a run depends on: the modules of sinfit that its code leads to."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

HOST = Path(__file__).parents[1]
DOTTED = re.compile(r"^(sinfit(?:\.\w+)+)(?::\w+)?$")


def host_digest(roots: Iterable[str]) -> bytes:
    """A digest of the modules of sinfit that these lead to, and of the data beside them.

    An import inside a function counts, and so does one for type checkers only: the package's own
    names are imported when they are first used. So this is no less than what can be imported.

    Args:
        roots: Dotted names, such as `sinfit.fit`; those of other packages are left out.
    """
    digest = hashlib.sha256()
    for path in sorted(modules(roots)):
        digest.update(f"{path.relative_to(HOST)}\0".encode() + path.read_bytes())
        if path.name == "__init__.py":
            digest.update(
                b"".join(data.read_bytes() for data in sorted(path.parent.glob("*.json")))
            )
    return digest.digest()


def modules(roots: Iterable[str]) -> set[Path]:
    """The files of sinfit that some dotted names lead to, import by import."""
    found: set[Path] = set()
    waiting = [path for root in roots for path in _files(root)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            imported = imports(path.read_text(encoding="utf-8"))
            waiting += [file for name in imported for file in _files(name)]
    return found


@lru_cache(maxsize=1024)
def imports(code: str) -> frozenset[str]:
    """The dotted names that a program imports or names in a string, as entry points are."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {match[1] for match in DOTTED.finditer(node.value)}
    return frozenset(found)


def strings(code: str) -> set[str]:
    """The strings in a program."""
    constants = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant))
    return {node.value for node in constants if isinstance(node.value, str)}


def names(code: str) -> set[str]:
    """The names in a program, those after a dot and imported ones too."""
    nodes = list(ast.walk(ast.parse(code)))
    found = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    found |= {part for name in imports(code) for part in name.split(".")}
    return found | {node.id for node in nodes if isinstance(node, ast.Name)}


def every_command() -> set[str]:
    """All modules that the command line can import."""
    return {f"sinfit.cli.{path.stem}" for path in (HOST / "cli").glob("*.py")}


def _files(name: str) -> Iterator[Path]:
    """The file of a module, or of the module that a name is in, and of the packages above it."""
    root, *parts = name.split(".")
    if root != HOST.name:
        return
    folder = HOST
    yield folder / "__init__.py"
    for part in parts:
        if (folder / f"{part}.py").is_file():
            yield folder / f"{part}.py"
            return
        folder /= part
        if (folder / "__init__.py").is_file():
            yield folder / "__init__.py"
