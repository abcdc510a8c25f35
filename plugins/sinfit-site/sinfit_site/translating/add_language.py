"""`sinfit tutorials add-language`: write a language pack, a plugin with catalogs to fill in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path
from string import Template

from sinfit.contract.specs import LanguageSpec
from sinfit.errors import UsageError
from sinfit.registry.discovery import normalised
from sinfit.registry.plugins import offers

from sinfit_site.glossary import FILE as GLOSSARY
from sinfit_site.glossary import terms
from sinfit_site.i18n import _
from sinfit_site.sources.document import Document
from sinfit_site.translating import po
from sinfit_site.translating.catalogs import template_for

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.21"]
build-backend = "hatchling.build"

[project]
name = "$distribution"
version = "0.1.0"
description = "$english for sinfit: its messages, its stages and its site"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["sinfit>=0.1"]

[project.entry-points.sinfit]
$plugin = "$package"

[tool.hatch.build.targets.wheel]
packages = ["$package"]
"""

MODULE = '''\
"""$english for sinfit; the translations are in `locale`, the terms in `glossary.csv`."""

from sinfit import LanguageSpec, hookimpl


@hookimpl
def sinfit_languages():
    """Offer $english; its catalogs are in this package's `locale`, one for each package."""
    return [LanguageSpec(code="$code", name="$name",$html catalogs="$package")]
'''

README = Path(__file__).with_name("README-of-a-pack.md")


def add_language(
    code: str,
    documents: Iterable[Document],
    *,
    name: str = "",
    html: str = "",
    folder: Path | None = None,
    root: Path = Path(),
) -> Path:
    """Write a language pack: the distribution with the language's record and all its catalogs.

    Args:
        code: The language's code, such as `es`.
        documents: The pages and messages to translate.
        name: What the language calls itself; looked up if empty.
        html: The code for web pages, if it is another one.
        folder: The folder to write, whose name is the distribution's; `sinfit-CODE` if None.
        root: The project's folder, from where `#:` names files.

    Returns:
        The folder.

    Raises:
        UsageError: The code can be none or is taken, the name is not known, the folder holds
            something already or is called like no package.
    """
    folder = folder or Path(f"sinfit-{code}")
    distribution = normalised(folder.resolve().name)
    package = distribution.replace("-", "_")
    name = _checked(code, name, html, package)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            _("{path} exists already. Choose another folder with --out.").format(path=folder)
        )
    words = {"code": code, "name": name, "distribution": distribution, "package": package}
    words["plugin"] = distribution.removeprefix("sinfit-")
    words["english"] = _name_in("en", code) or name
    words["html"] = f' html="{html}",' if html else ""
    home = folder / package
    sharing: dict[Path, list[Document]] = {}
    for document in documents:
        sharing.setdefault(home / "locale" / document.in_a_pack, []).append(document)
    try:
        home.mkdir(parents=True)
        for path, text in (
            (folder / "pyproject.toml", Template(PYPROJECT).substitute(words)),
            (folder / "README.md", Template(README.read_text(encoding="utf-8")).substitute(words)),
            (home / "__init__.py", Template(MODULE).substitute(words)),
            (home / "py.typed", ""),
            (home / GLOSSARY.name, _glossary(code)),
        ):
            path.write_text(text, encoding="utf-8")
        for path, each in sharing.items():
            po.write(path, po.merge(po.new(code), template_for(each, root)))
    except OSError as error:
        raise UsageError(
            _("cannot write {path}: {error}.").format(path=folder, error=error)
        ) from error
    return folder


def _checked(code: str, name: str, html: str, package: str) -> str:
    """The language's own name, if all is as it must be."""
    if region := re.fullmatch(r"([a-z]{2,3})[-_](\w+)", code):
        text = _("a language's code has no region: write {code}, and --html {html} for web pages.")
        raise UsageError(text.format(code=region[1], html=f"{region[1]}-{region[2]}"))
    taken = [offer for offer in offers("sinfit_languages").values() if offer.spec.code == code]
    if taken:
        raise UsageError(
            _("{code} is there already, from {distribution}.").format(
                code=code, distribution=taken[0].distribution
            )
        )
    name = name or _name_in(code, code)
    LanguageSpec(code=code, name=name or code, html=html, catalogs=package)  # it says what is wrong
    for given in (name, html):
        if given and not re.fullmatch(r"[^\"\\$<>&\x00-\x1f]+", given):
            raise UsageError(_("{given!r} can be no name of a language.").format(given=given))
    if not name:
        raise UsageError(
            _("say what the language {code} calls itself, with --name.").format(code=code)
        )
    if not package.isidentifier():
        raise UsageError(
            _("{folder!r} can be no name of a package: call the folder like {example}.").format(
                folder=package, example=f"sinfit-{code}"
            )
        )
    return name


def _name_in(language: str, code: str) -> str:
    """What a language calls another one, or itself; empty if Babel does not know."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code).get_language_name(language) or ""
    except (UnknownLocaleError, ValueError):
        return ""
    return name[:1].upper() + name[1:]


def _glossary(code: str) -> str:
    """The term list of the pack: the English words, and empty columns for its own."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["en", code, f"{code}_wrong", f"{code}_also"])
    writer.writerows([term.english, "", "", ""] for term in terms())
    return out.getvalue()
