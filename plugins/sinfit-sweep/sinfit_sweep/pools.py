"""Where the fits are made: in this process, in others of this machine, or on a cluster.

joblib's loky has the processes, and Dask's `distributed` the cluster. Both are executors of
`concurrent.futures`, and are used as such: `joblib.Parallel` over Dask waits for ever for a task
whose workers died, while an executor tells of each what became of it.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import joblib
from sinfit.errors import SinfitError, UnavailableError, UsageError, cut, one_line
from sinfit.fitting.arguments import whole
from sinfit.fitting.fit import fitters
from sinfit.i18n import unknown

from sinfit_sweep.i18n import _
from sinfit_sweep.one_fit import Task, one_thread, row_of, row_of_worker
from sinfit_sweep.rows import Row

if TYPE_CHECKING:
    from joblib.externals.loky import ProcessPoolExecutor

RowStream = Generator[Row, None, None]

BACKENDS = ("loky", "dask")
MOST_JOBS = 10_000
TRIES = 3  # how often processes may die, one after another, without one row
LEAST_AHEAD = 1000  # tasks that a cluster is given ahead, whatever its size
IDLE = 60  # seconds after which a process ends that nobody gives a fit: the asking one was killed
PATIENCE = 10  # seconds in which a scheduler must answer


class WorkersLostError(SinfitError):
    """Workers died or went away; the rows that there are stay."""


@dataclass(frozen=True)
class Pool:
    """Who makes the fits; `sinfit_sweep.sweep` says what each means.

    Raises:
        UsageError: The back end or the number of jobs cannot be used.
    """

    jobs: int | None
    backend: str
    scheduler: str | None

    def __post_init__(self) -> None:
        if self.backend not in BACKENDS:
            raise unknown(_("back end"), self.backend, BACKENDS)
        if self.jobs is not None:
            whole("jobs", self.jobs, 1, MOST_JOBS)
        if self.scheduler and self.backend != "dask":
            raise UsageError(_("a scheduler's address goes with the back end dask."))
        if self.jobs is not None and self.backend == "dask":
            raise UsageError(_("the number of jobs is the cluster's with the back end dask."))

    def rows(self, tasks: Sequence[Task]) -> RowStream:
        """Make all fits, and hand over each row as soon as it is there, in no order.

        Raises:
            UnavailableError: Dask is not installed, or no scheduler answers.
            WorkersLostError: Workers died, or the scheduler is gone.
            OtherEnvironmentError: A worker has other versions.
        """
        if self.backend == "dask":
            return _on_a_cluster(tasks, self.scheduler)
        jobs = min(self.jobs or joblib.cpu_count(), len(tasks))
        return _in_processes(tasks, jobs) if jobs > 1 else _here(tasks)


def _here(tasks: Sequence[Task]) -> RowStream:
    for name in {task.columns["fitter"] for task in tasks if task.fitter is None}:
        with suppress(Exception):  # the fit itself will say what is wrong
            fitters()[name].load()
    with one_thread():
        for task in tasks:
            yield row_of(task)


def _in_processes(tasks: Sequence[Task], jobs: int) -> RowStream:
    from joblib.externals.loky import ProcessPoolExecutor  # the reusable one is joblib.Parallel's
    from joblib.externals.loky.process_executor import BrokenProcessPool

    left = {task.columns["key"]: task for task in tasks}
    tries = 0
    while left:
        executor = ProcessPoolExecutor(max_workers=min(jobs, len(left)), timeout=IDLE)
        try:
            for row in _collected(executor, [*left.values()], ahead=2 * jobs):
                del left[row["key"]]
                tries = 0
                yield row
        except BrokenProcessPool as died:  # killed, or out of memory: others do the rest
            tries += 1
            if tries == TRIES:
                says = _("the processes die before they have made a fit: {error}")
                raise WorkersLostError(says.format(error=one_line(died))) from died
        except BaseException:  # Ctrl-C, or nobody wants the rest
            _end(executor)
            raise
        executor.shutdown(wait=True)


def _end(executor: ProcessPoolExecutor) -> None:
    """End the processes now, in the middle of their fits.

    loky's own `kill_workers=True` looks for a task that it has just thrown away, if Ctrl-C comes
    while one is submitted, and prints a KeyError from its thread. Processes that end from
    outside it clears away without.
    """
    for process in [*executor._processes.values()]:
        process.terminate()
    executor.shutdown(wait=True)


def _on_a_cluster(tasks: Sequence[Task], address: str | None) -> RowStream:
    with _client(address) as client:
        executor = client.get_executor(pure=False)
        try:
            ahead = max(LEAST_AHEAD, 4 * sum(client.ncores().values()))
            yield from _collected(executor, tasks, ahead)
        except CancelledError as gone:
            says = _(
                "the scheduler at {address} is gone, and with it the fits that were under way."
            )
            raise WorkersLostError(says.format(address=client.scheduler.address)) from gone
        finally:
            with suppress(Exception):  # a scheduler that is gone cannot be told
                executor.shutdown(wait=False)


def _collected(executor: Executor, tasks: Sequence[Task], ahead: int) -> RowStream:
    """Hand over what comes; workers that died on a fit do not stop the others.

    So many tasks at most, `ahead`, are under way or wait at the workers.
    """
    lost = None
    for future in _done(executor, iter(tasks), ahead):
        try:
            row = future.result()
        except (SinfitError, BrokenExecutor, CancelledError):
            raise
        except Exception as error:
            if type(error).__name__ != "KilledWorker":  # Dask's: it has tried three others
                says = _(
                    "a worker cannot make a fit: {error}. It needs sinfit-sweep and the fitter's "
                    "package."
                )
                raise WorkersLostError(says.format(error=one_line(error))) from error
            lost = error
            continue
        yield row
    if lost is not None:
        says = _("workers died of some fits, which have no row: {error}")
        raise WorkersLostError(says.format(error=one_line(lost))) from lost


def _done(executor: Executor, tasks: Iterator[Task], ahead: int) -> Iterator[Future[Row]]:
    running: set[Future[Row]] = set()
    while True:
        more = islice(tasks, ahead - len(running))
        running |= {executor.submit(row_of_worker, task) for task in more}
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        yield from done


@contextmanager
def _client(address: str | None) -> Iterator[Any]:
    """A client of the cluster at an address, or the one that this process has already."""
    try:
        import distributed
    except ImportError as missing:
        says = _("this needs {package}. Install it with: pip install {extra}")
        extra = '"sinfit-sweep[dask]"'
        raise UnavailableError(says.format(package="distributed", extra=extra)) from missing
    if address is None:
        try:
            there = distributed.get_client()
        except ValueError as none:
            says = _("backend='dask' needs the scheduler's address, such as {example}.")
            raise UsageError(says.format(example="tcp://10.0.0.1:8786")) from none
        yield there
        return
    make: Any = distributed.Client  # without types
    try:
        client = make(address, timeout=PATIENCE, set_as_default=False)
    except Exception as error:  # an address may be wrong in many ways
        says = _("no Dask scheduler answers at {address}: {error}")
        text = says.format(address=cut(str(address)), error=one_line(error))
        raise UnavailableError(text) from error
    try:
        yield client
    finally:
        with _silent("distributed.client"):  # it would tell at length of a scheduler that is gone
            client.close(timeout=1)


@contextmanager
def _silent(name: str) -> Iterator[None]:
    log = logging.getLogger(name)
    log.disabled, before = True, log.disabled
    try:
        yield
    finally:
        log.disabled = before
