"""From stage to stage one idea changes: where two programs differ, they differ for its sake."""

import difflib
import importlib.util
import re
from pathlib import Path

import pytest

import sinfit

# what each place speaks of where a program differs from the stage that its docstring names
IDEAS = {
    "tensor": r"\bnp\b|NumPy|torch|tensor",
    "autograd": r"autograd|requires_grad|backward\(|\.grad\b|no_grad",
    "legendre": r"autograd|Legendre|P₃|P3",
    "nn": r"\bnn\b|\blinear\b|\bmodel\b|\bbias\b",
    "optim": r"optim|RMSprop",
    "module": r"nn\.Module|\bmodule\b|\bmodel\b|Polynomial3|\bpowers\b|\bbias\b|SGD",
    "dynamic": r"Dynamic|changing|five|\be\b|\brng\b|highest|momentum|of this step",
}
STAGES = ["numpy", *IDEAS]

GRAD_A = "        grad_a = grad_y_pred.sum()\n"
GRAD_B = "        grad_b = (grad_y_pred * x).sum()\n"


def program(stage):
    """The text of a stage's fitter.py."""
    return Path(importlib.util.find_spec(f"sinfit_{stage}.fitter").origin).read_text("utf-8")


def changes(before, after):
    """Each place where two programs differ, as the lines that go and the lines that come."""
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield "\n".join([*old[i1:i2], *new[j1:j2]])


def without_a_reason(before, after, idea):
    """The places that do not speak of the idea.

    Lines side by side are one place, so what is changed right beside the idea goes unseen.
    """
    return [place for place in changes(before, after) if not re.search(idea, place)]


@pytest.mark.parametrize("stage", IDEAS)
def test_wherever_a_program_differs_from_the_one_before_it_speaks_of_the_new_idea(stage):
    after = program(stage)
    before = program(re.search(r"^Unlike sinfit_(\w+): ", after, re.M)[1])
    assert without_a_reason(before, after, IDEAS[stage]) == []


@pytest.mark.parametrize(
    ("tidy", "changed"),
    [
        ("(grad_y_pred * x2).sum()", "grad_y_pred @ x2"),  # another form
        ("d * x3  # (n,)", "d * x3"),  # a comment
        ("# Forward pass: predict y", "# Forward pass: y is predicted"),
        ("    for _ in range(steps):", "\n    for t in range(steps):"),  # a name, a blank line
        (f"{GRAD_A}{GRAD_B}", f"{GRAD_B}{GRAD_A}"),  # the order
    ],
)
def test_a_change_that_is_about_something_else_is_found(tidy, changed):
    before, after = program("numpy"), program("tensor")
    assert tidy in after
    assert without_a_reason(before, after.replace(tidy, changed), IDEAS["tensor"])


@pytest.mark.parametrize("stage", STAGES)
def test_every_program_goes_through_the_same_four_acts_in_the_same_words(stage):
    text = program(stage)
    acts = re.findall(r"^        # (Forward pass|Loss|Backward pass|Update): ", text, re.M)
    assert acts == ["Forward pass", "Loss", "Backward pass", "Update"]
    assert text.startswith('"""Fit y = ')
    doc = sinfit.fitters()[stage].load().__doc__
    assert re.match(r"Fit by .+\.\n\n\s+Yields \(loss, .+ before each update; returns the", doc)
