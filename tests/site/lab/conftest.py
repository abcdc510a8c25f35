"""Where the lab's programs are."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def assets():
    import sinfit_lab

    return Path(sinfit_lab.__file__).parent / "assets"
