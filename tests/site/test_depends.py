"""What a build does again after an edit, and what it leaves alone."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from sinfit.tutorials import depends, made, run, write
from sinfit.tutorials.compose import stages


def names(paths):
    return {path.relative_to(depends.HOST).as_posix() for path in paths}


def test_a_run_depends_on_every_module_that_it_loads():
    code = (
        "import sinfit, sys, json\n"
        "result = sinfit.fit('numpy', steps=3); result.optimality_gap; result.to_dict()\n"
        "import sinfit.tutorials.record as record; record.recording(result)\n"
        "print(json.dumps([getattr(module, '__file__', None) for name, module in"
        " sys.modules.items() if name.partition('.')[0] == 'sinfit']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {path for path in json.loads(done.stdout) if path}
    known = {str(path) for path in depends.modules(run.ROOTS)}
    assert len(loaded) > 15
    assert loaded - known == set()


def test_a_run_does_not_depend_on_commands_pages_or_replays():
    known = names(depends.modules(run.ROOTS))
    assert {"fitting.py", "result.py", "theory/best.py", "tutorials/record.py"} <= known
    assert not [name for name in known if name.startswith(("cli/", "replay/", "testing/"))]
    assert "tutorials/page.py" not in known


def test_an_import_in_the_code_is_followed():
    known = names(depends.modules(depends.imports("def f():\n    from sinfit import replay")))
    assert {"replay/replaying.py", "theory/modes.py"} <= known


def test_a_run_depends_on_the_plugins_that_its_code_names(monkeypatch):
    numpy = next(stage for stage in stages() if stage.name == "stages/numpy")
    cell = next(cell for cell in numpy.cells if cell.kind == "code")

    def changed(code, package):
        document = numpy.with_cells([replace(cell, source=code)])
        before = run.key(document)
        real = run.sources
        with monkeypatch.context() as patch:
            patch.setattr(run, "sources", lambda name: real(name) + [b"#"] * (name == package))
            return run.key(document) != before

    assert changed("1", "sinfit_numpy")
    assert not changed("1", "sinfit_tensor")
    assert changed("sinfit.fit('tensor')", "sinfit_tensor")
    assert changed("sinfit.compare()", "sinfit_tensor")


def test_only_the_page_of_an_edited_catalog_is_composed_again(project, monkeypatch):
    project.write("one.md", "# One\n\nWords.\n")
    project.write("two.md", "# Two\n\nOthers.\n")
    composed = []
    real = write._files
    monkeypatch.setattr(
        write,
        "_files",
        lambda place: composed.append((place.document.name, place.language)) or real(place),
    )
    project.build()
    assert len(composed) == 6
    composed.clear()
    project.build()
    assert composed == []
    project.translate("one", "ko", One="하나")
    assert project.build().changed == {"en": 0, "ko": 1, "zh": 0}
    assert composed == [("one", "ko")]
    assert "# 하나" in project.page("one.md", "ko")
    composed.clear()
    (project.out / "zh" / "two.md").unlink()
    project.build()
    assert composed == [("two", "zh")], "a file that is gone is written again"


def test_a_wrong_translation_is_refused_again_and_again_until_it_is_mended(project):
    from sinfit.tutorials.source import TutorialError

    project.write("one.md", "# One\n\nUse `x`.\n")
    project.translate("one", "ko", Use="`y`를 씁니다.")
    for _ in range(2):
        with pytest.raises(TutorialError, match="code spans differ"):
            project.build()
    project.translate("one", "ko", Use="`x`를 씁니다.")
    project.build()


def test_what_is_remembered_wrongly_is_made_again(tmp_path):
    place = tmp_path / "made.json"
    first = made.Made(place)
    assert first.again("a", "1", lambda: 42) == (42, True)
    first.save()
    assert made.Made(place).again("a", "1", lambda: 43) == (42, False)
    assert made.Made(place).again("a", "2", lambda: 43) == (43, True)
    place.write_text("{")
    assert made.Made(place).again("a", "1", lambda: 44) == (44, True)


def test_a_document_has_one_digest_in_every_process():
    code = (
        "from sinfit.tutorials import made, source\n"
        "cell = source.Cell('code', 'x', frozenset({'solution', 'mistake', 'hidden'}))\n"
        "from pathlib import Path\n"
        "d = source.Document('a', Path('a'), Path('b'), 'c', (cell,))\n"
        "print(made.digest(made.content(d)))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in "12345"
    }
    assert len(said) == 1
