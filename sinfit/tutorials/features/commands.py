"""`[[commands]]`: the command line's reference, from the commands themselves."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import click

from sinfit.tutorials.place import Place
from sinfit.tutorials.source import TutorialError

Help = tuple[str, str]

WIDTH = 84  # columns of a code block on a page


def render(place: Place, arguments: str) -> str:  # noqa: ARG001 (a feature's signature)
    """The help text of each command in the reader's language, under a heading of its name."""
    parts = []
    for name, text in _helps(place.site.cache, place.language):
        level = "##" if name.count(" ") == 1 else "###"
        parts += [f"{level} `{name}` {{#{name.replace(' ', '-')}}}", f"```text output\n{text}\n```"]
    return "\n\n".join(parts)


def _helps(cache: Path, language: str) -> list[Help]:
    """The helps by command; a process of its own, for a command is built in one language."""
    folder = Path(__file__).parents[2]
    digest = hashlib.sha256(language.encode())
    files = ("*.py", "cli/*.py", "locale/*.po", "tutorials/features/commands.py")
    for path in sorted(path for pattern in files for path in folder.glob(pattern)):
        digest.update(path.read_bytes())
    place = cache / f"commands-{language}-{digest.hexdigest()[:20]}.json"
    if not place.is_file():
        command = [sys.executable, "-m", "sinfit.tutorials.features.commands", language]
        done = subprocess.run(  # noqa: S603 (our own command)
            command, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        if done.returncode:
            raise TutorialError(f"the commands cannot be listed: {done.stderr.strip()[-300:]}")
        for old in cache.glob(f"commands-{language}-*.json"):
            old.unlink()
        place.write_text(done.stdout, encoding="utf-8")
    return [(name, text) for name, text in json.loads(place.read_text(encoding="utf-8"))]


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
    from sinfit.cli import build
    from sinfit.cli.click_words import translate_click
    from sinfit.i18n import use_language

    use_language(sys.argv[1])
    translate_click()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # it is a real stdout
    print(json.dumps(_of(build(), "sinfit"), ensure_ascii=False))  # noqa: T201 (its answer)
