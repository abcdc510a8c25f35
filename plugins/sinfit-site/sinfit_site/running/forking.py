"""Kernels that begin loaded: forks of one process that has imported what most pages need.

Each of some 35 kernels would import PyTorch and Matplotlib anew, for three to six seconds of a
processor. Only Linux forks such a process safely; elsewhere kernels begin as they always do.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory as Factory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from sinfit_author.children import Workers

FEW = 3  # kernels for which it is not worth while to load the process
NAME = "sinfit-forked"
SERVER = Path(__file__).with_name("fork_server.py")
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",  # a process with threads is not to be forked
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as in a kernel
}


class Kernels:
    """The kernels of a build: the threads that wait for them, and the process they are forked from.

    Attributes:
        workers: As many kernels run at a time as it has threads.
        expected: How many of them will begin.
    """

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.expected = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Kernels:
        """Nothing is started yet: it may be that little has to run."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process; its kernels notice."""
        if self._process:
            self._process.communicate()  # its stdin closes

    def prepare(self, manager: Any) -> None:
        """Have a kernel manager of Jupyter fork its kernel, where that is safe and worth while."""
        if sys.platform == "linux" and self.expected > FEW:
            how = {"provisioner_name": NAME, "config": {"start": self._start}}
            manager.kernel_spec.metadata["kernel_provisioner"] = how
            ours = EntryPoint(NAME, f"{__name__}:{Provisioner.__name__}", Factory.GROUP_NAME)
            Factory.instance().provisioners[NAME] = ours  # as if it were installed

    def _start(self, arguments: list[str], environment: dict[str, str], folder: str) -> Forked:
        with self._lock:
            if self._process is None:
                self._process = subprocess.Popen(  # noqa: S603 (our own file)
                    [sys.executable, str(SERVER)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=os.environ | ENVIRONMENT,
                    start_new_session=True,  # Ctrl-C is for the build, which ends us
                )
            assert self._process.stdin  # noqa: S101 (it is a pipe, as is stdout)
            assert self._process.stdout  # noqa: S101
            self._process.stdin.write(json.dumps([arguments, environment, folder]) + "\n")
            self._process.stdin.flush()
            return Forked(int(self._process.stdout.readline()))


class Provisioner(LocalProvisioner):
    """Starts a kernel by a function in place of a command."""

    def __init__(self, **given: Any) -> None:
        self.start = given.pop("start")
        super().__init__(**given)

    async def launch_kernel(self, cmd: list[str], **more: Any) -> Any:
        """Start the kernel; of the command, what stands behind `python -m ipykernel_launcher`."""
        self.process = self.start(cmd[3:], more["env"], more["cwd"])
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class Forked:
    """A kernel, with what Jupyter asks of a `subprocess.Popen`; it is another process's child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        import psutil

        self.pid = pid
        self._gone = psutil.NoSuchProcess
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        """None while it runs."""
        return None if self._process.is_running() else 0

    def wait(self, timeout: float | None = None) -> None:
        """Wait until it has ended."""
        self._process.wait(timeout)

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        with suppress(self._gone):
            self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)
