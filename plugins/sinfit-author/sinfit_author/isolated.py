"""Register a plugin alone, in a process of its own: it cannot hang or end the one that asks.

What `sinfit doctor --isolated` and `sinfit check` are made of.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from sinfit.ground.caught_output import process_of_our_own
from sinfit.i18n import LANGUAGES, current_language, use_language
from sinfit.registry.discovery import Found, found_plugins
from sinfit.registry.loading import Loader
from sinfit.registry.reports import PluginReport, with_notes

from sinfit_author.children import Workers, module
from sinfit_author.i18n import _

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
    with Workers(2) as workers:
        return list(workers.map(lambda found: _alone(found, limit, workers), found_plugins()))


def register_alone(plugin: Found, limit: float = LIMIT) -> Alone:
    """Register one plugin in a process of its own.

    Args:
        plugin: The plugin.
        limit: How many seconds it may take; one that takes longer hangs and is ended.

    Returns:
        Its report: `broken`, with the place where it hangs or died as its traceback, if the
        process did not come to its end.
    """
    with Workers(1) as workers:
        return _alone(plugin, limit, workers)


def _alone(plugin: Found, limit: float, workers: Workers) -> Alone:
    name, distribution = plugin.plugin, plugin.distribution
    command = module("sinfit_author.isolated", name, distribution, str(limit))
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "SINFIT_LANGUAGE": current_language(),
        "PYTHONIOENCODING": "utf-8",
    }
    done = workers.run(command, environment=environment, limit=limit + START)
    code, said = done.code, done.err
    with suppress(ValueError, KeyError, TypeError, IndexError):
        found = json.loads(done.out.splitlines()[-1])
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in found["report"].items()
        }
        fields["offers"] = {hook: tuple(names) for hook, names in fields["offers"].items()}
        return Alone(PluginReport(**fields), tuple(found["heavy"]), found["seconds"])
    if code is None or "Timeout (" in said:
        error = _("hangs: it was not registered after {limit:g} s").format(limit=limit)
    elif code < 0:
        error = _("kills the process while registering: signal {signal}").format(
            signal=signal.Signals(-code).name
        )
    else:
        error = _("ends the process while registering: exit status {code}").format(code=code)
    report = PluginReport(name, distribution, plugin.version, "broken", error, traceback=said)
    return Alone(report)


def main(plugin: str, distribution: str, limit: float) -> None:
    """Register one plugin and print what became of it as a line of JSON; the child's side."""
    language = os.environ.get("SINFIT_LANGUAGE")
    if language in LANGUAGES:  # to find one that a plugin brings, all plugins would be loaded here
        use_language(language)
    (found,) = (
        each
        for each in found_plugins()
        if (each.plugin, each.distribution) == (plugin, distribution)
    )
    loader = Loader()
    before, started = {*sys.modules}, time.process_time()
    # ends the process and says where it hangs, even inside a compiled function
    faulthandler.dump_traceback_later(limit, exit=True)
    with process_of_our_own():
        loader.add(found)
    faulthandler.cancel_dump_traceback_later()
    answer: dict[str, Any] = {
        "seconds": time.process_time() - started,
        "heavy": [name for name in HEAVY if name in sys.modules and name not in before],
        "report": asdict(with_notes(loader.reports[0], [*loader.offers["sinfit_fitters"]])),
    }
    print(f"\n{json.dumps(answer)}", flush=True)  # noqa: T201 (our answer to the parent)
    os._exit(0)  # whatever the plugin has started or wants to do at the end


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
