"""Results as JSON files: exact floats, nothing pickled, read back whole."""

from __future__ import annotations

import hashlib
import json
import math
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np

from sinfit.contract.models import MOST_DEGREE, Model, polynomial
from sinfit.errors import LONGEST, DataError, UnavailableError, cut, cut_path, shown
from sinfit.fitting.arguments import MOST_LEARNING_RATE, MOST_SEED, MOST_STEPS, positive, whole
from sinfit.fitting.driving import Status
from sinfit.fitting.problem import Problem
from sinfit.ground.files import AnyPath, read_file, write_file
from sinfit.ground.json_numbers import finite
from sinfit.i18n import _
from sinfit.registry.plugins import installed_fitters, registered

Result = TypeVar("Result")

FORMAT = "sinfit result 1"
CHECKSUM = "checksum"
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


def _is(kind: type, name: str, value: Any) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{name} {shown(value)}")


def _are_finite(name: str, values: Any) -> None:
    _is(dict, name, values)
    for each, value in values.items():
        positive(each, abs(value), zero=True)


_text, _table = partial(_is, str), partial(_is, dict)

PLAIN: Mapping[str, Callable[[str, Any], object]] = {
    "fitter": _text,
    "fitter_id": _text,
    "title": _text,
    "message": _text,
    "initial": _are_finite,
    "parameters": _are_finite,
    "options": _table,
    "asked": _table,
    "provenance": _table,
    "nit": partial(whole, least=0, most=MOST_STEPS),
    "steps": partial(whole, least=1, most=MOST_STEPS),
    "print_every": partial(whole, least=1, most=MOST_STEPS),
    "seed": partial(whole, least=0, most=MOST_SEED),
    "elapsed": partial(positive, zero=True),
    "learning_rate": partial(positive, most=MOST_LEARNING_RATE),
    "batches": partial(_is, bool),
}
"""The fields that JSON holds as they are, each with what refuses anything else in its place."""

MODEL = ("name", "parameters", "formula", "latex", "result", "degree")
"""What is kept of a model; the rest are functions."""

_exact = partial(finite, instead=str)  # JSON has no inf; float() reads it back


def write(result: Any, path: AnyPath) -> None:
    """Write a result as `FitResult.save` says."""
    model, problem = result.model, result.problem
    start = model.coefficients and model.coefficients(tuple(result.initial.values()))
    content = {
        "format": FORMAT,
        **{name: getattr(result, name) for name in PLAIN},
        "model": {name: getattr(model, name) for name in MODEL},
        "coef": _exact(result.coef),
        "initial_coef": start and [*map(float, start)],
        "source": problem.source,
        "x": problem.x.tolist(),
        "y": problem.y.tolist(),
        "weights": None if problem.weights is None else problem.weights.tolist(),
        "absolute": problem.absolute,
        "stands_for": problem.stands_for,
        "losses": _exact(result.losses.tolist()),
        "steps_recorded": result.steps_recorded.tolist(),
        "parameters_recorded": _exact(result.parameters_recorded.tolist()),
        "status": str(result.status),
        "extras": {name: _saved(value) for name, value in result.extras.items()},
    }
    content = {CHECKSUM: _checksum(content), **content}  # first: its line can be taken out
    text_of = partial(json.dumps, ensure_ascii=False, allow_nan=False)
    lines = (f"{json.dumps(key)}: {text_of(value)}" for key, value in content.items())
    write_file(path, "".join(("{\n", ",\n".join(lines), "\n}\n")).encode())


def read(path: AnyPath, make: Callable[..., Result]) -> Result:
    """Read a result as `FitResult.load` says, which makes it of its parts by name."""
    text = read_file(path)
    try:
        return _result(json.loads(text.decode("utf-8"), parse_constant=_refuse), make)
    except MALFORMED as error:
        reason = _("it lacks {name}").format(name=error) if isinstance(error, KeyError) else error
        says = _("{path} is no saved result of sinfit: {reason}.")
        says = says.format(path=cut_path(path), reason=cut(str(reason), LONGEST))
        raise DataError(says) from error


