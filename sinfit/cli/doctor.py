"""`sinfit doctor`: the full story of this environment; exit status 1 if a plugin is in trouble."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

import click
from rich.cells import set_cell_size

from sinfit.cli.options import common, json_option
from sinfit.cli.output import print_json
from sinfit.i18n import _
from sinfit.plugins import PluginReport, fitters, quietly, reports

PACKAGES = ("sinfit", "numpy", "torch", "pluggy", "matplotlib", "pandas")


def _run(as_json: bool) -> None:
    ctx = click.get_current_context()
    found = quietly(reports)
    trouble = [report for report in found if report.status in ("broken", "incompatible")]
    unavailable = {
        fitter.id: fitter.reason for fitter in fitters().values() if not fitter.available
    }
    environment = {
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }
    if as_json:
        print_json(
            {
                "environment": environment,
                "devices": _devices(),
                "plugins": [_as_dict(report) for report in found],
                "unavailable": unavailable,
                "healthy": not trouble,
            }
        )
    else:
        missing = _("not installed")
        for name, version in environment.items():
            click.echo(f"{name:<12}{version or missing}")
        label = set_cell_size(_("devices"), 12)  # a Korean or Chinese letter fills two cells
        click.echo(f"{label}{', '.join(_devices())}")
        click.echo("")
        for report in found:
            _print(report)
        for fitter, reason in unavailable.items():
            click.echo(f"{fitter}: {reason}")
        click.echo("")
        click.echo(
            _("{count} of {all} plugins are in trouble.").format(count=len(trouble), all=len(found))
            if trouble
            else _("All {all} plugins are well.").format(all=len(found))
        )
    ctx.exit(1 if trouble else 0)


def _print(report: PluginReport) -> None:
    colour = {"ok": "green", "blocked": "yellow"}.get(report.status, "red")
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


def _devices() -> list[str]:
    if not _version("torch"):
        return []
    from sinfit.torch_options import devices_here

    return devices_here()


doctor = common(
    click.Command(
        "doctor",
        callback=_run,
        params=[json_option()],
        help=_("Say all about this environment and its plugins, tracebacks included."),
    )
)
