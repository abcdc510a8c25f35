"""The root of the command line: find the command, run it, and say what went wrong."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from sinfit import errors
from sinfit.errors import LONGEST, cut, nearest, one_line, shown
from sinfit.ground.caught_output import process_of_our_own
from sinfit.ground.entry import load
from sinfit.i18n import (
    LANGUAGES,
    sentences,
    unknown,
    use_language,
    wanted_by_the_locale,
)
from sinfit.registry.discovery import normalised
from sinfit.registry.fitters import NotInUseError
from sinfit.registry.offers import HOST
from sinfit.registry.plugins import installed_fitters, offers, quietly, registry
from sinfit_cli import sinfit_commands
from sinfit_cli.help_text import translate_click
from sinfit_cli.i18n import _, labelled
from sinfit_cli.options import common
from sinfit_cli.output import print_json, speech

BRINGS = {
    "check": "sinfit-author",
    "columns": "sinfit-data",
    "doctor": "sinfit-author",
    "map": "sinfit-exact",
    "new": "sinfit-author",
    "replay": "sinfit-replay",
    "sweep": "sinfit-sweep",
    "tutorials": "sinfit-site",
}
"""Which distribution brings a command; to run it, no other plugin is loaded."""

OURS = {"lstsq": "sinfit-exact"} | {
    name: f"sinfit-{name}"
    for name in (
        *("numpy", "tensor", "autograd", "legendre", "nn", "optim", "module", "dynamic"),
        "exact",
    )
}
"""Which distribution brings a fitter."""

PYTHONS_WAY = warnings.showwarning


class LazyGroup(click.Group):
    """The commands of the host and of all plugins, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names in the order of their specs."""
        return [*offers("sinfit_commands")]

    def get_command(self, ctx: click.Context, name: str) -> click.Command:  # noqa: ARG002
        """Import a command; an error says why it cannot be had, or offers the nearest name."""
        own = {spec.name: spec.command for spec in sinfit_commands()}
        # at once: `sinfit plugins` works even where a plugin hangs
        return common(load(own[name]) if name in own else _of_a_plugin(name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands by what their specs say, without importing one."""
        found = offers("sinfit_commands")
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, found[name].text("summary")) for name in found])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; that nobody reads on is no error, as click would have it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _drop_output()
            ctx.exit(0)
        except (click.exceptions.Exit, click.ClickException, errors.SinfitError, OSError):
            raise
        except Exception as error:
            name = str(ctx.invoked_subcommand)
            found = offers("sinfit_commands")
            if name not in found or found[name].distribution in {HOST, *BRINGS.values()}:
                raise
            text = _("{id} raised {error}; --debug shows the traceback.")
            said = text.format(id=found[name].id, error=one_line(error))
            raise errors.PluginError(said) from error


def _of_a_plugin(name: str) -> click.Command:
    home = BRINGS.get(name)
    found = offers("sinfit_commands", only=home)
    if name not in found:
        found = offers("sinfit_commands")  # anybody may offer what its home does not
    if home and name not in found:
        text = _(
            "`sinfit {name}` comes with {distribution}. Install it with: pip install {distribution}"
        )
        raise errors.UnavailableError(text.format(name=name, distribution=home))
    if name not in found:
        raise _unknown_command(name, found)
    command = found[name].load("command")
    if not isinstance(command, click.Command):
        text = _("{id} is no click.Command, but {given}.")
        raise errors.PluginError(text.format(id=found[name].id, given=shown(command)))
    return command


def _unknown_command(name: str, found: Iterable[str]) -> errors.SinfitError:
    """What to say of a name that nobody offers, or whose plugin is not in use."""
    missing = [report for report in quietly(registry).reports if report.status != "ok"]
    wanted = normalised(name.partition("/")[0])
    for report in missing:
        names = (normalised(report.plugin), report.distribution)
        if wanted in names or f"sinfit-{wanted}" == report.distribution:
            text = _("command {name!r} is not in use: {report}. See: sinfit doctor")
            return errors.UnknownNameError(text.format(name=name, report=report), name)
    hint = _("`sinfit plugins` shows what is installed.")
    if missing:
        plugins = ", ".join(dict.fromkeys(report.distribution for report in missing))
        hint = _("Not in use: {plugins}; `sinfit plugins` says why.").format(plugins=plugins)
    return unknown(_("command"), name, found, hint)


