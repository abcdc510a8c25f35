"""PO files are judged as `msgfmt --check` judges them, and written back line by line."""

import os
import re
import shutil
import subprocess

import pytest
from sinfit_site.errors import TutorialError
from sinfit_site.translating import po
from sinfit_site.translating.po_reader import parse
from sinfit_site.translating.po_rules import faults
from sinfit_site.translating.po_syntax import escape, unescape

from .po_battery import BATTERY, KOREAN, ONE, STRICTER, STRICTER_HEAD, head

ROOT_LINE = re.compile(r":(\d+):")


def gettext(*command, **options):
    """Run one of gettext's tools, which a test cannot do without."""
    assert shutil.which(command[0]), "install gettext: its tools are the judges of these tests"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
    return subprocess.run(command, capture_output=True, check=False, env=environment, **options)


def msgfmt(path):
    """What msgfmt says against a file; empty if it accepts it."""
    done = gettext("msgfmt", "--check", "-o", os.devnull, str(path))
    return done.stderr.decode("utf-8", "replace") if done.returncode else ""


@pytest.mark.parametrize("name", BATTERY)
def test_each_file_is_judged_as_msgfmt_judges_it(name, tmp_path):
    path = tmp_path / "ko.po"
    path.write_bytes(BATTERY[name])
    says, found = msgfmt(path), faults(BATTERY[name], "ko")
    assert bool(found) == bool(says), f"msgfmt: {says}\nwe: {found}"


def test_the_battery_has_enough_of_both(tmp_path):
    broken = 0
    for data in BATTERY.values():
        (tmp_path / "ko.po").write_bytes(data)
        broken += bool(msgfmt(tmp_path / "ko.po"))
    assert broken >= 80
    assert len(BATTERY) - broken >= 50


@pytest.mark.parametrize("name", [*STRICTER, *STRICTER_HEAD])
def test_what_is_refused_beyond_msgfmt_has_a_reason(name, tmp_path):
    text, why = (STRICTER | STRICTER_HEAD)[name]
    data = text if isinstance(text, bytes) else text.encode()
    data = data if name in STRICTER_HEAD else head().encode() + data
    path = tmp_path / "ko.po"
    path.write_bytes(data)
    assert not msgfmt(path), "it is no longer stricter: move it to the battery"
    assert faults(data, "ko")
    assert why


def test_several_faults_are_told_at_once_with_their_lines(tmp_path):
    path = tmp_path / "ko.po"
    path.write_text(
        head()
        + 'msgid "a"\nmsgstr b"\n\n'  # its quote is in line 14
        + 'msgid "c"\nmsgstr "d"\n\n'
        + 'msgid "c"\nmsgstr "e\\q"\n\n'
        + 'msgid "f"\n',
        encoding="utf-8",
    )
    with pytest.raises(TutorialError) as told:
        po.read(path, "ko")
    lines = str(told.value).splitlines()
    assert [int(ROOT_LINE.search(line)[1]) for line in lines] == [14, 20, 22]
    assert all(line.startswith(f"{path}:") for line in lines)
    for number in (14, 20, 22):  # msgfmt names these lines, too, or the one after
        assert re.search(rf":({number}|{number + 1}):", msgfmt(path))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (STRICTER_HEAD["CP949"][0], r"charset=CP949.*UTF-8: msgconv"),
        (STRICTER_HEAD["Big5"][0], r"charset=BIG5.*UTF-8: msgconv"),
        (BATTERY["byte order mark"], r"byte order mark: save it as UTF-8 without"),
        (BATTERY["UTF-16"], r"UTF-16: save it as UTF-8"),
        (STRICTER_HEAD["another language"][0].encode(), r"Language: ja, and must say Language: ko"),
        (BATTERY["conflict"], r"a conflict of a merge: keep one"),
    ],
)
def test_another_encoding_or_language_is_refused_by_name_with_what_to_do(data, says):
    assert re.search(says, faults(data, "ko")[0].text)


@pytest.mark.parametrize("charset", ["CP949", "GBK", "BIG5"])
def test_the_way_out_of_another_encoding_works(charset, tmp_path):
    name = {"BIG5": "Big5"}.get(charset, charset)
    path = tmp_path / "ko.po"
    path.write_bytes(STRICTER_HEAD[name][0])
    assert gettext("msgconv", "--to-code=UTF-8", "-o", str(path), str(path)).returncode == 0
    assert faults(path.read_bytes(), "ko") == ()


def test_a_file_that_is_fine_is_written_again_byte_for_byte():
    fine = [data for data in BATTERY.values() if data and not faults(data, "ko")]
    assert len(fine) >= 50
    for data in fine:
        end = b"" if data.endswith(b"\n") else b"\n"
        assert parse(data).dump() == data + end


@pytest.mark.parametrize("text", ["", "a", '"\\n"', "\\", "가\n나\t", "\a\b\f\v\r", "中\\x41"])
def test_what_is_escaped_is_unescaped_again(text):
    assert unescape(escape(text)) == text


def test_a_text_reads_as_gettext_reads_it(tmp_path):
    text = 'msgid "a"\nmsgstr "\\"q\\" \\\\ \\t \\101\\x42 가"\n"나"\n'
    path = tmp_path / "ko.po"
    path.write_text(head() + text, encoding="utf-8")
    (message,) = parse(path.read_bytes()).texts
    rewritten = gettext("msgcat", "--no-wrap", str(path)).stdout
    assert message.strings["msgstr"] == parse(rewritten).texts[0].strings["msgstr"]
    assert message.strings["msgstr"] == '"q" \\ \t AB 가나'


def test_a_damaged_file_is_never_written(tmp_path):
    path = tmp_path / "ko.po"
    for body in ('msgid "a"\nmsgstr b"\n', ONE + KOREAN):
        path.write_text(head() + body, encoding="utf-8")
        before = path.read_bytes()
        with pytest.raises(TutorialError):
            po.write(path, po.merge(po.read(path, "ko"), po.template([])))
        assert path.read_bytes() == before
