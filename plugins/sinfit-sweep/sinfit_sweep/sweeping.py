"""sweep(): make every fit of a grid that has no row yet, and keep each row as it comes."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any, Literal

from sinfit.errors import UsageError, cut_path
from sinfit.fitting.arguments import functions
from sinfit.fitting.fit import Fitter
from sinfit.fitting.problem import Problem
from sinfit.fitting.progress import Progress, progress_bar
from sinfit.i18n import sentences

from sinfit_sweep.grid import Cell, Grid
from sinfit_sweep.i18n import _
from sinfit_sweep.one_fit import Task
from sinfit_sweep.pools import Pool, WorkersLostError
from sinfit_sweep.rows import Row, RowFile, Rows
from sinfit_sweep.solving import solved
from sinfit_sweep.table import Sweep


class SweepInterrupted(KeyboardInterrupt):
    """Ctrl-C in a sweep; the message says which rows there are, and how to go on."""


def sweep(
    fitters: Iterable[str | Fitter] | str | Fitter,
    *,
    seeds: Iterable[int] | int = range(200),
    learning_rates: Iterable[float | Literal["auto"]] | float | Literal["auto"] | None = None,
    targets: Iterable[str | Problem] | str | Problem | None = None,
    points: int = 2000,
    steps: int | None = None,
    options: Mapping[str, Any] | None = None,
    method: str = "loop",
    out: str | os.PathLike[str] | None = None,
    retry_failed: bool = False,
    jobs: int | None = None,
    backend: str = "loky",
    scheduler: str | None = None,
    progress: bool | Callable[[int, float], object] = False,
) -> Sweep:
    """Fit with every fitter, on every target, with every learning rate, from every seed.

    Each fit is a row. With `out` it is appended to that file as soon as it is done, and a fit
    whose row is there already is not made again: the same call after a Ctrl-C or a crash goes on
    where the other ended. A row is known by all that its numbers depend on: fitter,
    version and program, target or data, points, steps, learning rate, seed, options, data type,
    device, method, and the versions of the libraries. A changed program therefore makes new rows.

    Every fit runs in one thread, so that the numbers are the same with one job or many, here or
    on a cluster of the same machines.

    Examples:
        >>> table = sweep("exact", seeds=range(2), learning_rates=[1e-7, 1e-6], jobs=1)
        >>> [(row["learning_rate"], row["seed"]) for row in table]
        [(1e-07, 0), (1e-07, 1), (1e-06, 0), (1e-06, 1)]

    Args:
        fitters: Names of fitters, or fitters; one or several.
        seeds: What the starts are drawn from.
        learning_rates: The sizes of an update; each fitter's own if None. "auto", alone or among
            them, is nine tenths of the stability limit, as `sinfit.fit` has it; the row says and
            is known by the number.
        targets: Names of targets, or data as `Problem`; each fitter's own target if None.
        points: The number of points of the targets that are named.
        steps: How many updates to make; each fitter's own number if None.
        options: Options of fitters, such as `device`; each goes to the fitters that have it. This
            process settles which device "auto" is, for a cluster too, and must have it itself.
        method: `loop` makes every fit; `exact` answers those of plain gradient descent on a model
            that is linear in its parameters from a formula, and makes the others.
        out: The file of rows, JSON lines; it is made, or gone on with. None keeps none.
        retry_failed: Make the fits again whose row in the file has an error. Without it they are
            left, as most would end in the same error; not so one that found no memory, say.
        jobs: How many processes; as many as processors if None. With 1, or one fit to make, it is
            this process.
        backend: `loky` for processes of this machine, `dask` for a cluster.
        scheduler: The address of the cluster's scheduler; with None the Dask client that this
            process has.
        progress: Show a progress bar on stderr; or a function that is told how many fits are done
            and the newest loss.

    Returns:
        The rows in the order of the arguments, those that were there included.

    Raises:
        UsageError: Something given cannot be used, or the file cannot be written. No row is half
            written. An `UnsuitableError` where no rate is known for "auto".
        DataError: The file holds something else.
        UnavailableError: Something is not installed, or no scheduler answers.
        WorkersLostError: Workers died or the scheduler is gone. The rows stay.
        SweepInterrupted: Ctrl-C, a `KeyboardInterrupt`. The rows stay.
    """
    asked = Grid(fitters, seeds, learning_rates, targets, points, steps, options, method)
    pool = Pool(jobs, backend, scheduler)
    cells = asked.cells()
    with Rows() if out is None else RowFile(out, {cell.key for cell in cells}) as file:
        if retry_failed:
            file.rows = {key: row for key, row in file.rows.items() if row["error"] is None}
        left = [cell for cell in cells if cell.key not in file.rows]
        try:
            with _bar(progress, len(cells)) as advance, closing(_made(left, pool)) as made:
                for rows in made:
                    file.append(rows)
                    if advance:
                        loss = rows[-1]["sse"]
                        advance(len(file.rows), math.nan if loss is None else loss)
        except KeyboardInterrupt as stopped:
            says = sentences(_("interrupted."), _how_to_go_on(file, len(cells)))
            raise SweepInterrupted(says) from stopped
        except (WorkersLostError, UsageError) as error:
            if file.path or file.rows:
                error.args = (sentences(str(error), _how_to_go_on(file, len(cells))),)
            raise
        return Sweep(tuple(file.rows[cell.key] for cell in cells), file.path, len(left))


def _made(cells: Sequence[Cell], pool: Pool) -> Generator[list[Row], None, None]:
    """The rows of all cells, some at a time, as they come; to be closed, for it has workers."""
    yield from solved([cell for cell in cells if cell.group.exact])
    tasks = [Task.of(cell) for cell in cells if not cell.group.exact]
    with closing(pool.rows(tasks)) as rows:
        for row in rows:
            yield [row]


def _bar(progress: Any, fits: int) -> AbstractContextManager[Progress | None]:
    if callable(progress):
        return nullcontext(*functions("progress", progress))
    return progress_bar(_("sweep"), fits) if progress else nullcontext()


def _how_to_go_on(file: Rows, fits: int) -> str:
    if file.path is None:
        return _("The rows until then are lost: only out=FILE keeps them.")
    says = _("{done} of {fits} rows are in {path}; the same call makes the others.")
    return says.format(done=len(file.rows), fits=fits, path=cut_path(file.path))
