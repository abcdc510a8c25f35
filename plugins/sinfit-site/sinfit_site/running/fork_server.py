"""The process that kernels are forked from: a program that imports, and then forks when asked.

It knows nothing of sinfit, whose code a build may find edited. It ends when its stdin closes, which
is when the build ends, however that ends; the kernels notice.
"""

import gc
import json
import os
import signal
import sys

PRELOADED = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.completer",
    "matplotlib.pyplot",
    "torch",
    "torch._dynamo",  # the first optimizer of a process imports it
)


def _serve() -> None:
    """Fork a kernel for each line of stdin, and write its process id."""
    del sys.path[0]  # this folder, which no kernel has
    for name in PRELOADED:
        __import__(name)
    gc.freeze()  # or each kernel looks through all of it for garbage, and so gets a copy of its own
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that have ended
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            _become_a_kernel(*json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become_a_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    import numpy as np
    import torch
    from ipykernel.kernelapp import IPKernelApp

    np.random.seed()  # so that no two kernels draw the same
    torch.seed()
    parent = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ipykernel_launcher", *arguments]
    try:
        IPKernelApp.launch_instance(argv=arguments, parent_handle=parent)
    finally:
        os._exit(0)


if __name__ == "__main__":
    _serve()
