"""A fitter that holds to everything, to be installed as it is or with one thing broken."""

import pytest
from sinfit_author.conformance.subject import Subject

import sinfit

HEAD = """
from sinfit import CUBIC, TORCH_OPTIONS, FitterSpec, Model, Option, hookimpl

KEPT = []


@hookimpl
def sinfit_fitters():
    return [
        FitterSpec(
            name="subject",
            title="Gradient descent",
            summary="By hand.",
            fitter="sinfit_subject:fit",
            model=CUBIC,
            steps=2000,
            learning_rate=1e-6,
"""

NUMPY = """        )
    ]


def fit(x, y, *, initial, steps, learning_rate):
    a, b, c, d = initial
    for _ in range(steps):
        error = a + b * x + c * x**2 + d * x**3 - y
        loss = (error * error).sum()
        yield loss, (a, b, c, d)
        a, b, c, d = (
            float(value - learning_rate * 2 * (error * x**power).sum())
            for power, value in enumerate((a, b, c, d))
        )
    return a, b, c, d
"""

TORCH = """            options=TORCH_OPTIONS,
            requires=("torch>=2.2",),
        )
    ]


def fit(x, y, *, initial, steps, learning_rate, device="cpu", dtype=None):
    import torch

    x, y = (torch.tensor(values, device=device, dtype=dtype) for values in (x, y))
    parameters = torch.tensor(initial, device=device, dtype=dtype)
    columns = torch.stack([x**0, x, x**2, x**3])
    for _ in range(steps):
        error = parameters @ columns - y
        loss = error @ error
        yield loss, parameters
        parameters = parameters - learning_rate * 2 * columns @ error
    return parameters
"""

TUTORIAL = """# %% [markdown]
# # Gradient descent
#
# One step after another.
"""

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def installed(install):
    """Install the fitter with some of its source replaced; returns the subject of the checks."""

    def add(base="numpy", *changes, readme="# sinfit-subject\n", summary="One.", requires=()):
        source = HEAD + {"numpy": NUMPY, "torch": TORCH}[base]
        for old, new in changes:
            assert source.count(old) == 1, old
            source = source.replace(old, new)
        requires = ("sinfit>=0.1", *requires)
        site = install("sinfit-subject", source, requires=requires)
        metadata = site / "sinfit_subject-1.0.dist-info" / "METADATA"
        text = metadata.read_text()
        text += f"Summary: {summary}\n" if summary else ""
        metadata.write_text(f"{text}\n{readme}")
        (site / "tutorial.py").write_text(TUTORIAL)
        (site / "locale").mkdir()
        for language in ("ko", "zh"):
            (site / "locale" / f"{language}.po").write_text(PO)
        return Subject(sinfit.fitters()["sinfit-subject/subject"])

    return add