def build() -> LazyGroup:
    """The root command, with its help in the current language."""
    translate_click()
    root = LazyGroup(
        "sinfit",
        help=_(
            "Fit sin(x) with a cubic in eight ways, from NumPy by hand to PyTorch. "
            "Each is a plugin that can be called, compared and replaced."
        ),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    version = click.version_option(
        package_name="sinfit", prog_name="sinfit", help=_("Show the version.")
    )
    return common(version(root))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0, 1 for a fit that failed, 2 for wrong use, 3 for a bug."""
    gc.set_threshold(100_000)  # a start makes many objects and no garbage: to look for it takes 5 %
    arguments = [*(sys.argv[1:] if arguments is None else arguments)]
    as_json, debug, quiet = (_asked(arguments, name) for name in ("json", "debug", "quiet"))
    speech.quiet, speech.json = quiet or "_SINFIT_COMPLETE" in os.environ, False
    warnings.showwarning = _show_warning  # type: ignore[assignment]  # of the same arguments
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and out.errors in ("strict", "surrogateescape"):
        out.reconfigure(errors="backslashreplace")  # what it cannot encode, as stderr does
    try:
        # what plugins print must not spoil what we print
        with _sigterm_as_ctrl_c(), process_of_our_own(), _unheard(quiet and not as_json):
            with contextlib.suppress(errors.UnknownNameError):  # click says what is wrong with it
                use_language(_language_in(arguments))
            code = build().main(arguments, prog_name="sinfit", standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()  # here a full disk can still be told
    except BaseException as error:
        code = _ended(error, debug=debug, as_json=as_json)
    sys.exit(code or 0)


def _ended(error: BaseException, *, debug: bool, as_json: bool) -> Any:
    """What exits how: say what is wrong, and return the exit status."""
    hint = ""
    match error:
        case click.ClickException():
            _shorten(error)
            text, code = error.format_message(), 2
            hint = _where_help_is(error)
        case BrokenPipeError() | SystemExit(__context__=BrokenPipeError()):  # the latter is rich's
            _drop_output()
            return 0
        case SystemExit():
            return error.code
        case errors.UsageError():
            text, code = sentences(str(error), _who_brings(error)), 2
        case errors.SinfitError() | errors.PluginWarning() | errors.StabilityWarning():
            text, code = str(error), 1  # the warnings with PYTHONWARNINGS=error
        case click.Abort() | KeyboardInterrupt():  # click makes the one of the other
            why = str(error.__cause__ or error)
            text, code = why or _("interrupted before there was a result."), 1
        case OSError(filename=None):
            _drop_output()
            as_json = False
            text = _("the output cannot be written: {error}.")
            text, code = text.format(error=error.strerror or error), 1
        case _:  # what nobody has thought of
            text = _("unexpected {error}. This should not happen; --debug shows the traceback.")
            text, code = text.format(error=one_line(error)), 3
    if debug:
        traceback.print_exc()
    _say(_("error"), text, "red")
    if hint:
        click.echo(hint, err=True)
    if as_json and not speech.json:
        found = {"kind": _kind(error), "message": text, "status": code}
        for name in ("given", "nearest"):
            found |= {name: getattr(error, name)} if hasattr(error, name) else {}
        with contextlib.suppress(OSError):
            print_json({"error": found})
    return code


def _who_brings(error: errors.UsageError) -> str:
    """Where a fitter of ours is to be had that is not installed."""
    name = getattr(error, "given", "")
    if name not in OURS or isinstance(error, NotInUseError) or name in installed_fitters():
        return ""
    text = _("Fitter {name!r} comes with {distribution}: pip install {distribution}")
    return text.format(name=name, distribution=OURS[name])


def _kind(error: BaseException) -> str:
    """The class of an error, in the words of Python and sinfit where click has its own."""
    match error:
        case click.ClickException():
            return errors.UsageError.__name__
        case click.Abort():
            return KeyboardInterrupt.__name__
        case _:
            return type(error).__name__


def _asked(arguments: Sequence[str], switch: str) -> bool:
    """Whether a switch is there, or in the environment, before click has read either."""
    value = os.environ.get(f"SINFIT_{switch.upper()}", "")
    return f"--{switch}" in arguments or value.lower() not in ("", "0", "false", "no", "n", "off")


@contextlib.contextmanager
def _unheard(unheard: bool) -> Iterator[None]:
    """Let nothing of what is printed inside the block be heard."""
    if not unheard:
        yield
        return
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


def _where_help_is(error: click.ClickException) -> str:
    ctx = getattr(error, "ctx", None)
    if ctx is None or not ctx.help_option_names:
        return ""
    text = _("Try '{command} {option}' for help.")
    return text.format(command=ctx.command_path, option=ctx.help_option_names[-1])


@contextlib.contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    """Let what asks a process to end, such as a cluster's time limit, save what there is."""
    ours = threading.current_thread() is threading.main_thread()
    ours = ours and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if ours:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _shorten(error: click.ClickException) -> None:
    """Cut what was given to a short piece, and offer what an abbreviation stands for."""
    error.message = cut(error.message, LONGEST)  # type: ignore[misc]
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        options = [name for param in error.ctx.command.params for name in param.opts]
        known = {name.lstrip("-"): name for name in options if name.startswith("--")}
        name = nearest(error.option_name.lstrip("-"), known)
        error.possibilities = [known[name]] if name else None  # type: ignore[misc]


def _drop_output() -> None:
    """Let go of what cannot be written; Python would try it again at the end."""
    with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _language_in(arguments: Sequence[str]) -> str | None:
    """Find --lang before the commands are built, since their help is translated too."""
    wanted, given = wanted_by_the_locale(), None
    for index, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--lang":
            given = value if equals else "".join(arguments[index + 1 : index + 2])
            break
    given = given or os.environ.get("SINFIT_LANG")
    wanted = [given] if given else wanted
    looks_at_plugins = {"plugins", "doctor"}.intersection(arguments)  # and says what it finds
    unknown = not LANGUAGES.keys() & set(wanted) and {*wanted} - {"c", "posix"}
    if unknown and (given or not looks_at_plugins):  # perhaps a plugin brings it
        with process_of_our_own():
            quietly(registry) if looks_at_plugins else registry()
    return given if given in LANGUAGES else None  # click says what is wrong with others


def _show_warning(message: Warning | str, category: type[Warning], *place: Any) -> None:
    """Show sinfit's own warnings as one line for people, others as Python does."""
    if speech.quiet:
        return
    if issubclass(
        category, (errors.PluginWarning, errors.StabilityWarning, errors.OptimalityWarning)
    ):
        _say(_("warning"), str(message), "yellow")
    else:
        PYTHONS_WAY(message, category, *place)


def _say(kind: str, text: str, colour: str) -> None:
    click.echo(labelled(click.style(kind, fg=colour), text), err=True)
