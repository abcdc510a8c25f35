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
from filelock import FileLock

ROOT = Path(__file__).parents[2]

pytest.importorskip("nbclient", reason="the site needs sinfit-site")
pytest.importorskip("mkdocs", reason="the site needs sinfit-site")


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
        from sinfit_site.build import documents

        return documents(self.docs)

    def document(self, name):
        return next(document for document in self.documents() if document.name == name)

    def build(self):
        from sinfit_site.build import build

        return build(self.docs, self.out)

    def update(self):
        from sinfit_site.build import update

        return update(self.documents(), self.docs)

    def translate(self, name, language, **translations):
        """Fill a catalog: keys are the beginnings of units, values their translations."""
        from sinfit_site.translating import po

        document = self.document(name)
        catalog = po.merge(po.read(document.po(language), language), po.template(document.units))
        for message in catalog.texts:
            for start, text in translations.items():
                if message.strings["msgid"].startswith(start.replace("_", " ")):
                    po.translate(message, text)
        po.write(document.po(language), catalog)

    def page(self, name, language):
        return (self.out / language / name).read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path, monkeypatch):
    from sinfit_site.sources import compose

    monkeypatch.setattr(compose, "stages", list)
    monkeypatch.setenv("SINFIT_CACHE", str(tmp_path / "cache"))
    return Project(tmp_path)


@pytest.fixture
def tree(tmp_path):
    """The site's frame around two small pages."""
    for part in ("config", "overrides", "root", "assets"):
        shutil.copytree(ROOT / "docs" / part, tmp_path / "docs" / part)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    for folder in ("plugins", "sinfit"):  # mkdocs.yml watches them
        (tmp_path / folder).mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n\nWords.\n")
    stages = tmp_path / "docs/stages"
    stages.mkdir()
    (stages / "prologue.py").write_text(
        "# %% [markdown]\n# # Start\n\n# %%\n# include: ../assets/helper.py\nprint(answer)\n"
    )
    (tmp_path / "docs/assets/helper.py").write_text("answer = 42\n")
    po = tmp_path / "docs/locale/ko/index.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Language: ko\\n"\n\nmsgid "Words."\nmsgstr "글입니다."\n')
    return tmp_path


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The real site as `mkdocs build --strict` alone makes it; one for all workers."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    out, said = shared / "site", shared / "site.txt"
    with FileLock(shared / "site.lock"):
        if not said.exists():
            done = subprocess.run(
                [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)],
                cwd=os.environ.get("SINFIT_SITE_ROOT", ROOT),
                capture_output=True,
                text=True,
                check=False,
            )
            said.write_text(done.stdout + done.stderr if done.returncode else "", "utf-8")
    assert not said.read_text("utf-8"), said.read_text("utf-8")
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


@pytest.fixture
def open_page(browser, server):
    """Open a page of the site in a context of its own; `page.troubles` is what went wrong."""
    contexts = []

    def open_one(path, scheme="light", width=1280, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.troubles = []
        page.on("console", lambda message: page.troubles.append(message.text)
                if message.type in ("error", "warning") else None)  # fmt: skip
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("request", lambda request: page.troubles.append(f"leaves: {request.url}")
                if not request.url.startswith((server, "data:", "blob:")) else None)  # fmt: skip
        page.goto(server + path, wait_until="load")
        return page

    yield open_one
    for context in contexts:
        context.close()
