"""Register a plugin alone, in a process of its own: it cannot hang or end the one that asks.

What `sinfit doctor --isolated` and `sinfit check` are made of.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import IO, Any

from sinfit.discovery import distribution_name, distribution_version, entry_points
from sinfit.fitter import FitterCollection
from sinfit.i18n import _, current_language, use_language
from sinfit.registering import Loader
from sinfit.reporting import PluginReport, with_notes

START = 20.0  # seconds that Python itself may take to start on a very busy machine
LIMIT = 10.0  # seconds that a plugin may take to register
HEAVY = ("torch", "scipy", "pandas", "matplotlib", "sklearn", "jax", "tensorflow")


@dataclass(frozen=True)
class Alone:
    """What became of a plugin that was registered alone.

    Attributes:
        report: Its report.
        heavy: Which of the packages that take long to import it imported.
        seconds: How much of the processor's time registering took.
    """

    report: PluginReport
    heavy: tuple[str, ...] = ()
    seconds: float = 0.0


def register_all_alone(limit: float = LIMIT) -> list[Alone]:
    """Register each installed plugin in a process of its own, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda point: register_alone(point, limit), entry_points()))


def register_alone(entry_point: metadata.EntryPoint, limit: float = LIMIT) -> Alone:
    """Register one plugin in a process of its own.

    Args:
        entry_point: The plugin.
        limit: How many seconds it may take; one that takes longer hangs and is ended.

    Returns:
        Its report: `broken`, with the place where it hangs or died as its traceback, if the
        process did not come to its end.
    """
    name, distribution = entry_point.name, distribution_name(entry_point)
    command = [sys.executable, "-m", "sinfit.isolated", name, distribution, str(limit)]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "SINFIT_LANGUAGE": current_language(),
        "PYTHONIOENCODING": "utf-8",
    }
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        # files, not pipes: what a plugin leaves running would keep a pipe open
        process = subprocess.Popen(  # noqa: S603 (our own command)
            command, stdout=out, stderr=err, env=environment, start_new_session=True
        )
        try:
            code: int | None = process.wait(limit + START)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
        answer, said = _read(out), _read(err)
    with suppress(ValueError, KeyError, TypeError, IndexError):
        found = json.loads(answer.splitlines()[-1])
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in found["report"].items()
        }
        return Alone(PluginReport(**fields), tuple(found["heavy"]), found["seconds"])
    if code is None or "Timeout (" in said:
        error = _("hangs: it was not registered after {limit:g} s").format(limit=limit)
    elif code < 0:
        error = _("kills the process while registering: signal {signal}").format(
            signal=signal.Signals(-code).name
        )
    else:
        error = _("ends the process while registering: exit status {code}").format(code=code)
    version = distribution_version(entry_point)
    report = PluginReport(name, distribution, version, "broken", error, traceback=said)
    return Alone(report)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where there are such, all that it has started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def main(plugin: str, distribution: str, limit: float) -> None:
    """Register one plugin and print what became of it as a line of JSON; the child's side."""
    use_language(os.environ.get("SINFIT_LANGUAGE"))
    (entry_point,) = (
        point
        for point in entry_points()
        if (point.name, distribution_name(point)) == (plugin, distribution)
    )
    loader = Loader()
    before, started = {*sys.modules}, time.process_time()
    # ends the process and says where it hangs, even inside a compiled function
    faulthandler.dump_traceback_later(limit, exit=True)
    loader.add(entry_point)
    faulthandler.cancel_dump_traceback_later()
    answer: dict[str, Any] = {
        "seconds": time.process_time() - started,
        "heavy": [name for name in HEAVY if name in sys.modules and name not in before],
        "report": asdict(with_notes(loader.reports[0], FitterCollection(loader.fitters))),
    }
    print(f"\n{json.dumps(answer)}", flush=True)  # noqa: T201 (our answer to the parent)
    os._exit(0)  # whatever the plugin has started or wants to do at the end


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
