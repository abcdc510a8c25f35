"""Comparison: several fits of the same data, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Unpack, overload

from sinfit.errors import SinfitError, UnavailableError, UnsuitableError, UsageError
from sinfit.fitting.arguments import Settings, by_name, listed
from sinfit.fitting.driving import Status
from sinfit.fitting.fit import OF_DATA, Fitter, condensed, fit, fitters, named
from sinfit.fitting.result import FitResult
from sinfit.ground.optional import needing
from sinfit.i18n import _, unknown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame


@dataclass(frozen=True)
class Comparison(Sequence[FitResult]):
    """Several fits of the same data, side by side.

    Attributes:
        results: The fits that ran, in order.
        skipped: Why others did not, by name.
    """

    results: tuple[FitResult, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)

    @overload
    def __getitem__(self, index: int | str) -> FitResult: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[FitResult, ...]: ...
    def __getitem__(self, index: int | str | slice) -> FitResult | tuple[FitResult, ...]:
        """A result by position or by the fitter's name.

        Raises:
            UnknownNameError: No fitter of this name was compared; the nearest is offered.
        """
        if not isinstance(index, str):
            return self.results[index]
        for name, result in zip(self.names, self.results, strict=True):
            if index in (name, result.fitter_id):
                return result
        raise unknown(_("fitter"), index, self.names)

    def __len__(self) -> int:
        return len(self.results)

    def __contains__(self, wanted: object) -> bool:
        """Whether a result, or the fitter of a name, is among them."""
        return any(wanted in (each, each.fitter, each.fitter_id) for each in self.results)

    @property
    def names(self) -> list[str]:
        """What tells the fits apart: the fitters' short names, or ids where two have the same."""
        short = [each.fitter for each in self]
        return [e.fitter if short.count(e.fitter) == 1 else e.fitter_id for e in self]

    @property
    def success(self) -> bool:
        """Whether every fit ran and succeeded."""
        return not self.skipped and all(result.success for result in self)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Plain data for JSON: each result without its losses."""
        dicts = [result.to_dict().items() for result in self]
        return [{name: value for name, value in each if name != "losses"} for each in dicts]

    def to_frame(self) -> DataFrame:
        """A pandas DataFrame with a row for each fit, indexed by the fitter's name."""
        columns = ("status", "nit", "sse", "optimality_gap", "rmse", "elapsed")
        rows = [[getattr(result, column) for column in columns] for result in self]
        with needing("pandas", "frame"):
            import pandas
        return pandas.DataFrame(rows, pandas.Index(self.names, name="fitter"), columns)

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the losses of all fits and their curves; or the curves on `ax`.

        Raises:
            UnavailableError: matplotlib is not installed.
        """
        from sinfit.fitting.plotting import plot_comparison

        return plot_comparison(self, ax)

    def __repr__(self) -> str:
        lines = [f"{'fitter':<12}{'loss':>14}{'gap':>14}{'seconds':>10}  status"]
        for name, each in zip(self.names, self, strict=True):
            gap = "-" if each.optimality_gap is None else f"{each.optimality_gap:.6g}"
            numbers = f"{each.sse:>14.6g}{gap:>14}{each.elapsed:>10.3f}"
            lines.append(f"{name:<12}{numbers}  {each.status}")
        return "\n".join(lines + [f"{name}: {reason}" for name, reason in self.skipped.items()])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


def compare(
    names: Iterable[str | Fitter] | str | Fitter | None = None,
    data: Any = None,
    y: Any = None,
    *,
    progress: bool = False,
    **settings: Unpack[Settings],
) -> Comparison:
    """Fit the same data with several fitters.

    Examples:
        >>> comparison = compare(["numpy"], steps=50)
        >>> [result.fitter for result in comparison]
        ['numpy']

    Args:
        names: The fitters' names; all that are installed if None.
        data: Your own x, shape (n,), or a data frame, as `fit` takes it. An iterator of chunks is
            read once, for all fitters; those that take no weights are skipped then.
        y: Your own y, shape (n,), or the column's name.
        progress: Show a progress bar on stderr for each.
        **settings: What `fit` takes. An option that only some fitters have, such as `device`,
            goes to those. Where nothing says a target it is the one that all fitters name, or
            `sin` if they do not agree.

    Returns:
        The results in the fitters' order. A fitter that is not available or breaks does not stop
        the others: `skipped` says why it is missing.

    Raises:
        UnavailableError: There is no fitter to compare.
        UsageError: Something given cannot be used, or no fitter has such an option.
    """
    installed = fitters()
    if names is None and not installed:
        raise UnavailableError(installed.why_empty())
    if isinstance(names, (str, Fitter)) or not isinstance(names, Iterable | None):
        names = [names]
    chosen = [named(name) for name in listed("names", installed if names is None else names)]
    own = {option.name for fitter in chosen for option in fitter.spec.options}
    given: dict[str, Any] = {**by_name(settings.pop("options", None)), **settings}
    data = given.pop("x", None) if data is None else data
    anything = data is None and given.get("target") is None
    if anything and len({fitter.spec.target for fitter in chosen}) > 1:
        given["target"] = "sin"  # one problem for all, not to each its own
    if hasattr(data, "__next__") and (few := condensed(chosen, data, y, given)):
        data, y, given = few, None, {k: given[k] for k in given if k not in OF_DATA}
    results: list[FitResult] = []
    skipped: dict[str, str] = {}
    for fitter in chosen:
        if not fitter.available:
            skipped[fitter.name] = fitter.reason
            continue
        has = {option.name for option in fitter.spec.options}
        mine = {key: value for key, value in given.items() if key in has or key not in own}
        try:
            results.append(fit(fitter, data, y, progress=progress, **mine))
        except KeyboardInterrupt:  # between two fits, or before one had a loss to show
            if not results:
                raise
            skipped[fitter.name] = _("interrupted before there was a result.")
            break
        except SinfitError as error:
            if isinstance(error, UsageError) and not isinstance(error, UnsuitableError):
                raise  # of all fitters alike
            skipped[fitter.name] = str(error)
        else:
            if results[-1].status is Status.INTERRUPTED:
                break
    return Comparison(tuple(results), skipped)
