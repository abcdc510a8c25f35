"""A fitter that a file registers: `fitters.py`, or `fitters.py::mine` if it registers several."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from sinfit.errors import UsageError, cut_path, one_line
from sinfit.fitting.fit import Fitter
from sinfit.i18n import unknown
from sinfit.registry.plugins import registered

from sinfit_author.i18n import _

MARK = "::"  # as pytest has it


def is_file(name: str) -> bool:
    """Whether a file is meant, and no fitter's name."""
    return name.partition(MARK)[0].endswith(".py")


def fitter_of(name: str) -> Fitter:
    """Import the file and return the fitter that it registers.

    Raises:
        UsageError: The file cannot be imported, registers none, or several and none is named.
    """
    file, _mark, wanted = name.partition(MARK)
    path, before = Path(file).resolve(), dict(registered)
    if not path.is_file():
        raise UsageError(_("there is no file {path}.").format(path=cut_path(file)))
    sys.path.insert(0, str(path.parent))  # as `python fitters.py` does
    try:
        import_module(path.stem)
    except (Exception, SystemExit) as error:
        says = _("{path} cannot be imported: {error}.")
        raise UsageError(says.format(path=cut_path(file), error=one_line(error))) from error
    found = {each: its for each, its in registered.items() if before.get(each) is not its}
    if not found:
        says = _("{path} registers no fitter; `sinfit.register(spec, function)` does.")
        raise UsageError(says.format(path=cut_path(file)))
    if not wanted and len(found) > 1:
        says = _("{path} registers several fitters, {names}: say which, as in {example}.")
        example = f"{file}{MARK}{next(iter(found))}"
        names = ", ".join(found)
        raise UsageError(says.format(path=cut_path(file), names=names, example=example))
    if wanted and wanted not in found:
        raise unknown(_("fitter of {path}:").format(path=cut_path(file)), wanted, found)
    fitter = found[wanted or next(iter(found))]
    assert isinstance(fitter, Fitter)  # noqa: S101 (as `register` returns it)
    return fitter
