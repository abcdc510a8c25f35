"""Write a stage's program as one file that runs where only NumPy or PyTorch is installed.

It is the plugin's own code, followed by what the host did on the page: the data, the start, the
loop and the lines that it prints.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from sinfit import TORCH_OPTIONS
from sinfit.fitting.plan import DRAWS

from sinfit_site.i18n import _, listed
from sinfit_site.model import Page, title_of
from sinfit_site.pages import links
from sinfit_site.sources import include

MODULES = {"numpy": "NumPy", "torch": "PyTorch"}
"""What the program may import beside the standard library, and what these are called."""

DATA = {
    "numpy": """\
x = np.linspace(-np.pi, np.pi, {points})
y = np.sin(x)""",
    "torch": """\
x = torch.linspace(-math.pi, math.pi, {points}, dtype=torch.float64)
y = torch.sin(x)
x, y = x.tolist(), y.tolist()""",
}
PROGRAM = '''\
"""{title} {needs}

{origin}
"""

{code}


def plain(value):
    """{plain}"""
    return value.flatten().tolist() if hasattr(value, "flatten") else [value]


# {of_data}
{data}

# {of_start}
start = (
{start})
training = {call}

# {of_loop}
t = 0
while True:
    try:
        loss, parameters = next(training)
    except StopIteration as end:
        parameters = end.value
        break
    if t % {every} == {last}:
        print(t, *plain(loss))
    t += 1

{names} = [number for value in parameters for number in plain(value)]
print(f"Result: y = {result}")
'''


def name_of(page: Page) -> str:
    """The file's name: `fit_numpy.py`, which is no name of a package that it imports."""
    return f"fit_{page.document.name.rpartition('/')[2].replace('-', '_')}.py"


def needs(page: Page) -> list[str]:
    """The packages that the program needs, by their names for people; empty if there is no program.

    There is none of a plugin whose module imports something else, of data other than the sine,
    or of a run on another device.
    """
    spec = page.document.spec
    if spec is None or page.recording(page.document)["asked"]["data"][0] != "sin":
        return []
    options = page.recording(page.document)["asked"]["options"]
    if any(options.get(each.name, each.default) != each.default for each in TORCH_OPTIONS):
        return []
    imported = _imports(_module(page).read_text(encoding="utf-8"))
    if spec.draws:
        imported.add("numpy")
    imported -= sys.stdlib_module_names
    return [] if imported - MODULES.keys() else [MODULES[each] for each in sorted(imported)]


def program(page: Page) -> str:
    """The program, in the page's language."""
    document, recording, module = page.document, page.recording(page.document), _module(page)
    spec, asked, packages = document.spec, recording["asked"], needs(page)
    assert spec is not None  # noqa: S101 (`needs` is empty without)
    code = include.extract(module, "", document.name)
    library = "numpy" if MODULES["numpy"] in packages else "torch"
    brings = {"numpy": "import numpy as np", "torch": "import math"}[library]
    code = code if re.search(rf"^{brings}$", code, re.MULTILINE) else f"{brings}\n\n{code}"
    url = f"{page.site.url}{page.language}{links.url_of(document)}"
    origin = _("It prints the losses of the page {url}.").format(url=url)
    names = spec.model.parameters
    return PROGRAM.format(
        title=f"{title_of(document)}.",
        needs=_("This file needs nothing but {packages}.").format(packages=listed(packages)),
        origin=origin if page.site.url else _("It prints the losses of its page."),
        code=page.translator.code(code, f"{document.name}, {module.name}"),
        plain=_("The numbers in an array or a tensor."),
        of_data=_("The data: a sine at {points} points").format(points=asked["data"][1]),
        data=DATA[library].format(points=asked["data"][1]),
        of_start=_("The start that the page drew; with another the losses are others"),
        start="".join(f"    {value!r},\n" for value in asked["initial"]),
        call=_call(page),
        of_loop=_("Each turn is one step, and its loss is that before the update"),
        every=asked["print_every"],
        last=asked["print_every"] - 1,
        names=", ".join(names) if len(names) > 1 else f"{names[0]},",
        result=spec.model.result,
    )


def _call(page: Page) -> str:
    """The call of the plugin's function, with what the page's run gave it."""
    recording, spec = page.recording(page.document), page.document.spec
    assert spec is not None  # noqa: S101 (asked for a stage alone)
    asked, torch_options = recording["asked"], {each.name for each in TORCH_OPTIONS}
    given = {name: asked[name] for name in ("steps", "learning_rate")} | asked["options"]
    arguments = [f"{name}={value!r}" for name, value in given.items() if name not in torch_options]
    if spec.draws:
        arguments.append(f"rng=np.random.default_rng({[DRAWS, recording['seed']]})")
    lines = "".join(f"    {each},\n" for each in ("x", "y", "initial=start", *arguments))
    return f"{spec.fitter.partition(':')[2]}(\n{lines})"


def _module(page: Page) -> Path:
    """The file with the plugin's program."""
    assert page.document.spec is not None  # noqa: S101 (asked for a stage alone)
    return include.module_file(page.document.spec.fitter.partition(":")[0], page.document.name)


def _imports(code: str) -> set[str]:
    """The packages that a program imports anywhere; of its own, a dot."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level else str(node.module).partition(".")[0])
    return found
