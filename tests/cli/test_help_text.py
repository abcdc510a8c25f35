"""Help texts fit the screen in every language, and nothing of them is cut off."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from sinfit.i18n import BUILT_IN
from sinfit.registry.plugins import offers
from sinfit_cli.help_text import CLOSING, wrapped

LANGUAGES = BUILT_IN


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "command", [[], *([name] for name in offers("sinfit_commands")), ["fit", "optim"]]
)
def test_a_help_text_fits_eighty_columns(run, command, language, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = run(*command, "--help", "--lang", language)
    assert done.code == 0
    lines = done.out.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert not [line for line in lines[1:] if line.endswith("...")]  # the first is the usage
    assert not [line for line in lines if line.strip()[:1] in set(CLOSING)]


@pytest.mark.parametrize(
    ("language", "usage"),
    [("en", "Usage: sinfit"), ("ko", "사용법: sinfit"), ("zh", "用法：sinfit")],
)
def test_headings_have_the_colon_of_the_language(run, language, usage):
    lines = run("--help", "--lang", language).out.splitlines()
    assert lines[0].startswith(usage)
    colon = "：" if language == "zh" else ":"
    assert sum(line.endswith(colon) for line in lines) == 2  # options and commands


@example("[11 。。。]", 10)  # a bracket that is wider than the line
@given(st.text("ab 손실값 损失。，（）[]1", max_size=80), st.integers(10, 40))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text, width):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # only what must not be parted may be wider: a word, or a character with its marks
        assert cell_len(line) <= width or len(line.split()) == 1
