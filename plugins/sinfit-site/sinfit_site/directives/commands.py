"""`[[commands]]`: the command line's reference, from the commands themselves."""

from __future__ import annotations

import json
import subprocess
import sys

import click
from sinfit.fitting.fit import fitters
from sinfit.i18n import gettext_of

from sinfit_site import cache, packages
from sinfit_site.errors import TutorialError
from sinfit_site.model import Page

Help = tuple[str, str]

WIDTH = 84  # columns of a code block on a page


def render(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """The help text of each command in the reader's language, under a heading of its name."""
    parts = []
    helps = page.kept(f"commands/{page.language}", lambda: _helps(page.language), *_inputs())
    for name, text in helps:
        whole = name.count(" ") == 1
        parts.append(f"{'##' if whole else '###'} `{name}` {{#{name.replace(' ', '-')}}}")
        shown = f"```text output\n{text}\n```"
        summary = f"<summary><code>{name} --help</code></summary>"  # most of it stands above
        parts.append(shown if whole else f"<details markdown>\n{summary}\n\n{shown}\n\n</details>")
    return "\n\n".join(parts)


def _inputs() -> list[object]:
    """What the help texts are made from: of a stage, its program and the words of its spec."""
    tellers = [packages.CORE, *packages.plugins(stages=False)]
    words = [
        gettext_of(fitter.package, text)
        for fitter in fitters().values()
        for text in (
            fitter.spec.title,
            fitter.spec.summary,
            *(option.help for option in fitter.spec.options),
        )
    ]
    return [
        [packages.sources(each, (".py", ".po")) for each in tellers],
        [cache.programs(each) for each in packages.plugins()],
        words,
    ]


def _helps(language: str) -> list[Help]:
    """The helps by command; a process of its own, for a command is built in one language."""
    done = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", __name__, language],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        raise TutorialError(f"the commands cannot be listed: {done.stderr.strip()[-300:]}")
    found: list[Help] = json.loads(done.stdout)
    return found


def _of(command: click.Command, name: str, parent: click.Context | None = None) -> list[Help]:
    """The help of a command and of the commands below it; that of the root is no reference."""
    context = click.Context(command, parent, name, terminal_width=WIDTH, **command.context_settings)
    parts = [(context.command_path, command.get_help(context).rstrip())] if parent else []
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found is not None and not found.hidden:
                parts += _of(found, each, context)
    return parts


if __name__ == "__main__":
    from sinfit.i18n import use_language
    from sinfit_cli.root import build

    use_language(sys.argv[1])
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # it is a real stdout
    print(json.dumps(_of(build(), "sinfit"), ensure_ascii=False))  # noqa: T201 (its answer)
