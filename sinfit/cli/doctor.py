"""`sinfit doctor`: the full story of this environment; exit status 1 if a plugin is in trouble."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib import metadata
from typing import Any

import click
from rich.cells import set_cell_size

from sinfit.cli.options import common, json_option
from sinfit.cli.output import print_json
from sinfit.errors import UsageError, one_line
from sinfit.i18n import _
from sinfit.plugins import quietly, reports
from sinfit.reporting import PluginReport, named_in_vain, with_namesakes
from sinfit.settings import positive

MOST_SECONDS = 3600
PACKAGES = ("sinfit", "numpy", "torch", "pluggy", "matplotlib", "pandas")


def _run(as_json: bool, isolated: bool, time_limit: float | None) -> None:
    ctx = click.get_current_context()
    if time_limit is not None and not isolated:
        raise UsageError(_("--time-limit goes with --isolated."))
    found = _alone(time_limit) if isolated else quietly(reports)
    trouble = [report for report in found if not report.healthy]
    devices, torch_error = _devices()
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
                "plugins": [_as_dict(report) for report in found],
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
    from sinfit.isolated import LIMIT, register_all_alone

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


def _as_dict(report: PluginReport) -> dict[str, Any]:
    return {
        "plugin": report.plugin,
        "distribution": report.distribution,
        "version": report.version,
        "status": report.status,
        "error": report.error,
        "notes": report.notes,
        "traceback": report.traceback,
        "seconds": report.seconds,
        "fitters": report.fitters,
        "targets": report.targets,
        "hooks": report.hooks,
    }


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
        from sinfit.torch_options import devices_here

        return devices_here(), ""
    except Exception as error:  # a PyTorch that cannot be imported is what a doctor is for
        return [], one_line(error)


doctor = common(
    click.Command(
        "doctor",
        callback=_run,
        params=[
            click.Option(
                ["--isolated"],
                is_flag=True,
                help=_("Register each plugin in a process of its own: finds one that hangs."),
            ),
            click.Option(
                ["--time-limit"],
                type=float,
                metavar="SECONDS",
                help=_("With --isolated, how long a plugin may take; 10 seconds by default."),
            ),
            json_option(),
        ],
        help=_("Say all about this environment and its plugins, tracebacks included."),
    )
)
