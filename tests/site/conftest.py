"""A hermetic little project for the engine, and the real site, built once for all tests."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytest.importorskip("nbclient", reason="the site needs sinfit[docs]")
pytest.importorskip("mkdocs", reason="the site needs sinfit[docs]")


class Project:
    """A docs folder of one's own, composed and built without any plugin."""

    def __init__(self, folder):
        self.docs = folder / "docs"
        self.out = folder / "out"
        self.docs.mkdir()

    def write(self, name, text):
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def documents(self):
        from sinfit.tutorials.build import documents

        return documents(self.docs)

    def document(self, name):
        return next(document for document in self.documents() if document.name == name)

    def build(self):
        from sinfit.tutorials.build import build

        return build(self.docs, self.out)

    def update(self):
        from sinfit.tutorials.build import update

        return update(self.documents())

    def translate(self, name, language, **translations):
        """Fill a catalog: keys are the beginnings of units, values their translations."""
        from sinfit.tutorials import po
        from sinfit.tutorials.units import units

        document = self.document(name)
        catalog = po.merge(po.read(document.po(language), language), units(document))
        for message in catalog:
            for start, text in translations.items():
                if message.id and str(message.id).startswith(start.replace("_", " ")):
                    message.string = text
        path = document.po(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(po.dump(catalog, language), encoding="utf-8")

    def page(self, name, language):
        return (self.out / language / name).read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path, monkeypatch):
    from sinfit.tutorials import compose, words

    monkeypatch.setattr(compose, "stages", list)
    # the engine's own catalogs are not these tests' to update
    locale = tmp_path / "words"
    shutil.copytree(words.LOCALE, locale)
    monkeypatch.setattr(words, "LOCALE", locale)
    monkeypatch.setenv("SINFIT_CACHE", str(tmp_path / "cache"))
    return Project(tmp_path)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The real site as `mkdocs build --strict` alone makes it."""
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)],
        cwd=os.environ.get("SINFIT_SITE_ROOT", ROOT),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def server(site):
    """The site's address on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, headless."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("SINFIT_REQUIRE_BROWSER"):
            pytest.fail("SINFIT_REQUIRE_BROWSER is set and there is no chromium")
        pytest.skip("needs chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    arguments += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()
