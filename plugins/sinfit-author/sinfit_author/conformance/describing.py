"""What a fitter says of itself: its spec, its model, its distribution, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np
from sinfit.contract.specs import FitterSpec
from sinfit.ground.requirements import read_requirement
from sinfit.i18n import N_
from sinfit.registry.discovery import found_plugins, normalised
from sinfit.registry.loading import SLOW, why_unfit
from sinfit.registry.plugins import quietly, registry, targets

from sinfit_author.conformance.check import check, require
from sinfit_author.conformance.contract import of_contract_2
from sinfit_author.conformance.imports import imported
from sinfit_author.conformance.subject import Subject
from sinfit_author.i18n import _
from sinfit_author.isolated import register_alone


@check(
    N_("Its plugin registers without error or remark, and imports nothing heavy."),
    needed=lambda subject: subject.packaged,
)
def registers(subject: Subject) -> None:
    """In a fresh process, alone: PyTorch and its like belong into the fitter's own module."""
    fitter = subject.fitter
    found = [
        each
        for each in found_plugins()
        if (each.plugin, each.distribution) == (fitter.plugin, fitter.distribution)
    ]
    require(bool(found), _("no entry point of {id} is installed").format(id=fitter.distribution))
    alone = register_alone(found[0])
    require(not alone.report.error, alone.report.error)
    require(
        not alone.heavy,
        _("it imports {names} while registering; import it in the fitter instead").format(
            names=", ".join(alone.heavy)
        ),
    )
    require(
        alone.seconds < SLOW,
        _("took {seconds:.1f} s to register").format(seconds=alone.seconds),
    )
    notes = [note for note in alone.report.notes if fitter.available or fitter.reason not in note]
    timed = alone.report.seconds > SLOW > alone.seconds  # waiting, or a busy machine
    require(
        not notes or (timed and len(notes) == 1 and alone.report.seconds < 4 * SLOW),
        "; ".join(notes),
    )


@check(N_("It is written for a version of the contract that this sinfit knows."))
def api_version(subject: Subject) -> None:
    """`api_version` is one of the host's."""
    unfit = why_unfit(subject.fitter.spec)
    require(not unfit, unfit)
    new = {field.name: field.default for field in fields(FitterSpec)}
    for field in ("target", "start", "batches", "weighted", "unused", "model_of"):
        if getattr(subject.fitter.spec, field) != new[field]:
            of_contract_2(subject, field)


@check(N_("No other installed plugin offers a fitter of its name."))
def name(subject: Subject) -> None:
    """The short name finds it."""
    others = [
        other.id
        for other in quietly(registry).fitters.values()
        if other.name == subject.fitter.name and other.id != subject.fitter.id
    ]
    require(
        not others,
        _("{name!r} is also offered by {others}").format(
            name=subject.fitter.name, others=", ".join(others)
        ),
    )


@check(N_("The title is a line, the summary and each option's help a sentence."))
def texts(subject: Subject) -> None:
    """What `sinfit list` and `sinfit fit NAME --help` show can be read."""
    spec = subject.fitter.spec
    require(
        spec.title.strip() == spec.title != "" and spec.title.isprintable(),
        _("the title {title!r} is no line").format(title=spec.title),
    )
    sentences = {"summary": spec.summary} | {
        f"help of {option.name}": option.help for option in spec.options
    }
    for what, text in sentences.items():
        require(
            text.strip() == text and text.isprintable() and len(text) > 1 and text.endswith("."),
            _("{what}: {text!r} is no sentence that ends in a full stop").format(
                what=what, text=text
            ),
        )


