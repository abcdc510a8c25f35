"""Run the command line: in this process, or as a user does, in one of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sinfit.cli import main

SINFIT = Path(sys.executable).parent / "sinfit"


@dataclass
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys, monkeypatch):
    """Run `sinfit …` in this process."""
    import warnings

    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # main replaces it

    def call(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(stopped.value.code or 0, captured.out, captured.err)

    return call


@pytest.fixture
def environment():
    """A clean environment for fresh processes, English."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("LANGUAGE", "LC_ALL", "LC_MESSAGES")
    } | {"LANG": "C.UTF-8"}


@pytest.fixture
def fresh(environment, tmp_path):
    """Run `sinfit …` in a process of its own."""

    def call(*arguments, **more):
        done = subprocess.run(
            [SINFIT, *map(str, arguments)],
            env=environment | more,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def python(environment, tmp_path):
    """Run a Python program in a process of its own; returns what it printed."""

    def call(program, **more):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment | more,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call
