"""Every message has a Korean and a Chinese translation that takes the same values."""

import functools
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from sinfit.contract.specs import TORCH_OPTIONS
from sinfit.i18n import BUILT_IN
from sinfit.registry.plugins import quietly, registry

ROOT = Path(__file__).parents[1]
LANGUAGES = BUILT_IN[1:]
PACKAGES = sorted(
    path.parent for pattern in ("*/i18n.py", "plugins/*/*/i18n.py") for path in ROOT.glob(pattern)
)
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))


def messages_in(path):
    """The messages in a file: what its calls of _() hold."""
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


def messages_of(package):
    return [entry for path in sorted(package.rglob("*.py")) for entry in messages_in(path)]


def test_the_extraction_finds_the_messages():
    found = {message for _where, message in messages_of(ROOT / "sinfit")}
    assert len(found) > 100
    assert "unknown {kind} {given!r}." in found
    assert "all {steps} steps were made." in found
    assert len(PACKAGES) > 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_message_is_translated(package, language):
    messages = messages_of(package)
    if package.name == "sinfit":
        messages += [("sinfit/contract/specs.py", option.help) for option in TORCH_OPTIONS]
    wrong = list(faults(messages, package / "locale" / f"{language}.po"))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", PLUGINS, ids=lambda path: path.name)
def test_every_title_and_summary_of_a_plugin_is_translated(folder, language):
    offers = [offer for found in quietly(registry).offers.values() for offer in found.values()]
    own = [offer for offer in offers if offer.distribution == folder.name]
    assert own, f"{folder.name} is not installed: make test installs it"
    messages = [
        (offer.id, text)
        for offer in own
        for text in (
            getattr(offer.spec, "title", ""),
            getattr(offer.spec, "summary", ""),
            *(
                each.help
                for each in getattr(offer.spec, "options", ())
                if each not in TORCH_OPTIONS
            ),
        )
        if text
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
