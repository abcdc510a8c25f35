"""`sinfit doctor`: the full story of this environment; exit status 1 if a plugin is in trouble."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata

import click
from rich.cells import set_cell_size
from sinfit.errors import UsageError, one_line
from sinfit.fitting.arguments import positive
from sinfit.fitting.fingerprint import fingerprint
from sinfit.registry.plugins import quietly, reports
from sinfit.registry.reports import PluginReport, with_namesakes
from sinfit_cli.options import json_option, option
from sinfit_cli.output import print_json
from sinfit_cli.plugins import named_in_vain

from sinfit_author.i18n import _
from sinfit_author.numbers import expected, recorded

MOST_SECONDS = 3600
PACKAGES = ("sinfit", "numpy", "torch", "pluggy", "matplotlib", "pandas")
FIELDS = (
    *("plugin", "distribution", "version", "status", "error", "notes", "traceback", "seconds"),
    *("offers", "hooks"),
)
"""Of each plugin, in JSON."""


@click.command(
    "doctor",
    params=[
        option(
            "--isolated",
            _("Register each plugin in a process of its own: finds one that hangs."),
            is_flag=True,
        ),
        option(
            "--time-limit",
            _("With --isolated, how long a plugin may take; 10 seconds by default."),
            type=float,
            metavar="SECONDS",
        ),
        json_option(),
    ],
    help=_("Say all about this environment and its plugins, tracebacks included."),
)
def doctor(as_json: bool, isolated: bool, time_limit: float | None) -> None:
    """Say what there is, and of each plugin what became of it."""
    ctx = click.get_current_context()
    if time_limit is not None and not isolated:
        raise UsageError(_("--time-limit goes with --isolated."))
    found = _alone(time_limit) if isolated else quietly(reports)
    # blocked is not ill: somebody wants it so
    trouble = [each for each in found if each.notes or each.status not in ("ok", "blocked")]
    devices, torch_error = _devices()
    machine = fingerprint()  # after the devices: they have imported PyTorch, if it is there
    environment = {
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }
    if as_json:
        print_json(
            {
                "environment": environment,
                "devices": devices,
                "torch": torch_error,
                "fingerprint": machine,
                "numbers": {
                    "recorded": recorded()["date"],
                    "expected": expected(machine),
                    "tolerances": recorded()["tolerances"],
                },
                "plugins": [
                    {field: getattr(report, field) for field in FIELDS} for report in found
                ],
                "remarks": [*named_in_vain()],
                "healthy": not trouble and not torch_error,
            }
        )
    else:
        missing = _("not installed")
        for name, version in environment.items():
            click.echo(f"{name:<12}{version or missing}")
        label = set_cell_size(_("devices"), 12)  # a Korean or Chinese letter fills two cells
        click.echo(f"{label}{torch_error or ', '.join(devices)}")
        click.echo("")
        for line in _numbers(machine):
            click.echo(line)
        click.echo("")
        for report in found:
            _print(report)
        for remark in named_in_vain():
            click.echo(remark)
        click.echo("")
        click.echo(
            _("{count} of {all} plugins are in trouble.").format(count=len(trouble), all=len(found))
            if trouble
            else _("All {all} plugins are well.").format(all=len(found))
        )
    ctx.exit(1 if trouble or torch_error else 0)


def _alone(time_limit: float | None) -> Sequence[PluginReport]:
    from sinfit_author.isolated import LIMIT, register_all_alone

    limit = LIMIT if time_limit is None else positive("--time-limit", time_limit, MOST_SECONDS)
    return with_namesakes([alone.report for alone in register_all_alone(limit)])


def _print(report: PluginReport) -> None:
    colour = {"ok": "yellow" if report.notes else "green", "blocked": "yellow"}.get(
        report.status, "red"
    )
    click.echo(
        f"{click.style(f'{report.status:<13}', fg=colour)}{report.distribution} {report.version}"
        f" ({report.plugin}), {1000 * report.seconds:.1f} ms"
    )
    for line in filter(None, [report.error, *report.notes]):
        click.echo(f"{'':13}{line}")
    for line in report.traceback.splitlines():
        click.echo(f"{'':15}{line}")


def _numbers(machine: Mapping[str, str]) -> Iterator[str]:
    """What NumPy and PyTorch calculate with here, and which of the site's numbers to expect."""
    yield _("NumPy calculates with {sets}.").format(sets=machine["numpy_simd"].replace(" ", ", "))
    if "torch" in machine:
        yield _("PyTorch calculates with {set}; threads: {threads}.").format(
            set=machine["torch_cpu"], threads=machine["torch_threads"]
        )
    says = {
        "equal": _("Expect the site's numbers, to the last digit"),
        "close": _("Expect the site's losses within the relative tolerance in brackets"),
        "not measured": _("Not measured on such a machine or with these versions"),
    }
    stages, tolerances = expected(machine), recorded()["tolerances"]
    named = {
        "equal": list(stages),
        "close": [f"{name} ({tolerances[name]['losses']:.0e})" for name in stages],
        "not measured": list(stages),
    }
    for answer, words in says.items():
        chosen = [
            name
            for name, is_so in zip(named[answer], stages.values(), strict=True)
            if is_so == answer
        ]
        if chosen:
            yield f"{words}: {', '.join(chosen)}"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _devices() -> tuple[list[str], str]:
    """The devices that PyTorch sees, and what is wrong with PyTorch, if anything is."""
    if not _version("torch"):
        return [], ""
    try:
        from sinfit.contract.torch_options import devices_here

        return devices_here(), ""
    except Exception as error:  # a PyTorch that cannot be imported is what a doctor is for
        return [], one_line(error)
