"""What the last digits of a number depend on besides its program: versions and the processor.

NumPy and PyTorch carry several builds of each loop and choose by the processor. A loop that adds
eight numbers at once adds them in another order than one that adds four, and rounds differently.
"""

from __future__ import annotations

import platform
import sys

import numpy as np

from sinfit import __version__
from sinfit.registry.fitters import OfferedFitter


def fingerprint() -> dict[str, str]:
    """This machine and process, as far as numbers depend on them; no name of a host or a user.

    PyTorch is described where it has been imported, and never imported for this.

    Examples:
        >>> sorted(fingerprint())[:4]
        ['numpy', 'numpy_simd', 'platform', 'python']

    Returns:
        `python`, `platform`, `numpy`, and `numpy_simd`, the instruction sets that NumPy's loops
        use here, such as `X86_V2 X86_V3`; with PyTorch also `torch`, `torch_cpu`, the one that
        its loops use, such as `AVX2`, and `torch_threads`.
    """
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    found = {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "numpy": np.__version__,
        "numpy_simd": " ".join([*simd["baseline"], *simd.get("found", ())]),
    }
    if torch := sys.modules.get("torch"):
        found["torch"] = torch.__version__
        found["torch_cpu"] = str(torch.backends.cpu.get_cpu_capability())
        found["torch_threads"] = str(torch.get_num_threads())
    return found


def provenance(fitter: OfferedFitter) -> dict[str, str]:
    """What a result of this fitter was computed by: the versions, and the machine."""
    used = fingerprint()
    if not any(line.startswith("torch") for line in fitter.spec.requires):
        used = {key: value for key, value in used.items() if not key.startswith("torch")}
    return {"sinfit": __version__, fitter.distribution: fitter.version, **used}
