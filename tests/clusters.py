"""A Dask cluster on loopback: a scheduler and two workers, each a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Cluster:
    """The processes of a cluster, and the address of its scheduler."""

    folder: Path
    settings: dict
    processes: list = field(default_factory=list)

    def start(self, module, *arguments):
        with (self.folder / f"{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
                cwd=self.folder, env=os.environ | self.settings, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    @property
    def file(self):
        return self.folder / "scheduler.json"

    @property
    def address(self):
        return json.loads(self.file.read_text("utf-8"))["address"]

    def start_all(self, workers=2):
        here = ("--host", "127.0.0.1", "--no-dashboard")
        self.scheduler = self.start(
            "dask_scheduler", "--port", "0", "--scheduler-file", str(self.file), *here
        )
        until = time.monotonic() + 60
        while not self.file.exists():
            assert time.monotonic() < until, "no scheduler"
            time.sleep(0.05)
        self.workers = [
            self.start(
                "dask_worker",
                self.address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--local-directory",
                str(self.folder),
                *here,
            )
            for _ in range(workers)
        ]
        from distributed import Client

        with Client(self.address, timeout=30, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


@contextmanager
def running(folder, **settings):
    """A scheduler and two worker processes, on ports that the system chooses."""
    folder.mkdir()
    found = Cluster(folder, settings)
    try:
        found.start_all()
        yield found
    finally:
        found.end()
