"""Every message has a Korean and a Chinese translation that takes the same values."""

import functools
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from sinfit.plugins import quietly, registry
from sinfit.specs import TORCH_OPTIONS

ROOT = Path(__file__).parents[1]
LANGUAGES = ["ko", "zh"]
SOURCES = sorted((ROOT / "sinfit").rglob("*.py"))
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))


def messages_in(path):
    """The host's messages in a file: what its calls of _() hold."""
    return [
        (f"{path.relative_to(ROOT)}:{line}", message)
        for line, message, _comments, _context in extract_from_file(
            "python", path, keywords={"_": None}
        )
    ]


@functools.cache
def catalog(path):
    with path.open("rb") as file:
        return read_po(file)


def fields(message):
    """The values that a message takes, with how they are written: {rate:g} and {name!r}."""
    return sorted(
        (name, conversion, spec)
        for _text, name, spec, conversion in Formatter().parse(message)
        if name is not None
    )


def faults(messages, path):
    """What is wrong with the translations of messages; each with where it comes from."""
    found = catalog(path)
    for where, message in messages:
        entry = found.get(message)
        if entry is None or not entry.string:
            yield f"{where}: no translation of {message!r}"
        elif entry.fuzzy:
            yield f"{where}: only a fuzzy translation of {message!r}"
        elif fields(entry.string) != fields(message):
            yield f"{where}: {message!r} and {entry.string!r} take different values"


def test_the_extraction_finds_the_messages():
    found = {message for path in SOURCES for _where, message in messages_in(path)}
    assert len(found) > 100
    assert "unknown {kind} {given!r}." in found
    assert "all {steps} steps were made." in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_host_is_translated(language):
    messages = [entry for path in SOURCES for entry in messages_in(path)]
    messages += [("sinfit/specs.py", option.help) for option in TORCH_OPTIONS]
    wrong = list(faults(messages, ROOT / "sinfit" / "locale" / f"{language}.po"))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", PLUGINS, ids=lambda path: path.name)
def test_every_title_and_summary_of_a_plugin_is_translated(folder, language):
    fitters = quietly(registry).fitters.values()
    own = [fitter for fitter in fitters if fitter.distribution == folder.name]
    assert own, f"{folder.name} is not installed: make test installs it"
    messages = [
        (fitter.id, text)
        for fitter in own
        for text in (
            fitter.spec.title,
            fitter.spec.summary,
            *(option.help for option in fitter.spec.options if option not in TORCH_OPTIONS),
        )
    ]
    path = folder / folder.name.replace("-", "_") / "locale" / f"{language}.po"
    wrong = list(faults(messages, path))
    assert not wrong, "\n".join(wrong)


def test_each_kind_of_fault_is_seen(tmp_path):
    path = tmp_path / "ko.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#, fuzzy\nmsgid "old"\nmsgstr "낡은"\n\n'
        'msgid "no {name!r}."\nmsgstr "{name} 없음."\n\n'
        'msgid "empty"\nmsgstr ""\n\n'
        'msgid "{count} of {all}"\nmsgstr "{all} 중 {count}"\n',
        "utf-8",
    )
    messages = ["missing", "old", "no {name!r}.", "empty", "{count} of {all}"]
    wrong = list(faults([("here", message) for message in messages], path))
    assert [text.split(": ")[1].split()[0] for text in wrong] == ["no", "only", "'no", "no"]
