"""`sinfit replay`."""

import json

import pytest
from click.testing import CliRunner
from sinfit_replay import published
from sinfit_replay.command import replay

from sinfit.errors import DataError, UsageError
from sinfit.i18n import use_language

POINTS = ("--points", "2000")


def run(command, *arguments, **settings):
    return CliRunner().invoke(command, [str(a) for a in arguments], **settings)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(published()["tutkr-numpy"].text().replace("\n", "\r\n").encode("utf-16"))
    return path


def test_a_file_is_replayed_and_every_line_shown(log):
    result = run(replay, log, "--stage", "numpy")
    assert result.exit_code == 0
    assert "reproduced" in result.output
    assert result.output.count("775.3612839295") == 2  # printed and ours


def test_json_is_one_document(log):
    data = json.loads(run(replay, log, "--stage", "numpy", "--json").output)
    assert data["verdict"] == "reproduced"
    assert len(data["lines"]) == 20


def test_a_contradiction_has_exit_status_1(log):
    result = run(replay, log, "--stage", "numpy", "--learning-rate", "1.01e-6", *POINTS, "--json")
    assert result.exit_code == 1
    assert json.loads(result.output)["verdict"] == "contradicted"


@pytest.mark.parametrize(
    ("language", "label", "good", "bad"),
    [("ko", "판정", "재현됨", "모순됨"), ("zh", "结论", "已复现", "不符")],
)
def test_the_verdict_is_said_in_the_readers_language_and_json_stays_english(
    log, language, label, good, bad
):
    use_language(language)
    wrong = (log, "--stage", "numpy", "--learning-rate", "1.01e-6", *POINTS)
    assert f"{label}: {good}." in run(replay, log, "--stage", "numpy").output
    assert f"{label}: {bad}." in run(replay, *wrong).output
    assert json.loads(run(replay, *wrong, "--json").output)["verdict"] == "contradicted"


def test_an_undecided_verdict_is_said_in_the_readers_language_and_has_no_column_of_ours():
    text = published()["tutkr-dynamic"].text()
    for language, word in (("en", "undecided"), ("ko", "판정 불가"), ("zh", "无法判定")):
        use_language(language)
        result = run(replay, "-", "--stage", "dynamic", input=text)
        assert result.exit_code == 0
        assert f": {word}." in result.output
        assert "None" not in result.output
    data = json.loads(run(replay, "-", "--stage", "dynamic", "--json", input=text).output)
    assert (data["verdict"], data["initial"], data["lines"][0][2]) == ("undecided", None, None)


def test_a_negative_loss_is_shown_with_its_sign_and_has_exit_status_1():
    text = published()["tutkr-numpy"].text().replace("99 775.36", "99 -775.36", 1)
    result = run(replay, "-", "--stage", "numpy", input=text)
    assert result.exit_code == 1
    assert "-775.3612839295903" in result.output
    assert "a sum of squares cannot be negative" in result.output


def test_standard_input_is_read():
    text = published()["tutkr-numpy"].text()
    result = run(replay, "-", "--stage", "numpy", input=text)
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], UsageError),
        (["x.txt"], UsageError),
        (["x.txt", "--stage", "numpy"], DataError),
        (["x.txt", "--all"], UsageError),
    ],
)
def test_wrong_use_is_refused(arguments, error):
    assert isinstance(run(replay, *arguments).exception, error)
