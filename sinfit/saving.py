"""Results as JSON files: exact floats, nothing pickled, read back whole."""

from __future__ import annotations

import json
import math
import os
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sinfit.errors import DataError, UnavailableError
from sinfit.i18n import _
from sinfit.models import Model, polynomial
from sinfit.problem import Problem
from sinfit.result import FitResult, Status
from sinfit.writing import write_file

FORMAT = "sinfit result 1"
MOST_DEGREE = 25  # a letter for each coefficient


def write(result: FitResult, path: str | os.PathLike[str]) -> None:
    """Write a result to a JSON file.

    Raises:
        UsageError: The file cannot be written.
    """
    content = {
        "format": FORMAT,
        "fitter": result.fitter,
        "fitter_id": result.fitter_id,
        "title": result.title,
        "model": {
            "name": result.model.name,
            "parameters": result.model.parameters,
            "formula": result.model.formula,
            "latex": result.model.latex,
            "result": result.model.result,
            "degree": result.model.degree,
        },
        "coef": result.coef and [_exact(value) for value in result.coef],
        "initial_coef": result.model.coefficients
        and [float(value) for value in result.model.coefficients(tuple(result.initial.values()))],
        "source": result.problem.source,
        "x": result.problem.x.tolist(),
        "y": result.problem.y.tolist(),
        "initial": dict(result.initial),
        "parameters": dict(result.parameters),
        "losses": [_exact(loss) for loss in result.losses.tolist()],
        "steps_recorded": result.steps_recorded.tolist(),
        "parameters_recorded": [
            [_exact(value) for value in row] for row in result.parameters_recorded.tolist()
        ],
        "status": str(result.status),
        "message": result.message,
        "nit": result.nit,
        "elapsed": result.elapsed,
        "steps": result.steps,
        "learning_rate": result.learning_rate,
        "seed": result.seed,
        "options": dict(result.options),
        "print_every": result.print_every,
        "provenance": dict(result.provenance),
    }
    write_file(path, json.dumps(content, ensure_ascii=False, allow_nan=False).encode())


def read(path: str | os.PathLike[str]) -> FitResult:
    """Read what `write` wrote.

    Raises:
        DataError: The file cannot be read or is no saved result.
    """
    try:
        content = json.loads(Path(path).read_text("utf-8"))
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError(_("it does not say {format!r}").format(format=FORMAT))
        result = FitResult(
            model=_model(content),
            problem=Problem(content["x"], content["y"], content["source"]),
            status=Status(content["status"]),
            losses=np.array([float(loss) for loss in content["losses"]]),
            steps_recorded=np.array(content["steps_recorded"], dtype=np.int64),
            parameters_recorded=np.array(
                [[float(value) for value in row] for row in content["parameters_recorded"]]
            ),
            **{
                name: content[name]
                for name in (
                    *("fitter", "fitter_id", "title", "initial", "parameters", "message"),
                    *("nit", "elapsed", "steps", "learning_rate", "seed", "options"),
                    *("print_every", "provenance"),
                )
            },
        )
        _check_shapes(result)  # a file edited by hand
    except UnavailableError:
        raise
    except OSError as error:
        raise DataError(_("cannot read {path}: {error}.").format(path=path, error=error)) from error
    except (
        *(ValueError, KeyError, TypeError, AttributeError),
        *(OverflowError, RecursionError),
    ) as error:
        reason = _("it lacks {name}").format(name=error) if isinstance(error, KeyError) else error
        raise DataError(
            _("{path} is no saved result of sinfit: {reason}.").format(path=path, reason=reason)
        ) from error
    return result


def _check_shapes(result: FitResult) -> None:
    """Raise ValueError if the parts of a result do not fit together."""
    names, steps = result.model.parameters, len(result.losses)
    if (
        tuple(result.parameters) != names
        or tuple(result.initial) != names
        or result.losses.shape != (steps,)
        or result.steps_recorded.shape != (steps,)
        or result.parameters_recorded.shape != (steps, len(names))
    ):
        raise ValueError(_("its parts do not fit together"))
    for kind, values in (
        (str, (result.fitter, result.fitter_id, result.title, result.message)),
        (int, (result.nit, result.steps, result.seed, result.print_every)),
        ((int, float), (result.elapsed, result.learning_rate, *result.parameters.values())),
        ((int, float), result.initial.values()),
    ):
        for value in values:
            if not isinstance(value, kind) or isinstance(value, bool):
                raise TypeError(f"{value!r}")
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{value!r}")
    if (
        min(result.nit, result.seed, result.elapsed) < 0
        or min(result.steps, result.print_every) < 1
    ):
        raise ValueError(_("a number is below what is possible"))


def _check_model(saved: Mapping[str, Any], names: Sequence[str]) -> None:
    """Raise ValueError or TypeError unless the model of a saved result is plain data."""
    for text in (saved["name"], saved["formula"], saved["latex"], saved["result"], *names):
        if not isinstance(text, str):
            raise TypeError(f"{text!r}")
    degree = saved["degree"]
    if degree is not None and (type(degree) is not int or not 0 <= degree <= MOST_DEGREE):
        raise ValueError(f"degree {degree!r}")
    # the equation is a format string: nothing but the parameters may stand in it
    for _text, field, form, conversion in string.Formatter().parse(saved["result"]):
        if field is not None and (field not in names or form or conversion):
            raise ValueError(f"{field!r}")


def _model(content: Mapping[str, Any]) -> Model:
    """The model of a saved result: the installed fitter's, else the saved polynomial."""
    from sinfit.plugins import fitters

    saved = content["model"]
    names = tuple(saved["parameters"])
    _check_model(saved, names)
    installed = fitters()
    if content["fitter_id"] in installed:
        model = installed[content["fitter_id"]].spec.model
        if model.parameters == names and model.formula == saved["formula"]:
            return model
    known = {  # the curves of the start and of the end are all that can still be drawn
        tuple(map(float, content[parameters].values())): tuple(map(float, content[coef]))
        for parameters, coef in (("initial", "initial_coef"), ("parameters", "coef"))
        if content[coef] is not None
    }

    curve = SavedCurve(content["fitter_id"], known)
    return Model(
        name=saved["name"],
        parameters=names,
        formula=saved["formula"],
        latex=saved["latex"],
        result=saved["result"],
        predict=curve.predict,
        coefficients=curve.coefficients if known else None,
        degree=saved["degree"],
    )


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
            raise UnavailableError(
                _("predicting needs the plugin of {fitter}, which is not installed.").format(
                    fitter=self.fitter
                )
            )
        return self.known[tuple(parameters)]

    def predict(self, x: Any, parameters: Sequence[float]) -> Any:
        """The known curve at x."""
        coef = self.coefficients(parameters)
        return polynomial(len(coef) - 1).predict(x, coef)


def _exact(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)  # JSON has no inf; float() reads it back
