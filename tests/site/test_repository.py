"""With the repository's address, pages say where they are edited and when they last changed."""

import os
import subprocess

import pytest
from sinfit_site.build import build
from sinfit_site.repository import repository

HUB = "https://github.com/some/one"
PAGE = "# %% [markdown]\n# # A page\n\n# %%\nprint(6 * 7)\n"


@pytest.fixture
def history(project):
    """The project's folder as a repository with one commit, of a day in 2025."""
    project.write("page.py", PAGE)
    root = project.docs.parent
    day = "2025-03-04T12:00:00Z"
    environment = os.environ | {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    who = ["-c", "user.name=me", "-c", "user.email=me@localhost"]
    for command in (["init", "-q"], ["add", "docs"], [*who, "commit", "-qm", "A page"]):
        subprocess.run(["git", *command], cwd=root, env=environment, check=True)  # noqa: S607 (git is where PATH says)
    return project


def head_of(project):
    return project.page("page/index.md", "en").split("---")[1]


def test_a_page_says_where_it_is_edited_and_when_it_changed(history):
    build(history.docs, history.out, url="https://site.example/", repo=f"{HUB}/")
    assert f'edit: "{HUB}/edit/main/docs/page.py"' in head_of(history)
    assert 'changed: "2025-03-04"' in head_of(history)
    colab = "https://colab.research.google.com/github/some/one/blob/notebooks/en/page/"
    assert f'<a href="{colab}sinfit-page.ipynb">' in history.page("page/index.md", "en")


def test_a_translated_page_is_edited_in_its_catalog(history):
    build(history.docs, history.out, repo=HUB)
    assert f"{HUB}/edit/main/docs/page.py" in history.page("page/index.md", "ko")
    history.update()
    build(history.docs, history.out, repo=HUB)
    assert f"{HUB}/edit/main/docs/locale/ko/page.po" in history.page("page/index.md", "ko")


def test_without_an_address_nothing_of_it_is_there(history):
    build(history.docs, history.out)
    assert "edit:" not in head_of(history)
    assert "changed:" not in head_of(history)
    assert "colab" not in history.page("page/index.md", "en")


def test_with_an_address_of_the_site_alone_it_has_a_day(history):
    build(history.docs, history.out, url="https://site.example/")
    assert 'changed: "2025-03-04"' in head_of(history)
    assert "edit:" not in head_of(history)
    assert "colab" not in history.page("page/index.md", "en")


def test_colab_opens_what_is_on_github_alone(tmp_path):
    assert repository(tmp_path, "https://gitlab.com/some/one").colab("en/a.ipynb") == ""


def test_a_file_of_somewhere_else_is_not_edited_there(history, tmp_path):
    found = repository(history.docs.parent, HUB)
    assert found.edit(history.docs / "page.py")
    assert found.edit(tmp_path.parent / "page.py") == ""
    assert found.changed([tmp_path.parent / "page.py"]) == ""


def test_without_a_history_no_day_is_told(tmp_path):
    (tmp_path / "page.py").write_text(PAGE)
    assert repository(tmp_path, HUB).changed([tmp_path / "page.py"]) == ""
