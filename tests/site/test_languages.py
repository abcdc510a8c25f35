"""A language is a plugin: a teacher makes one with a command, and no file of ours changes."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


def run(*command, cwd, **environment):
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def install(pack, site):
    """Install a pack as pip does, from its folder."""
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    run(*pip, "--no-build-isolation", "--no-deps", "--no-index", "--target", site, pack, cwd=pack)


def translate(path, **translations):
    text = path.read_text("utf-8")
    for english, translated in translations.items():
        entry = f'msgid "{english.replace("_", " ")}"\nmsgstr ""'
        assert entry in text
        text = text.replace(entry, f'{entry[:-1]}{translated}"')
    path.write_text(text, "utf-8")


def contents(*folders):
    return {
        path: path.stat().st_mtime_ns
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def teacher(tree):
    """A folder with two pages, and a Spanish pack made for it by the command."""
    run(BIN / "sinfit", "tutorials", "add-language", "es", cwd=tree)
    return tree


def built(tree, site, **more):
    more |= {"PYTHONPATH": str(site), "SINFIT_PLUGINS": "sinfit-es"}
    more |= {"SINFIT_CACHE": str(tree / "cache")}
    done = subprocess.run(
        [BIN / "mkdocs", "build", "--quiet", "--strict", "--site-dir", tree / "out"],
        cwd=tree,
        env=os.environ | more,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return tree / "out", done.stderr


def test_a_teacher_adds_a_language_translates_a_paragraph_and_sees_it(teacher, tmp_path):
    pack, site = teacher / "sinfit-es", tmp_path / "site-packages"
    locale = pack / "sinfit_es/locale"
    made = {path.relative_to(locale).as_posix() for path in locale.rglob("*.po")}
    assert {"sinfit.po", "sinfit_site.po", "sinfit_numpy.po", "docs/index.po"} <= made
    assert "docs/stages/prologue.po" in made
    translate(locale / "docs/index.po", **{"Words.": "Palabras."})
    translate(locale / "sinfit_site.po", Home="Inicio")
    install(pack, site)
    out, _said = built(teacher, site)
    page = (out / "es/index.html").read_text("utf-8")
    assert '<html lang="es"' in page
    assert "<p>Palabras.</p>" in page
    assert "50 %" in page
    start = (out / "es/stages/prologue/index.html").read_text("utf-8")
    assert '<span class="sf-missing" lang="en"' in start
    for language in ("en", "ko", "zh", "es"):
        other = (out / language / "index.html").read_text("utf-8")
        assert 'hreflang="es" lang="es" data-language="es"' in other
        assert '<link rel="alternate " hreflang="es"' in other
    assert '<a href="es/" hreflang="es" lang="es">Español</a>' in (out / "index.html").read_text()
    assert (out / "es/pagefind/pagefind.js").is_file()
    assert '"es": "es"' in (out / "404.html").read_text("utf-8")


def test_status_counts_a_pack_and_update_brings_it_up_to_the_sources(teacher):
    run(sys.executable, "-c", ON_THE_PATH, teacher / "sinfit-es", cwd=teacher)
    path = teacher / "sinfit-es/sinfit_es/locale/docs/index.po"
    tutorials = (BIN / "sinfit", "tutorials")
    here = {"cwd": teacher, "PYTHONPATH": str(teacher / "sinfit-es"), "SINFIT_PLUGINS": "sinfit-es"}
    assert not run(*tutorials, "update", "--language", "es", **here)
    translate(path, **{"Words.": "Palabras."})
    said = run(*tutorials, "status", "--language", "es", **here)
    assert [line.split() for line in said.splitlines() if line.startswith("index ")] == [
        ["index", "es", "50", "2", "0", "1"]
    ]
    assert any("messages/sinfit " in line for line in said.splitlines())
    (teacher / "docs/index.md").write_text("# Home\n\nWords.\n\nA quite different sentence.\n")
    changed = run(*tutorials, "update", "--language", "es", **here).splitlines()
    assert str(path) in changed
    assert all(each.startswith(str(teacher / "sinfit-es")) for each in changed)
    assert not run(*tutorials, "update", "--language", "es", **here)
    assert 'msgid "A quite different sentence."\nmsgstr ""' in path.read_text("utf-8")
    assert 'msgstr "Palabras."' in path.read_text("utf-8")
    said = run(*tutorials, "check", "--language", "es", **here)
    assert "no problem found" in said


ON_THE_PATH = """
import sys
from pathlib import Path
pack = Path(sys.argv[1])
info = pack / "sinfit_es-1.0.dist-info"
info.mkdir()
(info / "METADATA").write_text("Metadata-Version: 2.1\\nName: sinfit-es\\nVersion: 1.0\\n")
(info / "entry_points.txt").write_text("[sinfit]\\nes = sinfit_es\\n")
"""


def test_a_mistake_in_a_pack_is_a_warning_and_a_broken_catalog_is_named(teacher):
    run(sys.executable, "-c", ON_THE_PATH, teacher / "sinfit-es", cwd=teacher)
    locale = teacher / "sinfit-es/sinfit_es/locale"
    translate(locale / "docs/index.po", **{"Words.": "Palabras: 42."})
    broken = locale / "docs/stages/prologue.po"
    broken.write_text(broken.read_text("utf-8") + 'msgid "cut\n', "utf-8")
    out, said = built(teacher, teacher / "sinfit-es", SINFIT_LANGUAGES="es")
    assert "its numbers differ" in said
    assert "prologue.po" in said
    assert (out / "es/stages/prologue/index.html").is_file()
    assert {path.name for path in out.iterdir() if path.is_dir()} == {"en", "es", "fonts"}
    for command in ("plugins", "doctor"):
        told = subprocess.run(
            [BIN / "sinfit", command],
            env=os.environ | {"PYTHONPATH": str(teacher / "sinfit-es"), "COLUMNS": "400"},
            capture_output=True,
            text=True,
        ).stdout
        assert "locale/docs/stages/prologue.po" in told.replace("\n", "")


def checked(teacher, *names):
    """What the command says of the Spanish pack."""
    done = subprocess.run(
        [BIN / "sinfit", "tutorials", "check", "--language", "es", *names],
        cwd=teacher,
        env=os.environ | {"PYTHONPATH": str(teacher / "sinfit-es"), "SINFIT_PLUGINS": "sinfit-es"},
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"loss,,,", "loss,p\xe9rdida,,".encode("latin-1"), r":\d+: it is not UTF-8"),
        (b",", b";", ":1: its columns must be en,es,es_wrong,es_also"),
        (b"es_wrong", b"es_mal", ":1: its columns must be"),
        (b"loss,,,", b"loss,", r":\d+: it has 2 cells, and there are 4 columns"),
        (b"loss,,,", b"lost,,,", r":\d+: 'lost' is no term"),
        (b"loss,,,", b'loss,"x,,', r":\d+: .*is a quote missing"),
    ],
)
def test_what_is_wrong_with_a_term_list_is_told_with_its_line(teacher, old, new, says):
    run(sys.executable, "-c", ON_THE_PATH, teacher / "sinfit-es", cwd=teacher)
    path = teacher / "sinfit-es/sinfit_es/glossary.csv"
    assert old in path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # Excel's; no fault
    assert "glossary.csv" not in checked(teacher)
    path.write_bytes(path.read_bytes().replace(old, new))
    assert re.search(f"glossary.csv{says}", checked(teacher))


def test_a_catalog_beside_that_of_a_pack_and_english_that_no_page_has_are_named(teacher):
    run(sys.executable, "-c", ON_THE_PATH, teacher / "sinfit-es", cwd=teacher)
    path = teacher / "sinfit-es/sinfit_es/locale/docs/index.po"
    translate(path, **{"Words.": "Palabras."})
    assert "warning" not in checked(teacher)
    path.write_text(path.read_text("utf-8").replace('"Words."', '"Palabras."', 1), "utf-8")
    assert re.search(r"index.po:\d+: 'Palabras.': no page has this English", checked(teacher))
    own = teacher / "docs/locale/es/index.po"
    own.parent.mkdir(parents=True)
    own.write_bytes(path.read_bytes())
    assert "docs/index.po of the language pack is not used beside it" in checked(teacher)


def test_an_empty_cell_of_the_term_list_asks_for_nothing(teacher):
    run(sys.executable, "-c", ON_THE_PATH, teacher / "sinfit-es", cwd=teacher)
    listed = teacher / "sinfit-es/sinfit_es/glossary.csv"
    rows = list(csv.reader(listed.read_text("utf-8").splitlines()))
    assert rows[0] == ["en", "es", "es_wrong", "es_also"]
    assert ["loss", "", "", ""] in rows
    (teacher / "docs/index.md").write_text("# Home\n\nThe loss and the gradient.\n")
    here = {"cwd": teacher, "PYTHONPATH": str(teacher / "sinfit-es")}
    tutorials = (BIN / "sinfit", "tutorials")
    run(*tutorials, "update", "--language", "es", "index", **here)
    path = teacher / "sinfit-es/sinfit_es/locale/docs/index.po"
    translate(path, **{"The loss and the gradient.": "El error y el gradiente."})
    run(*tutorials, "check", "--language", "es", **here)
    listed.write_text(
        listed.read_text("utf-8").replace("\nloss,,", "\nloss,pérdida,error"), "utf-8"
    )
    done = subprocess.run(
        [*tutorials, "check", "--language", "es"],
        cwd=teacher,
        env=os.environ | {"PYTHONPATH": here["PYTHONPATH"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, "the style of a pack is its own matter"
    told = done.stdout + done.stderr
    assert "the term 'loss' must be pérdida" in told
    assert "'error' is not used for 'loss'; write pérdida" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ko"], "ko is there already, from sinfit"),
        (["e1"], "like 'es'"),
        (["pt_BR"], "write pt, and --html pt-BR"),
        (["qqq"], "with --name"),
        (["es", "--out", "docs"], "docs exists already"),
        (["es", "--name", 'E"s'], "no name of a language"),
        (["es", "--out", "1st"], "call the folder like sinfit-es"),
    ],
)
def test_what_can_be_no_pack_is_refused_in_a_sentence(tree, arguments, says):
    before = contents(tree)
    done = subprocess.run(
        [BIN / "sinfit", "tutorials", "add-language", *arguments],
        cwd=tree,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert contents(tree) == before


PAGELESS = """
from sinfit import CUBIC, FitterSpec, hookimpl


@hookimpl
def sinfit_fitters():
    return [FitterSpec(name="half", title="Half of the way", summary="It goes half of the way.",
                       fitter="sinfit_half:fit", model=CUBIC, steps=3, learning_rate=1.0)]
"""


def test_the_titles_of_a_fitter_without_a_page_have_a_catalog_too(tmp_path):
    package, info = tmp_path / "sinfit_half", tmp_path / "sinfit_half-1.0.dist-info"
    package.mkdir()
    info.mkdir()
    (package / "__init__.py").write_text(PAGELESS)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sinfit-half\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sinfit]\nhalf = sinfit_half\n")
    here = {"cwd": tmp_path, "PYTHONPATH": str(tmp_path), "SINFIT_PLUGINS": "sinfit-half"}
    update = (BIN / "sinfit", "tutorials", "update")
    assert run(*update, **here) == ""
    made = run(*update, "messages/sinfit_half", **here).splitlines()
    assert made == [str(package / f"locale/{code}.po") for code in ("ko", "zh")]
    translate(package / "locale/ko.po", **{"Half of the way": "절반씩"})
    assert "절반씩" in run(BIN / "sinfit", "list", "--lang", "ko", **here)