def _result(content: Any, make: Callable[..., Result]) -> Result:
    """The result that a file holds, which may have been edited by hand."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(_("it does not say {format!r}").format(format=FORMAT))
    checksum = content.pop(CHECKSUM, None)
    if checksum not in (None, _checksum(content)):
        says = _(
            'it was changed since it was saved; to load it all the same, remove its line "checksum"'
        )
        raise ValueError(says)
    # of before there were any
    later = {"weights": None, "absolute": False, "stands_for": None}
    content = {"asked": {}, "extras": {}, "batches": False, **later, **content}
    for name, check in PLAIN.items():
        check(name, content[name])
    _text("source", content["source"])
    _table("extras", content["extras"])
    _is(bool, "absolute", content["absolute"])
    problem = Problem(*(content[name] for name in ("x", "y", "source", *later)))
    model = _model(content)
    losses = np.array([float(loss) for loss in content["losses"]])
    steps_recorded = np.array(content["steps_recorded"], dtype=np.int64)
    recorded = np.array([[float(value) for value in row] for row in content["parameters_recorded"]])
    if not (
        tuple(content["parameters"]) == tuple(content["initial"]) == model.parameters
        and len(problem)
        and len(losses)
        and steps_recorded.shape == losses.shape
        and recorded.shape == (len(losses), len(model.parameters))
    ):
        raise ValueError(_("its parts do not fit together"))
    problem.check_powers()
    return make(
        **{name: content[name] for name in PLAIN},
        model=model,
        problem=problem,
        status=Status(content["status"]),
        losses=losses,
        steps_recorded=steps_recorded,
        parameters_recorded=recorded,
        extras={name: _restored(value) for name, value in content["extras"].items()},
    )


def _checksum(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the content as JSON in one form: sorted, without blanks, in ASCII."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _refuse(constant: str) -> None:
    raise ValueError(_("{constant} is no JSON").format(constant=constant))


def _model(content: Mapping[str, Any]) -> Model:
    """The model of a saved result: its fitter's if that is here, else the saved polynomial."""
    saved = {name: content["model"][name] for name in MODEL}
    saved["parameters"] = names = tuple(saved["parameters"])
    _check_model(saved, names)
    known = {  # without the plugin, the curves of the start and of the end can still be drawn
        tuple(map(float, content[parameters].values())): tuple(map(float, content[coef]))
        for parameters, coef in (("initial", "initial_coef"), ("parameters", "coef"))
        if content.get(coef) is not None
    }
    if not all(1 <= len(coef) <= MOST_DEGREE + 1 for coef in known.values()):
        raise ValueError(f"coef {shown(content['coef'])}")
    if len(names) - 1 == saved["degree"]:
        model = polynomial(saved["degree"])
        if all(saved[name] == getattr(model, name) for name in MODEL):
            return model
    for fitter in (*installed_fitters().values(), *registered.values()):
        model = fitter.spec.model
        same = model.parameters == names and model.formula == saved["formula"]
        if same and fitter.id == content["fitter_id"]:
            return model
    curve = SavedCurve(content["fitter_id"], known)
    coefficients = curve.coefficients if known else None
    return Model(**saved, predict=curve.predict, coefficients=coefficients)


def _check_model(saved: Mapping[str, Any], names: Sequence[str]) -> None:
    """Raise ValueError or TypeError unless the model of a saved result is plain data."""
    for text in (saved["name"], saved["formula"], saved["latex"], saved["result"], *names):
        _text("model", text)
    degree = saved["degree"]
    if degree is not None:
        whole("degree", degree, 0, MOST_DEGREE)
    # the equation is a format string: nothing but the parameters may stand in it
    for _literal, field, form, conversion in string.Formatter().parse(saved["result"]):
        if field is not None and (field not in names or form or conversion):
            raise ValueError(shown(field))


@dataclass(frozen=True)
class SavedCurve:
    """The curves that a saved result holds, for where its plugin is not installed.

    Attributes:
        fitter: The id of the fitter that is missing.
        known: The coefficients of the start and of the end, by their parameters.
    """

    fitter: str
    known: Mapping[tuple[float, ...], tuple[float, ...]]

    def coefficients(self, parameters: Sequence[float]) -> tuple[float, ...]:
        """The coefficients of a known curve; UnavailableError for any other."""
        if tuple(parameters) not in self.known:
            says = _("predicting needs the model of {fitter}, which is not here.")
            if (here := installed_fitters().get(self.fitter)) and here.spec.linear:
                says = _(
                    "predicting needs the function that was given as model, which no file holds: "
                    "call it with x and the numbers of result.parameters, or fit with it again."
                )
            raise UnavailableError(says.format(fitter=self.fitter))
        return self.known[tuple(parameters)]

    def predict(self, x: Any, parameters: Sequence[float]) -> Any:
        """The known curve at x."""
        coef = self.coefficients(parameters)
        return polynomial(len(coef) - 1).predict(x, coef)


def _saved(extra: Any) -> Any:
    """An extra as JSON: what JSON has no form for is a dictionary with the type and the numbers."""
    if isinstance(extra, np.ndarray):
        numbers = _exact(extra.ravel().tolist())
        return {"dtype": extra.dtype.name, "shape": [*extra.shape], "numbers": numbers}
    if isinstance(extra, float) and not math.isfinite(extra):
        return {"dtype": "float", "numbers": [str(extra)]}
    return extra


def _restored(saved: Any) -> Any:
    if not isinstance(saved, dict):
        return saved
    if saved["dtype"] == "float":
        return float(saved["numbers"][0])
    dtype = np.dtype(saved["dtype"])
    if dtype.kind not in "biuf":
        raise TypeError(shown(saved["dtype"]))
    numbers = [float(n) if isinstance(n, str) else n for n in saved["numbers"]]
    return np.array(numbers, dtype=dtype).reshape(saved["shape"])
