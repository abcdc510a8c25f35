"""The command line, `sinfit`: one file for each command, imported when it is used."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import TextIO

import click

from sinfit import __version__
from sinfit.cli.click_words import translate_click
from sinfit.cli.options import common
from sinfit.entry import load
from sinfit.errors import PluginWarning, SinfitError, StabilityWarning, UsageError
from sinfit.i18n import LANGUAGES, _, labelled, use_language

COMMANDS = {
    "list": "sinfit.cli.list:list_fitters",
    "fit": "sinfit.cli.fit:fit",
    "compare": "sinfit.cli.compare:compare",
    "show": "sinfit.cli.show:show",
    "replay": "sinfit.cli.replay:replay",
    "map": "sinfit.cli.map:map_",
    "plugins": "sinfit.cli.plugins:plugins",
    "doctor": "sinfit.cli.doctor:doctor",
    "check": "sinfit.cli.check:check",
    "tutorials": "sinfit.cli.tutorials:tutorials",
    "new": "sinfit.cli.new:new",
}


class LazyGroup(click.Group):
    """A group whose commands are imported one by one, when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names in the order of the table."""
        return [*COMMANDS]  # `list` is the submodule here, once it is imported

    def get_command(self, ctx: click.Context, name: str) -> click.Command:  # noqa: ARG002
        """Import a command, or offer the nearest name."""
        if name not in COMMANDS:
            from sinfit.errors import UnknownNameError

            raise UnknownNameError(_("command"), name, COMMANDS, _("See: sinfit --help"))
        command: click.Command = load(COMMANDS[name])
        return command


def build() -> LazyGroup:
    """The root command, with its help in the current language."""
    root = LazyGroup(
        "sinfit",
        help=_(
            "Fit sin(x) with a cubic in eight ways, from NumPy by hand to PyTorch. "
            "Each is a plugin that can be called, compared and replaced."
        ),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    root = click.version_option(__version__, prog_name="sinfit", help=_("Show the version."))(root)
    return common(root)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0, 1 for a fit that failed, 2 for wrong use."""
    arguments = [*(sys.argv[1:] if arguments is None else arguments)]
    debug = "--debug" in arguments
    warnings.showwarning = _show_warning
    _write_what_cannot_be_encoded()
    try:
        use_language(_language_in(arguments))
        translate_click()
        code = build().main(arguments, prog_name="sinfit", standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()  # here a full disk can still be told
    except click.ClickException as error:
        error.show()
        code = 2
    except SinfitError as error:
        if debug:
            traceback.print_exc()
        _say(_("error"), str(error), "red")
        code = 2 if isinstance(error, UsageError) else 1
    except (click.Abort, KeyboardInterrupt) as error:
        interrupted = error.__cause__ or error  # click makes an Abort of it
        _say(_("error"), str(interrupted) or _("interrupted before there was a result."), "red")
        code = 1
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        code = 0
    except OSError as error:
        if error.filename is not None:  # no matter of the output
            raise
        if debug:
            traceback.print_exc()
        _drop_output()
        text = _("the output cannot be written: {error}.").format(error=error.strerror or error)
        _say(_("error"), text, "red")
        code = 1
    sys.exit(code or 0)


def _write_what_cannot_be_encoded() -> None:
    r"""Write \uac00 for 가 where stdout has no such letter, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Let go of what waits for a full disk; Python would try to write it again at the end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _language_in(arguments: Sequence[str]) -> str | None:
    """Find --lang before the commands are built, since their help is translated too."""
    for index, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--lang":
            if not equals:
                value = arguments[index + 1] if index + 1 < len(arguments) else ""
            return value if value in LANGUAGES else None  # click says what is wrong with others
    return None


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show sinfit's own warnings as one line for people, others as Python does."""
    if issubclass(category, (PluginWarning, StabilityWarning)):
        _say(_("warning"), str(message), "yellow")
    else:
        text = warnings.formatwarning(message, category, filename, lineno, line)
        (file or sys.stderr).write(text)


def _say(kind: str, text: str, colour: str) -> None:
    click.echo(labelled(click.style(kind, fg=colour), text), err=True)
