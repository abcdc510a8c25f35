"""Put a program's own code into a cell or a page's fence: `# include: fitter.py:fit`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from sinfit_site import packages
from sinfit_site.errors import TutorialError, shown_path
from sinfit_site.sources.comments import without_noqa

LINE = re.compile(r"^# include: *(\S+) *$", re.MULTILINE)


def expand(code: str, folder: Path, where: str) -> tuple[str, str, tuple[str, ...]]:
    """Replace the include lines of a cell.

    Args:
        code: The cell.
        folder: Where its files are.
        where: The cell's place, for messages.

    Returns:
        The cell; the same without what comes from another package; the packages that it came from.

    Raises:
        TutorialError: A file, package or region is missing.
    """
    foreign: list[str] = []

    def put(match: re.Match[str], *, own: bool) -> str:
        target, _, region = match[1].partition(":")
        if target.endswith(".py"):
            return extract(folder / target, region, where)
        if own:
            return ""
        package = target.partition(".")[0]
        foreign.append(package)
        return extract(module_file(target, where), region, where)

    whole = LINE.sub(lambda match: put(match, own=False), code)
    own = LINE.sub(lambda match: put(match, own=True), code)
    return whole, own, tuple(dict.fromkeys(foreign))


def module_file(module: str, where: str) -> Path:
    """The file of a module, found without importing it."""
    root, *parts = module.split(".")
    path = packages.origin(root)
    if path is None:
        raise TutorialError(f"{where}: there is no package {root!r} to include from")
    return path.parent.joinpath(*parts).with_suffix(".py") if parts else path


def extract(path: Path, region: str, where: str) -> str:
    """A file's code without its docstring, or one region of it: `fit`, `Class.method`, `imports`.

    Raises:
        TutorialError: There is no such file or region.
    """
    if not path.is_file():
        raise TutorialError(f"{where}: there is no file {path.name!r} to include")
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        line = (error.text or "").strip()
        at = f"{shown_path(path)}:{error.lineno}"
        raise TutorialError(f"{at}: {line!r} is no Python: {error.msg}") from error
    lines = text.split("\n")
    if not region:
        first = tree.body[0]
        has_docstring = ast.get_docstring(tree) is not None
        start = (first.end_lineno or 1) if has_docstring else 0
        return without_noqa("\n".join(lines[start:]).strip("\n"))
    if region == "imports":
        nodes = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        return without_noqa("\n".join(_text(lines, node) for node in nodes))
    body: list[ast.stmt] = tree.body
    found: ast.stmt | None = None
    for name in region.split("."):
        found = next((node for node in body if getattr(node, "name", None) == name), None)
        if found is None:
            raise TutorialError(f"{where}: {path.name} has no {region!r} to include")
        body = getattr(found, "body", [])
    assert found is not None  # noqa: S101 (split gives at least one name)
    return without_noqa(_text(lines, found))


def _text(lines: list[str], node: ast.stmt) -> str:
    decorators = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    taken = lines[start - 1 : node.end_lineno]
    indent = len(taken[0]) - len(taken[0].lstrip())
    return "\n".join(line[indent:] for line in taken)
