"""Catalogs on their way through gettext's tools, Weblate and Poedit, and back through `update`."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sinfit_site.translating import po
from sinfit_site.translating.catalogs import WEBLATE, components, update_messages
from sinfit_site.translating.po_reader import parse
from sinfit_site.translating.po_rules import faults

from .conftest import ROOT
from .test_po_files import gettext, msgfmt

PAGE = """
    # Title

    The first sentence, which is long enough to be wrapped by every tool that wraps its lines at
    seventy-seven columns, as most of them do.

    The second sentence says {number}.

    The third sentence calls `fit`.

    The fourth sentence.
    """
KOREAN = {
    "Title": "제목",
    "The_first": "첫 문장은 일흔일곱 칸에서 줄을 나누는 도구라면 무엇이든 줄을 나눌 만큼 깁니다. "
    "대부분의 도구가 그렇게 합니다. 그래서 번역문도 충분히 길어야 합니다.".replace(". ", ", ", 2),
    "The_second": "둘째 문장은 3을 말합니다.",
    "The_third": "셋째 문장은 `fit`을 부릅니다.",
}
WRITTEN = (  # what Weblate writes into the header, and Poedit
    '"Last-Translator: Kim <kim@example.org>\\n"\n'
    '"Language-Team: Korean <https://example.org/projects/sinfit/ko/>\\n"\n'
    '"PO-Revision-Date: 2026-11-29 10:00+0000\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n'
    '"X-Generator: Weblate 5.15\\n"\n'
    '"X-Poedit-Basepath: .\\n"\n'
)
PYBABEL = (str(Path(sys.executable).with_name("pybabel")), "-q")
TOOLS = {
    "msgcat": ("msgcat",),
    "msgcat --no-wrap": ("msgcat", "--no-wrap"),
    "msgcat --width=40": ("msgcat", "--width=40"),
    "msgcat --sort-output": ("msgcat", "--sort-output"),
    "msgcat --sort-by-file": ("msgcat", "--sort-by-file"),
    "msgcat --indent": ("msgcat", "--indent"),
    "msgcat --no-escape": ("msgcat", "--no-escape"),
    "msgconv": ("msgconv", "--to-code=UTF-8"),
    "msgattrib": ("msgattrib",),
}
CATALOGS = sorted(
    path
    for pattern in ("sinfit*/locale/*.po", "plugins/*/*/locale/*.po", "docs/locale/**/*.po")
    for path in ROOT.glob(pattern)
)


@pytest.fixture
def page(project):
    """A page in Korean, with a note of a translator, a fuzzy entry and an obsolete one."""
    project.write("page.md", PAGE.format(number=3))
    project.translate("page", "ko", **KOREAN)
    path = project.docs / "locale/ko/page.po"
    text = path.read_text(encoding="utf-8")
    text = text.replace("#. heading 1", "# the page's name\n# on two lines\n#. heading 1")
    text = text.replace('msgid "The fourth sentence."\nmsgstr ""', CHANGED)
    path.write_text(text.replace('8bit\\n"\n', f'8bit\\n"\n{WRITTEN}') + GONE, encoding="utf-8")
    project.update()
    return project


CHANGED = (
    '#, fuzzy\n#| msgid "The fourth sentence, in other words."\n'
    'msgid "The fourth sentence."\nmsgstr "넷째 문장을 달리 말하면 이렇습니다."'
)
GONE = '\n# kept for later\n#~ msgid "A sentence that went."\n#~ msgstr "사라진 문장입니다."\n'


def catalog(project):
    return project.docs / "locale/ko/page.po"


def meaning(path):
    """What a catalog says: each text with its translation, its flags, its comments and history."""
    return {
        (*each.key, each.obsolete): (
            each.translations,
            each.before,
            sorted(each.flags),
            [line.strip() for line in each.comments if re.match(r"#( |$)", line)],
            sorted({w for c in each.comments if c.startswith(("#.", "#:")) for w in c.split()}),
        )
        for each in parse(path.read_bytes()).messages
        if not each.is_header
    }, parse(path.read_bytes()).fields


def run(project, *command):
    path = catalog(project)
    done = gettext(*command, str(path))
    assert done.returncode == 0, done.stderr
    path.write_bytes(done.stdout)


def test_the_page_has_all_that_is_to_survive(page):
    text = catalog(page).read_text(encoding="utf-8")
    for part in ("#| msgid", "#~ msgid", "#: docs/page.md", "X-Generator", "# on two lines"):
        assert part in text
    assert not msgfmt(catalog(page))
    assert page.update() == []


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_changes_no_meaning_and_update_leaves_its_file_alone(page, tool):
    before, written = meaning(catalog(page)), catalog(page).read_bytes()
    run(page, *TOOLS[tool])
    assert meaning(catalog(page)) == before
    rewritten = catalog(page).read_bytes()
    assert (rewritten != written) or tool in ("msgcat --no-wrap", "msgcat --no-escape"), tool
    assert page.update() == []
    assert catalog(page).read_bytes() == rewritten


def test_crlf_stays(page):
    catalog(page).write_bytes(catalog(page).read_bytes().replace(b"\n", b"\r\n"))
    before = catalog(page).read_bytes()
    assert page.update() == []
    page.write("page.md", PAGE.format(number=3) + "\nA fifth one.\n")
    page.update()
    text = catalog(page).read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") > before.count(b"\n")


def test_msgmerge_with_our_template_and_update_agree(page):
    template = page.docs / "locale/templates/page.pot"
    page.write("page.md", PAGE.format(number=4).replace("Title", "A title") + "\nA fifth one.\n")
    page.update()
    ours, said = meaning(catalog(page)), catalog(page).read_bytes()
    done = gettext("msgmerge", "--previous", "--no-wrap", str(catalog(page)), str(template))
    assert done.returncode == 0
    catalog(page).write_bytes(done.stdout)
    assert meaning(catalog(page)) == ours
    assert page.update() == []
    assert said.count(b"#| msgid") == done.stdout.count(b"#| msgid")


def test_msgmerge_first_and_update_second_agree(page):
    old = catalog(page).read_bytes()
    page.write("page.md", PAGE.format(number=4))
    page.update()
    ours = meaning(catalog(page))
    catalog(page).write_bytes(old)
    template = page.docs / "locale/templates/page.pot"
    merged = gettext("msgmerge", "--previous", str(catalog(page)), str(template)).stdout
    catalog(page).write_bytes(merged)
    assert meaning(catalog(page)) == ours
    assert page.update() == []


def test_a_changed_sentence_keeps_what_it_was_and_the_rest_of_the_file_its_lines(page):
    run(page, "msgcat")  # wrapped
    before = catalog(page).read_text(encoding="utf-8").splitlines()
    page.write("page.md", PAGE.format(number=4))
    page.update()
    after = catalog(page).read_text(encoding="utf-8").splitlines()
    assert [line for line in before if line not in after] == ['msgid "The second sentence says 3."']
    assert [line for line in after if line not in before] == [
        '#| msgid "The second sentence says 3."',
        'msgid "The second sentence says 4."',
    ]
    assert page.update() == []
    page.write("page.md", PAGE.format(number=5))  # changed again before anybody came to it
    page.update()
    text = catalog(page).read_text(encoding="utf-8")
    assert '#| msgid "The second sentence says 3."\nmsgid "The second sentence says 5."' in text
    assert "says 4" not in text


def test_english_that_is_again_what_it_was_needs_no_translator(page):
    before = catalog(page).read_bytes()
    page.write("page.md", PAGE.format(number=4))
    assert page.update()
    page.write("page.md", PAGE.format(number=3))
    page.update()
    assert catalog(page).read_bytes() == before


def test_what_is_translated_again_loses_its_history_and_its_flag(page):
    path = catalog(page)
    path.write_text(path.read_text(encoding="utf-8").replace("#, fuzzy\n", ""), encoding="utf-8")
    page.update()
    assert "#|" not in path.read_text(encoding="utf-8")


def test_a_sentence_that_goes_is_kept_and_comes_back_with_its_translation(page):
    before = meaning(catalog(page))
    page.write("page.md", PAGE.format(number=3).replace("# Title", "# Words of another kind"))
    page.update()
    text = catalog(page).read_text(encoding="utf-8")
    assert '# the page\'s name\n# on two lines\n#~ msgid "Title"\n#~ msgstr "제목"' in text
    assert not msgfmt(catalog(page))
    page.write("page.md", PAGE.format(number=3))
    page.update()
    assert meaning(catalog(page)) == before


def test_a_new_sentence_stands_where_it_is_read(page):
    text = PAGE.format(number=3)
    page.write("page.md", text.replace("The third", "Something new.\n\n    The third"))
    page.update()
    english = [each.key[1].split()[-1] for each in parse(catalog(page).read_bytes()).texts]
    assert english == ["Title", "do.", "3.", "new.", "`fit`.", "sentence."]


def test_a_template_is_one_that_gettext_makes_a_catalog_from(page, tmp_path):
    template = page.docs / "locale/templates/page.pot"
    made = tmp_path / "fr.po"
    done = gettext("msginit", "--no-translator", "-l", "fr", "-i", str(template), "-o", str(made))
    assert done.returncode == 0, done.stderr
    assert len(parse(made.read_bytes()).texts) == 5
    assert faults(made.read_bytes(), "fr") == ()


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_catalog_of_ours_comes_through_msgcat_unchanged(path, tmp_path):
    assert not msgfmt(path)
    assert faults(path.read_bytes(), path.stem if len(path.stem) == 2 else "") == ()
    copy = tmp_path / path.name
    done = gettext("msgcat", str(path))
    copy.write_bytes(done.stdout)
    assert meaning(copy) == meaning(path)
    assert parse(path.read_bytes()).dump() == path.read_bytes()


def test_weblate_is_told_of_every_catalog_once_and_of_nothing_else():
    """Weblate's own discovery, translation-finder 3, finds these masks and templates, too."""
    told = json.loads((ROOT / WEBLATE).read_text(encoding="utf-8"))
    assert told == components(ROOT)
    masked = [path for each in told for path in ROOT.glob(each["filemask"])]
    assert sorted(masked) == CATALOGS
    for each in told:
        template = parse((ROOT / each["new_base"]).read_bytes())
        (one, *more) = [parse(path.read_bytes()) for path in ROOT.glob(each["filemask"])]
        for file in (one, *more):
            assert {text.key for text in file.texts} == {text.key for text in template.texts}
    for name in ("name", "slug"):
        assert len({each[name] for each in told}) == len(told)
    assert all(re.fullmatch(r"[a-z0-9-]+", each["slug"]) for each in told)


def test_messages_are_merged_as_pages_are(tmp_path):
    source = tmp_path / "package" / "words.py"
    source.parent.mkdir()
    source.write_text('_("one {name}")\n_("two")\n')
    template, locale = tmp_path / "messages.pot", source.parent / "locale"
    locale.mkdir()
    done = subprocess.run(
        [*PYBABEL, "extract", "--add-location=file", "-o", str(template), "package"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    po.write(locale / "ko.po", po.new("ko"))
    assert [path.name for path in update_messages(template, locale)] == ["ko.po", "templates.pot"]
    text = (locale / "ko.po").read_text(encoding="utf-8")
    assert '#: package/words.py\n#, python-brace-format\nmsgid "one {name}"\nmsgstr ""\n' in text
    assert update_messages(template, locale) == []
