"""What a build keeps for the next one: one cache, with one way to make a key.

A value or a folder is kept with the key of all that it was made from, and with the hashes of its
contents. What is made anew is made beside it and takes its place when it is whole; in between its
mark is gone. So what a failed, killed or full-disk build leaves behind is never taken for finished.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from sinfit_site.packages import sources

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

Key = str | Mapping[str, str]
"""The key of a folder: one of all of it, or one for each of its parts."""

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def key(*inputs: object) -> str:
    """The key of inputs, by their contents and the same in every process.

    A file counts by its bytes and a folder by its files; a record by its fields; a set in no order;
    anything else by its `repr`.
    """
    digest = hashlib.sha256()
    _feed(digest.update, inputs)
    return digest.hexdigest()[:20]


@functools.lru_cache
def programs(package: str) -> str:
    """The key of what a package does: of the syntax trees of its modules, but for its tutorial.

    It is looked at once in a build, which begins with `programs.cache_clear()`. Not for threads:
    Python 3.11 parses in one at a time.
    """
    paths = [path for path in sources(package) if path.name != "tutorial.py"]
    return key([tree_key(path.read_text(encoding="utf-8", errors="replace")) for path in paths])


@functools.cache
def tree_key(code: str, *, cell: bool = False) -> str:
    """The key of a program, remembered by `mkdocs serve`: of 350 files, an edit changes one."""
    return key(tree(code, cell=cell))


def tree(code: str, *, cell: bool = False) -> str:
    """A program's syntax tree, without comments and docstrings; what is no Python stays as it is.

    Args:
        code: The program.
        cell: Whether it is a notebook's cell: a text that it begins with is a value, and is shown.
    """
    try:
        parsed = ast.parse(code)
    except (SyntaxError, ValueError):
        return code
    for node in ast.walk(parsed):
        if isinstance(node, DOCUMENTED) and not (cell and node is parsed):
            match node.body:
                case [ast.Expr(ast.Constant(str())), *rest]:
                    node.body = rest
    return ast.dump(parsed)


@functools.lru_cache
def versions(packages: Iterable[str]) -> list[str]:
    """The versions of distributions; of one that is not installed, `-`; looked up once a build."""
    found = []
    for package in packages:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            found.append(f"{package} -")
    return found


def value(place: Path, key: str, make: Callable[[], Any]) -> tuple[Any, bool]:
    """A value, made only if none is kept in this file under this key, or it is not whole.

    Returns:
        The value as JSON keeps it, which knows no tuples; and whether it was just made.
    """
    stored = _kept(place, key)
    return (_keep(place, key, make()), True) if stored is None else (stored, False)


def has_value(place: Path, key: str) -> bool:
    """Whether a value is kept in this file under this key, and is whole."""
    return _kept(place, key) is not None


def folder(place: Path, key: Key, make: Callable[[Path], None]) -> bool:
    """Have a folder hold what `make` writes, made only if it does not hold that already.

    Args:
        place: The folder.
        key: What it is made from.
        make: Given an empty folder, which takes the place when it is filled.

    Returns:
        Whether it was made.
    """
    mark, fresh = place.with_name(f"{place.name}.json"), place.with_name(f"{place.name}.new")
    if key_of(place) == key:
        return False
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    make(fresh)
    mark.unlink(missing_ok=True)
    if place.exists():
        shutil.rmtree(place)
    fresh.replace(place)
    _keep(mark, key, contents(place))
    return True


def key_of(place: Path) -> Key | None:
    """The key of what a folder holds; None if it is not as it was made."""
    stored = _stored(place.with_name(f"{place.name}.json"))
    return stored["key"] if stored and stored["value"] == contents(place) else None


def put(source: Path, place: Path) -> None:
    """Make a folder a copy of another; nothing else stays in it, and no file is shared."""
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)
    shutil.copytree(source, place)


def link(source: Path, place: Path) -> None:
    """Make a folder a link to another, to be looked at alone; where there are none, a copy."""
    try:
        if not place.is_symlink():
            place.symlink_to(source.absolute(), target_is_directory=True)
    except OSError:  # Windows lends links to few, and another folder may be there
        put(source, place)


def contents(place: Path) -> dict[str, str]:
    """The hashes of a folder's files, by their paths in it."""
    return {
        path.relative_to(place).as_posix(): _hash_at(path, path.stat().st_mtime_ns)
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


@functools.lru_cache(maxsize=8192)  # `mkdocs serve` looks at all files at each edit
def _hash_at(path: Path, mtime: int) -> str:  # noqa: ARG001 (a file written anew counts anew)
    return hash_of(path.read_bytes())


def hash_of(content: bytes) -> str:
    """A content's hash, short enough to be read."""
    return hashlib.sha256(content).hexdigest()[:20]


@contextmanager
def alone(place: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the cache: another build of the same cache waits. The system lets go when we end."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("waiting for another build")
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _feed(update: Callable[[bytes], object], item: object) -> None:
    """Take a part of a key in, with its kind, so that no two inputs read alike."""
    match item:
        case Path() if item.is_dir():
            files = [path for path in item.rglob("*") if "__pycache__" not in path.parts]
            _feed(update, {str(path.relative_to(item)): path for path in files if path.is_file()})
        case Path():
            update(b"file:" + hash_of(item.read_bytes()).encode() if item.is_file() else b"no file")
        case Mapping():
            _feed(update, sorted(item.items(), key=lambda pair: repr(pair[0])))
        case set() | frozenset():
            _feed(update, sorted(item, key=repr))
        case list() | tuple():
            update(f"({len(item)}".encode())
            for each in item:
                _feed(update, each)
        case _ if is_dataclass(item):
            _feed(update, [getattr(item, each.name) for each in fields(item)])
        case _:
            text = repr(item)
            update(f"{len(text)}:{text}".encode())


def _kept(place: Path, key: str) -> Any:
    """The value that was kept under this key; None if there is none, or it is not whole."""
    stored = _stored(place)
    return stored["value"] if stored and stored["key"] == key else None


def _stored(place: Path) -> dict[str, Any] | None:
    """A value and its key; None if there is none, or it is not whole."""
    try:
        stored: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        return stored if stored["key"] and stored["hash"] == _hash_of(stored["value"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(place: Path, key: Key, value: Any) -> Any:
    """Keep a value, whole or not at all, and return it as `_kept` will."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.part")
    text = json.dumps({"key": key, "hash": _hash_of(value), "value": value})
    beside.write_text(text, encoding="utf-8")
    beside.replace(place)
    return json.loads(text)["value"]


def _hash_of(value: Any) -> str:
    return hash_of(json.dumps(value).encode())