@check(N_("The model's prediction, equation and coefficients are one curve."))
def model(subject: Subject) -> None:
    """The functions of the `Model` fit its parameters and each other."""
    its = subject.fitter.spec.model
    require(
        len(set(its.parameters)) == len(its.parameters) > 0,
        _("two parameters have one name: {names}").format(names=", ".join(its.parameters)),
    )
    x = np.linspace(-1, 1, 5)
    drawn = np.random.default_rng(5).uniform(0.2, 0.8, len(its.parameters))
    parameters = tuple(drawn.tolist())
    y = np.asarray(its.predict(x, parameters))
    require(
        y.shape == x.shape,
        _("predict gives shape {given} for x of shape {x}").format(given=y.shape, x=x.shape),
    )
    require(
        bool(np.allclose(its.predict(x[:2], parameters), y[:2], rtol=1e-9, atol=1e-12)),
        _("predict of a point depends on the other points"),
    )
    equation = its.equation(parameters)
    require(equation.startswith("y = ") and its.formula != "", equation)
    curves = {}
    if its.coefficients:
        coef = its.coefficients(parameters)
        curves["coefficients"] = np.polynomial.polynomial.polyval(x, coef)
    if its.basis:
        columns = its.basis(x)
        require(
            len(columns) == len(parameters),
            _("basis gives {count} columns for {size} parameters").format(
                count=len(columns), size=len(parameters)
            ),
        )
        pairs = zip(parameters, columns, strict=True)
        curves["basis"] = sum((value * column for value, column in pairs), np.zeros_like(x))
    for what, curve in curves.items():
        require(
            bool(np.allclose(curve, y, rtol=1e-9, atol=1e-12)),
            _("{what} and predict are two curves").format(what=what),
        )


@check(N_("The fixed start is finite, and the defaults can be used as they are."))
def defaults(subject: Subject) -> None:
    """A fit without any argument works, if only for one step."""
    spec = subject.fitter.spec
    require(
        spec.target in targets(),
        _("there is no target {name!r}, which it fits by default").format(name=spec.target),
    )
    require(
        spec.initial is None or all(map(math.isfinite, spec.initial)),
        _("its start {initial} is not finite").format(initial=spec.initial),
    )
    result = subject.fitter.fit(steps=1)
    require(
        math.isfinite(result.losses[0]),
        _("the loss at step {step} is {loss}").format(step=0, loss=result.losses[0]),
    )


@check(
    N_("What its module imports is in its spec's requires and in its distribution's."),
    needed=lambda subject: subject.packaged,
)
def requires(subject: Subject) -> None:
    """So that `sinfit list` can say what is missing, and pip installs it."""
    fitter = subject.fitter
    ours = _required("sinfit") | {"sinfit", fitter.distribution}
    spec, declared = _named(fitter.spec.requires), _required(fitter.distribution)
    require(
        "sinfit" in declared,
        _("{distribution} does not depend on sinfit").format(distribution=fitter.distribution),
    )
    require(
        spec <= declared,
        _("requires has {names}, and {distribution} does not depend on it").format(
            names=", ".join(sorted(spec - declared)), distribution=fitter.distribution
        ),
    )
    modules = imported(fitter.spec.fitter.partition(":")[0])
    for package in sorted({name.partition(".")[0] for name in modules}):
        owners = {normalised(owner) for owner in _owners().get(package, ())}
        require(
            not owners or bool(owners & (spec | ours)),
            _("it imports {package}, and its spec's requires does not name {owner}").format(
                package=package, owner=" / ".join(sorted(owners))
            ),
        )


def _required(distribution: str) -> set[str]:
    """The distributions that one needs, without its extras."""
    return _named(metadata.distribution(distribution).requires or ())


def _named(lines: Iterable[str]) -> set[str]:
    """The distributions that requirements name, those for other systems left out."""
    return {*map(normalised, filter(None, (read_requirement(line)[0] for line in lines)))}


@cache
def _owners() -> dict[str, list[str]]:
    """Whose each top-level package is; slow, as it reads all that is installed."""
    return {name: [*owners] for name, owners in metadata.packages_distributions().items()}


@check(
    N_("Its distribution has a summary and a README."),
    needed=lambda subject: subject.packaged,
)
def distribution(subject: Subject) -> None:
    """What the package index shows of it."""
    dist = metadata.distribution(subject.fitter.distribution)
    said: Any = dist.metadata  # an email.message.Message; with importlib_metadata, it may raise
    require(bool(said.get("Summary")), _("the project has no description"))
    body = said.get("Description") or str(said.get_payload() or "")
    require(bool(body.strip()), _("the project has no readme"))


CHECKS = (registers, api_version, name, texts, model, defaults, requires, distribution)
